/** The hub cache on this machine: snapshots of repositories, as huggingface_hub lays them out. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { MOST, ReadFailure, readTextLimited } from '../files/read-limited';

export type Snapshot = {
  /** What lies in it is what somebody asked for: more may belong to it. */
  readonly folder: string;
  readonly commit: string;
  /** Every path of the repository, where a listing was kept; null: not known. */
  readonly listed: readonly string[] | null;
};

export const COMMIT = /^[0-9a-f]{40}$/;

/** Of the data set's folder in a cache. `id`: a repository id. */
export function repositoryFolder(hub: string, id: string): string {
  return path.join(hub, `datasets--${id.replace('/', '--')}`);
}

/** The snapshot of a branch or commit; null: nothing of it is here. */
export async function cachedSnapshot(hub: string, id: string, revision: string): Promise<Snapshot | null> {
  const repository = repositoryFolder(hub, id);
  const commit = COMMIT.test(revision) ? revision : await commitOf(repository, revision);
  if (commit === null) return null;
  const folder = path.join(repository, 'snapshots', commit);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  return { folder, commit, listed: await listingOf(path.join(repository, 'trees', `${commit}.json`)) };
}

/** A branch, tag or commit by a name that can be a path below `refs`. */
export function isRevision(text: string): boolean {
  return /^\w[\w.-]*(?:\/[\w.-]+)*$/.test(text) && !text.includes('..');
}

/** What `refs/<revision>` says; null: nothing. */
export async function commitOf(repository: string, revision: string): Promise<string | null> {
  if (!isRevision(revision)) return null;
  const text = await textOf(path.join(repository, 'refs', ...revision.split('/')), 1000);
  return text !== null && COMMIT.test(text.trim()) ? text.trim() : null;
}

async function listingOf(file: string): Promise<readonly string[] | null> {
  const text = await textOf(file, MOST.json);
  if (text === null) return null;
  try {
    const { format_version: version, files } = JSON.parse(text) as { readonly format_version?: unknown; readonly files?: unknown };
    if (version !== 1 || typeof files !== 'object' || files === null) return null;
    return Object.keys(files).filter(isInside).sort(byCodeUnit);
  } catch {
    return null;
  }
}

/** A path that stays in the folder it is joined to. */
export function isInside(relative: string): boolean {
  return relative !== '' && !/[\\\0:]/.test(relative) && relative.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function textOf(file: string, most: number): Promise<string | null> {
  try {
    return await readTextLimited(file, most);
  } catch (error) {
    if (error instanceof ReadFailure) return null;
    throw error;
  }
}
