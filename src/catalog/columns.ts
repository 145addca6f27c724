import { stat } from 'node:fs/promises';
import type { DatasetSource } from '../config/definition';
import type { ColumnKind } from '../config/perplexity';
import { columnKindsOf, columnsOf, filesOfSplit } from '../dataset/dataset';

/** Where columns of a split are looked up: in this process, or in one that may die. Rejects with an AssayError. */
export type Columns = {
  readonly names: (source: DatasetSource, split: string, signal?: AbortSignal) => Promise<readonly string[]>;
  readonly kinds: (source: DatasetSource, split: string, signal?: AbortSignal) => Promise<readonly ColumnKind[]>;
};

type Cached<Value> = { readonly signature: string; readonly value: Promise<Value> };

/** What several ask for is not stopped by one of them. */
const NEVER = new AbortController().signal;

const names = new Map<string, Cached<readonly string[]>>();
const kinds = new Map<string, Cached<readonly ColumnKind[]>>();

/** Columns of a split; unchanged files are looked at once. Rejects with an AssayError. */
export function knownColumns(source: DatasetSource, split: string): Promise<readonly string[]> {
  return remembered(names, source, split, () => columnsOf(source, split, NEVER));
}

/** Columns with whether they hold text, remembered in the same way. */
export function columnKinds(source: DatasetSource, split: string): Promise<readonly ColumnKind[]> {
  return remembered(kinds, source, split, () => columnKindsOf(source, split, NEVER));
}

export const columnsHere: Columns = { names: knownColumns, kinds: columnKinds };

/** Splits that are remembered; a workspace that has more begins anew. */
const MOST_REMEMBERED = 2_000;

/** Seen again when a file changes, and when a pattern, a folder or its card comes to stand for other files. */
async function remembered<Value>(cache: Map<string, Cached<Value>>, source: DatasetSource, split: string, load: () => Promise<Value>): Promise<Value> {
  const { files, reading } = await filesOfSplit(source, split);
  const key = JSON.stringify([source.path, source.name, split, source.base, source.dataFiles, reading]);
  const signature = (await Promise.all(files.map(state))).join('\n');
  const cached = cache.get(key);
  if (cached?.signature === signature) return cached.value;
  const value = load();
  if (cache.size >= MOST_REMEMBERED) cache.clear();
  cache.set(key, { signature, value });
  return value;
}

async function state(file: string): Promise<string> {
  return stat(file).then(({ size, mtimeMs, ino }) => `${file} ${size} ${mtimeMs} ${ino}`, () => `${file} missing`);
}
