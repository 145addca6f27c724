/** Fetches what a split of a hub data set needs into the hub cache: its card, a listing, and the files of the split. */
import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { DatasetSource } from '../config/definition';
import type { HubFile } from '../hub/blob';
import { isRevision, type Snapshot } from '../hub/cache';
import type { FetchProgress, HubRepository } from '../hub/repository';
import { AssayError } from '../protocol/errors';
import { CONVERTED, convertedLayout, type HeldLayout, revisionOf, snapshotLayout } from './hub-layout';
import { splitHint } from './split-files';

const NOWHERE = { commit: null, files: new Map<string, HubFile>() };
const CARD = ['README.md', '.huggingface.yaml'];

/**
 * The commit is the one that a cache holds in part, else what the branch is at now. Rejects with an AssayError: hub-no-revision, missing-split,
 * unknown-data-config, missing-data-config, missing-data, unsupported-data, and as HubRepository does.
 */
export async function fetchSplit(source: DatasetSource, split: string, repository: HubRepository, progress: FetchProgress): Promise<void> {
  const revision = revisionOf(source);
  const { commit, files } = isRevision(revision) ? await repository.at(revision) : NOWHERE;
  if (commit === null) throw new AssayError('hub-no-revision', { id: repository.id, revision });
  const isScript = files.has(`${repository.id.slice(repository.id.indexOf('/') + 1)}.py`);
  if (isScript && revision === 'main') return fetchConverted(source, split, repository, progress);
  const card = CARD.flatMap((name) => files.get(name) ?? []);
  const fetch = (wanted: readonly HubFile[], told: FetchProgress): Promise<Snapshot> => repository.fetch(commit, files, wanted, [revision], told);
  const snapshot = await fetch(card, () => undefined);
  await fetch(wantedFiles(await snapshotLayout(source, snapshot), split, snapshot, files), progress);
}

/** The files that the hub made of a data set that is a program. */
async function fetchConverted(source: DatasetSource, split: string, repository: HubRepository, progress: FetchProgress): Promise<void> {
  const { commit, files } = await repository.at(CONVERTED);
  if (commit === null) throw new AssayError('unsupported-data', { kind: `${source.path} is a program, and the hub has no Parquet files of it` });
  // Python asks for the branch by this whole name.
  const refs = ['convert/parquet', CONVERTED];
  const snapshot = await repository.fetch(commit, files, [], refs, () => undefined);
  const wanted = wantedFiles(convertedLayout(source, snapshot.folder, snapshot.listed ?? []), split, snapshot, files);
  await repository.fetch(commit, files, wanted, refs, progress);
}

function wantedFiles({ layout: { splits } }: HeldLayout, split: string, { folder }: Snapshot, files: ReadonlyMap<string, HubFile>): readonly HubFile[] {
  const own = splits.get(split);
  if (own === undefined) throw new AssayError('missing-split', { split, hint: splitHint(split, [...splits.keys()]) });
  return own.files.filter((file) => !existsSync(file)).map((file) => {
    const name = relative(folder, file).split(sep).join('/');
    const found = files.get(name);
    if (found === undefined) throw new AssayError('missing-file', { path: name });
    return found;
  });
}
