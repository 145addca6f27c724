import { join } from 'node:path';
import { copyNew } from '../files/copy-new';
import { AssayError } from '../protocol/errors';
import type { Checkpoint, FileStamp } from './checkpoint';
import { isTokenizerFile } from './depended-files';
import { stampIn } from './file-stamp';
import { firstChanged } from './unchanged';

/**
 * The same checkpoint, of a copy of all its files in `folder`, which is empty: whoever trains it may save over the original. The same
 * bytes, names and fingerprint. Throws `cannot-write`, `checkpoint-changed` where a file was written while it was copied, `cancelled`.
 */
export async function copyCheckpoint(checkpoint: Checkpoint, folder: string, signal: AbortSignal): Promise<Checkpoint> {
  const hasOwnTokenizer = checkpoint.tokenizerFolder === checkpoint.path;
  const tokenizerFolder = hasOwnTokenizer ? folder : join(folder, 'tokenizer');
  const copies = new Map<string, FileStamp>();
  for (const stamp of checkpoint.stamps) {
    const name = stamp.name.replace(/^tokenizer:/, '');
    const there = isTokenizerFile(stamp.name) ? tokenizerFolder : folder;
    await copyNew(stamp.file, join(there, name), signal);
    const copy = await stampIn(there, name, stamp.name);
    if (copy === null) throw new AssayError('cannot-write', { path: join(there, name), detail: 'the copy is gone' }, { file: join(there, name) });
    copies.set(stamp.file, copy);
  }
  const changed = firstChanged(checkpoint.stamps);
  if (changed !== null) throw new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
  const copyOf = (file: string): FileStamp => {
    const copy = copies.get(file);
    if (copy === undefined) throw new Error(`${file} was not copied`);
    return copy;
  };
  return {
    ...checkpoint,
    path: folder,
    tokenizerFolder,
    tensors: new Map([...checkpoint.tensors].map(([name, place]) => [name, { ...place, file: copyOf(place.file).file }])),
    files: checkpoint.files.map(({ file }) => copyOf(file)),
    stamps: checkpoint.stamps.map(({ file }) => copyOf(file)),
  };
}
