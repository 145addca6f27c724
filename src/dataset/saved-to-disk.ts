/** Folders that `save_to_disk` of `datasets` writes: a split (`state.json`), or a folder a split (`dataset_dict.json`). */
import { join } from 'node:path';
import { MOST, ReadFailure, readTextLimited } from '../files/read-limited';
import { AssayError } from '../protocol/errors';
import { broken } from './broken';
import type { SplitFiles } from './split-files';

/** A split without a name of its own is `train`. null: no such folder. Rejects with an AssayError: broken-data, unsupported-data. */
export async function savedSplits(folder: string): Promise<ReadonlyMap<string, SplitFiles> | null> {
  const one = await savedSplit(folder);
  if (one !== null) return new Map([[one.name ?? 'train', one.files]]);
  const file = join(folder, 'dataset_dict.json');
  const dict = await jsonOf(file);
  if (dict === null) return null;
  const names = dict['splits'];
  if (!Array.isArray(names) || !names.every(isName)) throw broken(file, '`splits` must be a list of names of folders');
  const splits = new Map<string, SplitFiles>();
  for (const name of names) {
    const split = await savedSplit(join(folder, name));
    if (split === null) throw new AssayError('missing-file', { path: join(folder, name, 'state.json') }, { file: join(folder, name, 'state.json') });
    splits.set(name, split.files);
  }
  return splits;
}

async function savedSplit(folder: string): Promise<{ readonly name: string | null; readonly files: SplitFiles } | null> {
  const file = join(folder, 'state.json');
  const state = await jsonOf(file);
  if (state === null) return null;
  const { _split: name, _data_files: listed, _indices_data_files: indices } = state;
  if (Array.isArray(indices) && indices.length > 0) {
    throw new AssayError('unsupported-data', { kind: 'a folder of save_to_disk whose rows are chosen by an index (call flatten_indices() before saving)' }, { file });
  }
  const names = Array.isArray(listed) ? listed.map((item: unknown) => (typeof item === 'object' && item !== null ? (item as { filename?: unknown }).filename : null)) : null;
  if (names === null || !names.every(isName)) throw broken(file, '`_data_files` must be a list of file names');
  return { name: isName(name) ? name : null, files: { files: names.map((own) => join(folder, own)), patterns: [] } };
}

/** The name of something that lies in the folder itself. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '.' && value !== '..' && !/[\\/\0]/.test(value);
}

/** null: there is none. */
async function jsonOf(file: string): Promise<Readonly<Record<string, unknown>> | null> {
  let text: string;
  try {
    text = await readTextLimited(file, MOST.json);
  } catch (error) {
    if (error instanceof ReadFailure && error.reason === 'missing') return null;
    if (error instanceof ReadFailure) throw broken(file, error.message);
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw broken(file, 'it is not a JSON object');
}
