/** A data set on the hub: its commits, its files, and the way of some of them into the cache, in the layout that Python's libraries read. */
import path from 'node:path';
import { existsSync } from 'node:fs';
import { writeWhole } from '../files/write-whole';
import { AssayError } from '../protocol/errors';
import { fetchBlob, type HubFile, placeInSnapshot } from './blob';
import { COMMIT, commitOf, isInside, repositoryFolder, type Snapshot } from './cache';
import { type Clock, type HubServer, NotThere } from './server';

const MOST_FILES = 200_000;
const TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by huggingface_hub.\n# For information about cache directory tags, see:\n#\thttps://bford.info/cachedir/\n';

export type RepositoryOptions = {
  readonly server: HubServer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The hub cache. */
  readonly hub: string;
  readonly withLinks: boolean;
};

export type FetchProgress = (file: string, done: number, total: number) => void;

export class HubRepository {
  constructor(
    readonly id: string,
    private readonly options: RepositoryOptions,
  ) {}

  /** The commit that a branch is at; null: there is no such revision. Rejects as HubServer does. */
  private async commitOf(revision: string): Promise<string | null> {
    const { server } = this.options;
    try {
      const { hub, body } = await server.ask('HEAD', this.fileAddress(revision, 'README.md'), this.id);
      body.destroy();
      const commit = hub['x-repo-commit'];
      if (typeof commit === 'string' && COMMIT.test(commit)) return commit;
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
    }
    try {
      const { value } = await server.json(`/api/datasets/${this.id}/revision/${encodeURIComponent(revision)}`, this.id);
      const sha = typeof value === 'object' && value !== null ? (value as { readonly sha?: unknown }).sha : null;
      if (typeof sha === 'string' && COMMIT.test(sha)) return sha;
      throw server.odd('a revision without a commit');
    } catch (error) {
      if (error instanceof NotThere) return null;
      throw error;
    }
  }

  /** A revision's commit with all its files: of a branch the commit that the cache knows, while the hub has it. null: no such revision. Rejects as HubServer does. */
  async at(revision: string): Promise<{ readonly commit: string; readonly files: ReadonlyMap<string, HubFile> } | { readonly commit: null; readonly files: ReadonlyMap<string, HubFile> }> {
    const known = COMMIT.test(revision) ? revision : await commitOf(repositoryFolder(this.options.hub, this.id), revision);
    const knownFiles = known === null ? null : await this.filesAt(known);
    if (known !== null && knownFiles !== null) return { commit: known, files: knownFiles };
    const commit = known === revision ? null : await this.commitOf(revision);
    if (commit === null) return { commit, files: new Map() };
    const files = await this.filesAt(commit);
    if (files === null) throw this.options.server.odd('a commit without files');
    return { commit, files };
  }

  /** null: there is no such commit. */
  private async filesAt(commit: string): Promise<ReadonlyMap<string, HubFile> | null> {
    const { server } = this.options;
    const files = new Map<string, HubFile>();
    const seen = new Set<string>();
    let page: string | null = `/api/datasets/${this.id}/tree/${commit}?recursive=true&expand=false`;
    while (page !== null) {
      if (seen.has(page)) throw server.odd('a listing that goes round in circles');
      seen.add(page);
      let listing: { readonly value: unknown; readonly next: string | null };
      try {
        listing = await server.json(page, this.id);
      } catch (error) {
        if (error instanceof NotThere) return null;
        throw error;
      }
      const { value, next } = listing;
      if (!Array.isArray(value)) throw server.odd('no listing where it should be');
      for (const entry of value) {
        const file = fileOf(entry);
        if (file !== null) files.set(file.path, file);
      }
      if (files.size > MOST_FILES) throw new AssayError('too-many-files', { path: this.id, most: MOST_FILES });
      page = next;
    }
    return files;
  }

  /** A snapshot that has the listing, and the files of it that are named. `refs`: names of this commit, written last. Rejects as fetchBlob does. */
  async fetch(commit: string, files: ReadonlyMap<string, HubFile>, wanted: readonly HubFile[], refs: readonly string[], progress: FetchProgress): Promise<Snapshot> {
    const { hub, signal, server, clock, withLinks } = this.options;
    const folder = repositoryFolder(hub, this.id);
    const snapshot = path.join(folder, 'snapshots', commit);
    if (!existsSync(path.join(hub, 'CACHEDIR.TAG'))) writeWhole(path.join(hub, 'CACHEDIR.TAG'), [TAG]);
    const total = wanted.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of wanted) {
      const place = path.join(snapshot, ...file.path.split('/'));
      if (!existsSync(place)) {
        const done = before;
        const blob = await fetchBlob(this.fileAddress(commit, file.path), this.id, file, path.join(folder, 'blobs'), { server, clock, signal, progress: (bytes) => progress(file.path, done + bytes, total) });
        placeInSnapshot(blob, place, withLinks);
      }
      before += file.size;
      progress(file.path, before, total);
    }
    writeWhole(path.join(folder, 'trees', `${commit}.json`), [listingText(files)]);
    for (const ref of refs) if (!COMMIT.test(ref)) writeWhole(path.join(folder, 'refs', ...ref.split('/')), [commit]);
    return { folder: snapshot, commit, listed: [...files.keys()].sort() };
  }

  private fileAddress(revision: string, file: string): string {
    return `/datasets/${this.id}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;
  }
}

/** null: a folder, or nothing that can be a file of ours. */
function fileOf(entry: unknown): HubFile | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { type, path: name, size, oid, lfs } = entry as Readonly<Record<string, unknown>>;
  if (type !== 'file' || typeof name !== 'string' || !isInside(name)) return null;
  if (typeof lfs === 'object' && lfs !== null) {
    const large = lfs as { readonly oid?: unknown; readonly size?: unknown };
    if (typeof large.oid === 'string' && /^[0-9a-f]{64}$/.test(large.oid) && isSize(large.size)) return { path: name, size: large.size, etag: large.oid, isLarge: true };
    return null;
  }
  return typeof oid === 'string' && COMMIT.test(oid) && isSize(size) ? { path: name, size, etag: oid, isLarge: false } : null;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** As huggingface_hub 1 keeps it. */
function listingText(files: ReadonlyMap<string, HubFile>): string {
  const listed = [...files.values()].map(({ path: name, size, etag, isLarge }) => [name, { size, blob_id: etag, ...(isLarge && { lfs_sha256: etag, lfs_size: size }) }]);
  return JSON.stringify({ format_version: 1, files: Object.fromEntries(listed) as unknown }, null, 1);
}
