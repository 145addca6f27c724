/** A data set of the hub in the caches of this machine: the hub's own cache, then that of `datasets`. Nothing is fetched. */
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { cachedSnapshot, type Snapshot } from '../hub/cache';
import { hubPlaces } from '../hub/places';
import { cachedIds } from '../hub/repository-id';
import { AssayError } from '../protocol/errors';
import { arrowCacheLayout } from './arrow-cache';
import { FolderFiles } from './folder-files';
import { folderLayout, unknownConfig } from './folder-layout';
import { type Layout, NO_FEATURES, type SplitFiles } from './split-files';

/** The branch with the hub's own Parquet files of a data set. */
export const CONVERTED = 'refs/convert/parquet';
const CONVERTED_REF = 'convert/parquet';

/** What one cache holds. */
export type HeldLayout = {
  readonly layout: Layout;
  /** Split -> a file of it that is not here. */
  readonly missing: ReadonlyMap<string, string>;
  /** A split that is not named here does not exist. */
  readonly isWhole: boolean;
};

/** The first cache that holds the split. Rejects as layoutOf does. */
export async function cachedLayout(source: DatasetSource, split: string | null): Promise<Layout> {
  const id = source.path;
  let failure: AssayError | null = null;
  let absent: string | null = null;
  let named: HeldLayout | null = null;
  for (const look of looks(source)) {
    let held: HeldLayout | null;
    try {
      held = await look();
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      failure ??= error;
      continue;
    }
    if (held === null) continue;
    if (split === null || !held.layout.splits.has(split)) {
      if (named === null || (held.isWhole && !named.isWhole)) named = held;
      continue;
    }
    const missing = held.missing.get(split);
    if (missing === undefined) return held.layout;
    absent ??= missing;
  }
  if (absent !== null) throw new AssayError('hub-incomplete', { id, file: absent });
  if (named !== null && (split === null || named.isWhole)) return named.layout;
  throw failure ?? new AssayError('hub-data', { id });
}

function looks(source: DatasetSource): (() => Promise<HeldLayout | null>)[] {
  const places = hubPlaces();
  const ids = cachedIds(source.path);
  const revision = revisionOf(source);
  const inHub = ids.map((id) => async (): Promise<HeldLayout | null> => {
    const snapshot = await cachedSnapshot(places.hub, id, revision);
    // A data set that is a program is read from the files that the hub made of it.
    if (snapshot !== null && !isScript(snapshot, id)) return snapshotLayout(source, snapshot);
    const converted = revision === 'main' ? await cachedSnapshot(places.hub, id, CONVERTED_REF) : null;
    return converted === null ? null : convertedLayout(source, converted.folder, (await filesOf(converted)(converted.folder)).paths);
  });
  if (source.dataFiles !== null || source.kwargs['data_dir'] !== undefined) return inHub;
  const inDatasets = ids.map((id) => async () => {
    const snapshot = await cachedSnapshot(places.hub, id, revision);
    return arrowCacheLayout(source, places.datasets, id, snapshot?.commit ?? null);
  });
  return [...inHub, ...inDatasets];
}

export function revisionOf({ kwargs }: DatasetSource): string {
  const { revision } = kwargs;
  return typeof revision === 'string' && revision !== '' ? revision : 'main';
}

function isScript({ folder, listed }: Snapshot, id: string): boolean {
  const script = `${id.slice(id.indexOf('/') + 1)}.py`;
  return listed?.includes(script) ?? existsSync(join(folder, script));
}

function filesOf({ folder, listed }: Snapshot): (below: string) => Promise<FolderFiles> {
  return (below) => {
    if (listed === null) return FolderFiles.below(below);
    const prefix = relative(folder, below).split(sep).join('/');
    return Promise.resolve(FolderFiles.listed(below, prefix === '' ? listed : listed.filter((path) => path.startsWith(`${prefix}/`)).map((path) => path.slice(prefix.length + 1))));
  };
}

/** Of the hub's own files: what they are is said by the card, or by their names. Rejects as folderLayout does. */
export async function snapshotLayout(source: DatasetSource, snapshot: Snapshot): Promise<HeldLayout> {
  const layout = await folderLayout(source, snapshot.folder, snapshot.listed === null ? null : filesOf(snapshot));
  return { layout, missing: missingOf(layout.splits, snapshot.listed !== null), isWhole: layout.isNamed || snapshot.listed !== null };
}

/** `{config}/{split}/0000.parquet`. Throws AssayError: unknown-data-config, missing-data-config, unsupported-data (only a part was made). */
export function convertedLayout(source: DatasetSource, folder: string, paths: readonly string[]): HeldLayout {
  const configs = new Map<string, Map<string, string[]>>();
  for (const path of paths) {
    const [config, split, file, ...more] = path.split('/');
    if (config === undefined || split === undefined || file === undefined || more.length > 0 || !file.endsWith('.parquet')) continue;
    const splits = configs.get(config) ?? new Map<string, string[]>();
    configs.set(config, splits.set(split, [...(splits.get(split) ?? []), join(folder, config, split, file)]));
  }
  const names = [...configs.keys()];
  const [only] = names;
  const isAlone = names.length === 1 && only === 'default';
  const name = source.name ?? (names.includes('default') ? 'default' : names.length === 1 ? (only ?? '') : null);
  if (name === null) throw new AssayError('missing-data-config', { path: source.path, names: names.join(', ') }, { file: folder });
  // The hub calls the config of a program that has one alone `default`.
  const splits = configs.get(name) ?? (isAlone ? configs.get('default') : undefined);
  if (splits === undefined) throw unknownConfig(source.path, name, names, folder);
  const partial = [...splits.keys()].find((split) => split.startsWith('partial-'));
  if (partial !== undefined) throw new AssayError('unsupported-data', { kind: `the hub's Parquet files of ${source.path}, which hold its first rows only (${partial})` }, { file: folder });
  const files = new Map([...splits].map(([split, own]): [string, SplitFiles] => [split, { files: own.sort(), patterns: [] }]));
  const layout: Layout = { builder: 'parquet', splits: files, options: source.kwargs, isFound: true, features: NO_FEATURES };
  return { layout, missing: missingOf(files, true), isWhole: false };
}

/** `isListed`: every file of the split is named. Else the shards that their names count. */
function missingOf(splits: ReadonlyMap<string, SplitFiles>, isListed: boolean): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  for (const [split, { files, patterns }] of splits) {
    const absent = files.find((file) => !existsSync(file)) ?? (isListed ? undefined : missingShard(files)) ?? (files.length === 0 ? (patterns[0] ?? split) : undefined);
    if (absent !== undefined) missing.set(split, absent);
  }
  return missing;
}

function missingShard(files: readonly string[]): string | undefined {
  const there = new Set(files);
  for (const file of files) {
    const [, begin, , total = '', end] = /^(.*-)(\d{5})-of-(\d{5})([^/\\]*)$/s.exec(file) ?? [];
    if (begin === undefined || there.size >= Number(total)) continue;
    for (let shard = 0; shard < Number(total); shard++) {
      const other = `${begin}${String(shard).padStart(5, '0')}-of-${total}${end}`;
      if (!there.has(other)) return other;
    }
  }
  return undefined;
}
