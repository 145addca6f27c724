/** Which files make a split, and which reader they need: named by the task, by the card of a folder, or found by their names. */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import type { PyValue } from '../python/value';
import { builderOf, type Builder, commonBuilder, namedBuilder } from './builder';
import { type CardConfig, readCard } from './card';
import type { Features } from './card-features';
import { defaultSplits } from './default-splits';
import { filesOf, FolderFiles } from './folder-files';
import { savedSplits } from './saved-to-disk';

/** Files in the order they are read. `patterns` say where they were looked for: there may be none. */
export type SplitFiles = { readonly files: readonly string[]; readonly patterns: readonly string[] };

export type Layout = {
  readonly builder: Builder;
  readonly splits: ReadonlyMap<string, SplitFiles>;
  /** Options of the reader: the card's, then the task's. */
  readonly options: Readonly<Record<string, PyValue>>;
  /** The builder was chosen by the files' extension. */
  readonly isFound: boolean;
  /** Types that the card of a folder declares. */
  readonly features: Features;
};

const NO_FEATURES: Features = new Map();

/** Rejects with an AssayError: missing-file, missing-data, hub-data, unsupported-data, unknown-data-config, broken-data (a card), too-many-files. */
export async function layoutOf(source: DatasetSource): Promise<Layout> {
  const builder = namedBuilder(source.path);
  if (builder !== null) return packagedLayout(source, builder);
  const folder = resolve(source.base, source.path);
  if (!isFolder(folder)) throw notHere(source);
  return folderLayout(source, folder);
}

/** `json`, `csv`, `text`, `parquet`, `arrow`: a name only labels the one config there is. */
async function packagedLayout(source: DatasetSource, builder: Builder): Promise<Layout> {
  const options = source.kwargs;
  if (source.dataFiles !== null) return { builder, splits: await namedSplits(source.dataFiles, filesOf), options, isFound: false, features: NO_FEATURES };
  const dataDir = dataDirOf(source);
  const folder = dataDir === null ? null : resolve(source.base, dataDir);
  if (folder === null || !isFolder(folder)) throw new AssayError('missing-data', { path: folder ?? source.path });
  const files = await FolderFiles.below(folder);
  return { builder, splits: foundSplits(files, files.data.filter((path) => builderOf(path) === builder)), options, isFound: false, features: NO_FEATURES };
}

async function folderLayout(source: DatasetSource, folder: string): Promise<Layout> {
  const saved = source.dataFiles === null ? await savedSplits(folder) : null;
  if (saved !== null) return { builder: 'arrow', splits: saved, options: source.kwargs, isFound: false, features: NO_FEATURES };
  const card = await readCard(folder);
  const config = chosenConfig(source, card.configs, folder);
  const features = card.features.get(config?.name ?? 'default') ?? NO_FEATURES;
  const dataDir = dataDirOf(source);
  const own = { ...config?.options, ...source.kwargs };
  if (source.dataFiles !== null) {
    // They start from the folder; a task file may have named them from where it stands.
    const inside = (file: string): string => {
      const below = resolve(folder, relative(source.base, file));
      return existsSync(file) && !existsSync(below) ? file : below;
    };
    return found(await namedSplits(source.dataFiles, (pattern) => filesOf(inside(pattern))), folder, own, features);
  }
  const files = await FolderFiles.below(resolve(folder, dataDir ?? config?.dataDir ?? ''));
  if (dataDir !== null || config === null || config.dataFiles === null) {
    const builder = commonBuilder(files.data, files.folder);
    return { builder, splits: foundSplits(files, files.data.filter((path) => builderOf(path) === builder)), options: own, isFound: true, features };
  }
  return found(await namedSplits(Object.fromEntries(config.dataFiles), (pattern) => Promise.resolve(files.matching(pattern))), folder, own, features);
}

/** null: there is no card. Throws AssayError (unknown-data-config). */
function chosenConfig({ path, name }: DatasetSource, configs: readonly CardConfig[], folder: string): CardConfig | null {
  if (configs.length === 0) {
    if (name === null || name === 'default') return null;
    throw new AssayError('unknown-data-config', { path, name, hint: ' Its folder has no card (README.md) that names configs, so "default" is all there is. data_dir names a folder in it.' }, { file: folder });
  }
  const names = configs.map((config) => config.name);
  const place = { file: join(folder, 'README.md') };
  if (name !== null) {
    const config = configs.find((candidate) => candidate.name === name);
    if (config !== undefined) return config;
    throw new AssayError('unknown-data-config', { path, name, hint: `${hint(name, names)} It has: ${names.join(', ')}.` }, place);
  }
  const defaults = configs.filter((config) => configs.length === 1 || config.name === 'default' || config.isDefault);
  const [only, second] = defaults;
  if (only !== undefined && second === undefined) return only;
  throw new AssayError('missing-data-config', { path, names: names.join(', ') }, place);
}

async function namedSplits(
  dataFiles: Readonly<Record<string, readonly string[]>>,
  filesFor: (pattern: string) => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, SplitFiles>> {
  const splits = new Map<string, SplitFiles>();
  for (const [split, patterns] of Object.entries(dataFiles)) {
    const files: string[] = [];
    for (const pattern of patterns) for (const file of await filesFor(pattern)) files.push(file);
    splits.set(split, { files, patterns });
  }
  return splits;
}

function found(splits: ReadonlyMap<string, SplitFiles>, path: string, options: Layout['options'], features: Features): Layout {
  const builder = commonBuilder([...splits.values()].flatMap(({ files }) => files), path);
  return { builder, splits, options, isFound: true, features };
}

function foundSplits(files: FolderFiles, paths: readonly string[]): ReadonlyMap<string, SplitFiles> {
  if (paths.length === 0) throw new AssayError('missing-data', { path: files.folder });
  return new Map([...defaultSplits(paths)].map(([split, own]) => [split, { files: own.map((path) => files.absolute(path)), patterns: [] }]));
}

function dataDirOf({ kwargs }: DatasetSource): string | null {
  const dataDir = kwargs['data_dir'];
  return typeof dataDir === 'string' && dataDir !== '' ? dataDir : null;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

function notHere({ path, base }: DatasetSource): AssayError {
  const local = isAbsolute(path) || path.startsWith('.') || path.split('/').length > 2;
  return local ? new AssayError('missing-file', { path: resolve(base, path) }) : new AssayError('hub-data', { id: path });
}
