import { stat } from 'node:fs/promises';
import type { DatasetSource } from '../config/definition';
import { isPattern } from '../files/name-pattern';
import { expandPattern } from '../files/path-pattern';
import type { ColumnKind } from '../config/perplexity';
import { columnKindsOf, columnsOf } from '../dataset/dataset';

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

async function remembered<Value>(cache: Map<string, Cached<Value>>, source: DatasetSource, split: string, load: () => Promise<Value>): Promise<Value> {
  const files = source.dataFiles?.[split] ?? [];
  const key = JSON.stringify([source.path, source.name, split, source.base, files, Object.entries(source.kwargs).map(([name, value]) => [name, String(value)])]);
  const signature = (await Promise.all(files.map(stateOf))).flat().join('\n');
  const cached = cache.get(key);
  if (cached?.signature === signature) return cached.value;
  const value = load();
  cache.set(key, { signature, value });
  return value;
}

/** Files that match a pattern come, change and go like any other. */
async function stateOf(file: string): Promise<readonly string[]> {
  if (!isPattern(file)) return [await state(file)];
  const found = await expandPattern(file, { kind: 'files', most: MOST_WATCHED }).catch(() => []);
  return Promise.all(found.map(async (one) => `${one} ${await state(one)}`));
}

/** Entries looked at; in a larger folder the columns that were seen first stay. */
const MOST_WATCHED = 20_000;

async function state(file: string): Promise<string> {
  return stat(file).then(({ size, mtimeMs }) => `${size} ${mtimeMs}`, () => 'missing');
}
