/** Which files make the splits of a data set, and which reader they need. */
import type { DatasetSource } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import type { PyValue } from '../python/value';
import { type Builder, commonBuilder } from './builder';
import type { Features } from './card-features';
import { defaultSplits } from './default-splits';
import type { FolderFiles } from './folder-files';

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

/** The one that is meant, and what there is. */
export function splitHint(split: string, names: readonly string[]): string {
  return `${hint(split, names)} It has: ${names.join(', ')}.`;
}

export const NO_FEATURES: Features = new Map();

export async function namedSplits(
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

/** Throws AssayError (missing-data). */
export function found(splits: ReadonlyMap<string, SplitFiles>, path: string, options: Layout['options'], features: Features): Layout {
  const builder = commonBuilder([...splits.values()].flatMap(({ files }) => files), path);
  return { builder, splits, options, isFound: true, features };
}

/** Throws AssayError (missing-data). */
export function foundSplits(files: FolderFiles, paths: readonly string[]): ReadonlyMap<string, SplitFiles> {
  if (paths.length === 0) throw new AssayError('missing-data', { path: files.folder });
  return new Map([...defaultSplits(paths)].map(([split, own]) => [split, { files: own.map((path) => files.absolute(path)), patterns: [] }]));
}

export function dataDirOf({ kwargs }: DatasetSource): string | null {
  const dataDir = kwargs['data_dir'];
  return typeof dataDir === 'string' && dataDir !== '' ? dataDir : null;
}
