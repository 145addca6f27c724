/** The splits of a folder: named by the task, by the folder's card, or found by the names of its files. */
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import { builderOf, commonBuilder } from './builder';
import { type CardConfig, readCard } from './card';
import { filesOf, FolderFiles } from './folder-files';
import { savedSplits } from './saved-to-disk';
import { dataDirOf, found, foundSplits, type Layout, namedSplits, NO_FEATURES } from './split-files';

/** The files below a folder that a listing promises, there or not. */
export type FilesBelow = (folder: string) => Promise<FolderFiles>;

/** `isNamed`: the card says which splits there are. */
export type FolderLayout = Layout & { readonly isNamed: boolean };

/** Rejects with an AssayError: missing-data, unsupported-data, unknown-data-config, missing-data-config, broken-data (a card, a state), too-many-files. */
export async function folderLayout(source: DatasetSource, folder: string, listed: FilesBelow | null = null): Promise<FolderLayout> {
  const filesBelow = listed ?? ((below: string) => FolderFiles.below(below));
  const saved = source.dataFiles === null ? await savedSplits(folder) : null;
  if (saved !== null) return { builder: 'arrow', splits: saved, options: source.kwargs, isFound: false, features: NO_FEATURES, isNamed: true };
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
    const promised = listed === null ? null : await listed(folder);
    const files = (pattern: string): Promise<readonly string[]> => {
      const place = inside(pattern);
      return promised === null || !isBelow(place, folder) ? filesOf(place) : Promise.resolve(promised.matching(relative(folder, place).split(sep).join('/')));
    };
    return { ...found(await namedSplits(source.dataFiles, files), folder, own, features), isNamed: true };
  }
  const files = await filesBelow(resolve(folder, dataDir ?? config?.dataDir ?? ''));
  if (dataDir !== null || config === null || config.dataFiles === null) {
    const builder = commonBuilder(files.data, files.folder);
    return { builder, splits: foundSplits(files, files.data.filter((path) => builderOf(path) === builder)), options: own, isFound: true, features, isNamed: false };
  }
  const splits = await namedSplits(Object.fromEntries(config.dataFiles), (pattern) => Promise.resolve(files.matching(pattern)));
  return { ...found(splits, folder, own, features), isNamed: true };
}

function isBelow(place: string, folder: string): boolean {
  return place.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** null: there is no card. Throws AssayError (unknown-data-config, missing-data-config). */
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
    throw unknownConfig(path, name, names, place.file);
  }
  const defaults = configs.filter((config) => configs.length === 1 || config.name === 'default' || config.isDefault);
  const [only, second] = defaults;
  if (only !== undefined && second === undefined) return only;
  throw new AssayError('missing-data-config', { path, names: names.join(', ') }, place);
}

export function unknownConfig(path: string, name: string, names: readonly string[], file: string): AssayError {
  return new AssayError('unknown-data-config', { path, name, hint: `${hint(name, names)} It has: ${names.join(', ')}.` }, { file });
}
