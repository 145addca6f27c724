/** Which files make a split: named by the task, or found in a folder by the rules `datasets` 5 has for a repository without a card. */
import { statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { AssayError } from '../protocol/errors';
import { expand, filesBelow } from './glob';

export type Builder = 'json' | 'csv' | 'text' | 'parquet';

export type Layout = {
  readonly builder: Builder;
  /** Split -> files, in the order they are read. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
};

const BUILDERS: ReadonlySet<string> = new Set<Builder>(['json', 'csv', 'text', 'parquet']);
const OTHER_BUILDERS: ReadonlySet<string> = new Set([
  'arrow', 'xml', 'webdataset', 'imagefolder', 'audiofolder', 'videofolder', 'pdffolder', 'hdf5', 'sql', 'pandas', 'lance', 'generator', 'spark',
]);
const EXTENSIONS: Readonly<Record<string, Builder>> = {
  json: 'json', jsonl: 'json', ndjson: 'json', csv: 'csv', tsv: 'csv', txt: 'text', parquet: 'parquet',
};
/** Which wins where two are equally common. */
const PREFERENCE: readonly Builder[] = ['parquet', 'json', 'csv', 'text'];
const IGNORED: ReadonlySet<string> = new Set([
  'README.md', 'config.json', 'dataset_info.json', 'dataset_infos.json', 'dummy_data.zip', 'dataset_dict.json',
]);

const KEYWORDS: readonly (readonly [split: string, words: string])[] = [
  ['train', 'train|training'],
  ['validation', 'validation|valid|dev|val'],
  ['test', 'test|testing|eval|evaluation'],
];
const SHARD = /^data\/(\w+(?:\.\w+)*)-[0-9]{5}-of-[0-9]{5}[^/]*\.[^/]*$/;

/** Throws AssayError (missing-file, missing-data, hub-data, unsupported-data). */
export async function layoutOf(source: DatasetSource): Promise<Layout> {
  const builder = namedBuilder(source.path);
  const folder = builder === null ? folderOf(source, source.path) : folderOf(source, source.kwargs['data_dir']);
  if (source.dataFiles !== null) {
    const splits = await named(source.dataFiles);
    return { builder: builder ?? commonBuilder([...splits.values()].flat(), source.path), splits };
  }
  if (folder === null) throw builder === null ? notHere(source) : new AssayError('missing-data', { path: source.path });
  const files = (await filesBelow(folder)).filter((path) => !IGNORED.has(path.slice(path.lastIndexOf('/') + 1)));
  const readable = builder === null ? files : files.filter((path) => builderOf(path) === builder);
  const common = commonBuilder(readable, folder);
  const splits = bySplit(readable.filter((path) => builderOf(path) === common));
  return { builder: common, splits: new Map([...splits].map(([split, paths]) => [split, paths.map((path) => join(folder, path))])) };
}

function namedBuilder(path: string): Builder | null {
  if (OTHER_BUILDERS.has(path)) throw new AssayError('unsupported-data', { kind: path });
  return isBuilder(path) ? path : null;
}

function isBuilder(path: string): path is Builder {
  return BUILDERS.has(path);
}

function folderOf(source: DatasetSource, path: unknown): string | null {
  if (typeof path !== 'string') return null;
  const folder = resolve(source.base, path);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null;
}

function notHere({ path, base }: DatasetSource): AssayError {
  const local = isAbsolute(path) || path.startsWith('.') || path.split('/').length > 2;
  return local ? new AssayError('missing-file', { path: resolve(base, path) }) : new AssayError('hub-data', { id: path });
}

async function named(dataFiles: Readonly<Record<string, readonly string[]>>): Promise<Map<string, string[]>> {
  const splits = new Map<string, string[]>();
  for (const [split, patterns] of Object.entries(dataFiles)) {
    const files: string[] = [];
    for (const pattern of patterns) {
      const found = await expand(pattern);
      if (found.length === 0) throw new AssayError('missing-file', { path: pattern }, { file: pattern });
      files.push(...found);
    }
    splits.set(split, files);
  }
  return splits;
}

/** The builder of most files; ties go to the one `datasets` prefers. */
function commonBuilder(files: readonly string[], path: string): Builder {
  const counts = new Map<Builder, number>();
  for (const file of files) {
    const builder = builderOf(file);
    if (builder !== null) counts.set(builder, (counts.get(builder) ?? 0) + 1);
  }
  const [best] = PREFERENCE.filter((builder) => counts.has(builder)).sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  if (best === undefined) throw new AssayError('missing-data', { path });
  return best;
}

function builderOf(file: string): Builder | null {
  const extension = /\.(\w+?)(?:\.gz)?$/.exec(file)?.[1] ?? '';
  return EXTENSIONS[extension.toLowerCase()] ?? null;
}

/** The first rule that matches any file decides for all; files it does not match are left out. */
function bySplit(paths: readonly string[]): Map<string, string[]> {
  const shards = group(paths, (path) => SHARD.exec(path)?.[1] ?? null);
  if (shards.size > 0) return new Map([...shards].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
  const byFolder = keyworded(paths, (words) => new RegExp(`(?:^|/)(?:[^/]*[-._ 0-9])?(?:${words})(?:[-._ 0-9][^/]*)?/`));
  if (byFolder.size > 0) return byFolder;
  const byName = keyworded(paths, (words) => new RegExp(`(?:^|/)(?:[^/]*[-._ 0-9])?(?:${words})[-._ 0-9][^/]*$`));
  if (byName.size > 0) return byName;
  return new Map([['train', [...paths]]]);
}

function keyworded(paths: readonly string[], pattern: (words: string) => RegExp): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  for (const [split, words] of KEYWORDS) {
    const matcher = pattern(words);
    const matched = paths.filter((path) => matcher.test(path));
    if (matched.length > 0) splits.set(split, matched);
  }
  return splits;
}

function group(paths: readonly string[], splitOf: (path: string) => string | null): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  for (const path of paths) {
    const split = splitOf(path);
    if (split !== null) splits.set(split, [...(splits.get(split) ?? []), path]);
  }
  return splits;
}

function rank(split: string): number {
  const place = KEYWORDS.findIndex(([name]) => name === split);
  return place === -1 ? KEYWORDS.length : place;
}
