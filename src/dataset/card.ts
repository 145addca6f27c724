/** The card of a data folder: the front of its README.md, where `configs:` says which files make which split of which config. */
import { join } from 'node:path';
import { parseSource } from '../config/source';
import { MOST, ReadFailure, readTextLimited } from '../files/read-limited';
import type { PyDict, PyValue } from '../python/value';
import { broken } from './broken';
import { type Features, featuresOf } from './card-features';

export type CardConfig = {
  readonly name: string;
  readonly isDefault: boolean;
  /** Split -> patterns relative to the folder; null: found by the names of files. */
  readonly dataFiles: ReadonlyMap<string, readonly string[]> | null;
  readonly dataDir: string | null;
  /** Options for the reader of its files. */
  readonly options: Readonly<Record<string, PyValue>>;
};

const README = 'README.md';
/** Its keys beat the card's. */
const OWN_FILE = '.huggingface.yaml';
const SPLIT_NAME = /^\w+(?:\.\w+)*$/u;
const NOT_OPTIONS: ReadonlySet<string> = new Set(['config_name', 'data_files', 'data_dir', 'default', 'version', 'description']);

export type Card = {
  /** In the card's order; none where it names none. */
  readonly configs: readonly CardConfig[];
  /** Types that it declares for columns, by config. */
  readonly features: ReadonlyMap<string, Features>;
};

/** The card of a folder, empty where there is none. Rejects with an AssayError (broken-data) for one that cannot be understood. */
export async function readCard(folder: string): Promise<Card> {
  const own = join(folder, OWN_FILE);
  const readme = join(folder, README);
  const values = [valuesOf(await textOf(own), own), valuesOf(frontOf(await textOf(readme)), readme)] as const;
  const from = values[0].has('configs') ? own : readme;
  const configs = values[0].get('configs') ?? values[1].get('configs') ?? [];
  if (!Array.isArray(configs)) throw broken(from, '`configs` must be a list');
  return { configs: configs.map((config) => cardConfig(config, from)), features: featuresOf(values[0].get('dataset_info') ?? values[1].get('dataset_info') ?? null) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readTextLimited(file, MOST.json);
  } catch (error) {
    if (error instanceof ReadFailure && error.reason === 'missing') return '';
    if (error instanceof ReadFailure) throw broken(file, error.message);
    throw error;
  }
}

/** What stands between the first line, `---`, and the next such line. */
function frontOf(text: string): string | null {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  const end = lines.indexOf('---', 1);
  return lines[0] === '---' && end > 0 ? lines.slice(1, end).join('\n') : null;
}

function valuesOf(text: string | null, file: string): PyDict {
  if (text === null || text === '') return new Map();
  if (text.length > MOST.yaml) throw broken(file, 'its front is too long');
  const { root, problems } = parseSource(text, file);
  if (problems.length > 0 && root === null) throw broken(file, 'its front is not YAML');
  return root instanceof Map ? root : new Map();
}

function cardConfig(value: PyValue, file: string): CardConfig {
  const name = value instanceof Map ? value.get('config_name') : null;
  if (!(value instanceof Map) || typeof name !== 'string') throw broken(file, 'each of `configs` must have a `config_name`');
  const dataDir = value.get('data_dir') ?? null;
  const options = [...value].filter(([key]) => !NOT_OPTIONS.has(String(key))).map(([key, item]) => [String(key), item] as const);
  return {
    name,
    isDefault: value.get('default') === true,
    dataFiles: dataFilesOf(value.get('data_files') ?? null, name, file),
    dataDir: typeof dataDir === 'string' ? dataDir : null,
    options: Object.fromEntries(options),
  };
}

function dataFilesOf(value: PyValue, config: string, file: string): ReadonlyMap<string, readonly string[]> | null {
  if (value === null) return null;
  const invalid = (): Error => broken(file, `\`data_files\` of config "${config}" must be a path, a list of paths, or a list of \`split\` (letters, digits, _ and .) and \`path\``);
  const paths = textList(value);
  if (paths !== null) return new Map([['train', paths]]);
  if (!Array.isArray(value)) throw invalid();
  const splits = new Map<string, readonly string[]>();
  for (const item of value) {
    const split = item instanceof Map ? item.get('split') : null;
    const own = item instanceof Map ? textList(item.get('path') ?? null) : null;
    if (typeof split !== 'string' || !SPLIT_NAME.test(split) || own === null || splits.has(split)) throw invalid();
    splits.set(split, own);
  }
  return splits;
}

/** A text as a list of one; null for anything else. */
function textList(value: PyValue): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : null;
}
