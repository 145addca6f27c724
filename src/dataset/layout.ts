/** Which files make a split, and which reader they need: files that the task names, a folder, or what the caches hold of a data set of the hub. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { isRepositoryId } from '../hub/repository-id';
import { AssayError } from '../protocol/errors';
import { builderOf, type Builder, namedBuilder } from './builder';
import { filesOf, FolderFiles } from './folder-files';
import { folderLayout } from './folder-layout';
import { cachedLayout } from './hub-layout';
import { dataDirOf, foundSplits, type Layout, namedSplits, NO_FEATURES } from './split-files';

export type { Layout } from './split-files';

/**
 * `split`: the one that is wanted, which of several caches may hold; null: whichever are known. Rejects with an AssayError: missing-file, missing-data,
 * hub-data, hub-incomplete, unsupported-data, unknown-data-config, missing-data-config, broken-data (a card), too-many-files.
 */
export async function layoutOf(source: DatasetSource, split: string | null): Promise<Layout> {
  const builder = namedBuilder(source.path);
  if (builder !== null) return packagedLayout(source, builder);
  const folder = resolve(source.base, source.path);
  if (isFolder(folder)) return folderLayout(source, folder);
  const { path } = source;
  if (isAbsolute(path) || !isRepositoryId(path)) throw new AssayError('missing-file', { path: folder });
  return cachedLayout(source, split);
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

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
