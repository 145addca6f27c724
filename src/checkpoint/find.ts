import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { naturalOrder } from '../files/natural-order';
import { AssayError } from '../protocol/errors';
import { namesOfCheckpoint } from './presence';

export type FindOptions = {
  /** Folders below the root that are looked into. Default 6. */
  readonly depth?: number;
  /** Folders looked into at most, so that an enormous tree ends. Default 20 000. */
  readonly folders?: number;
  readonly signal?: AbortSignal;
  /** Told of every folder before it is read. */
  readonly visit?: (folder: string) => Promise<void>;
};

/** Folders of tools, which hold no checkpoint of the person's own. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'site-packages', 'venv']);

/**
 * Folders at or below `root` that look like checkpoints, absolute, in natural order. Hidden folders are passed over, links
 * to folders followed once; folders that cannot be read are skipped. Throws `cancelled` when the signal is aborted.
 */
export async function findCheckpoints(root: string, { depth = 6, folders = 20_000, signal, visit }: FindOptions = {}): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  let level = [resolve(root)];
  for (let below = 0; below <= depth && level.length > 0; below += 1) {
    const next: string[] = [];
    for (const folder of level) {
      if (signal?.aborted) throw new AssayError('cancelled');
      const real = await realpath(folder).catch(() => null);
      if (real === null || seen.has(real) || seen.size >= folders) continue;
      seen.add(real);
      await visit?.(folder);
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      if (namesOfCheckpoint(entries.map((entry) => entry.name))) found.push(folder);
      for (const entry of entries) if (await isFolderToEnter(folder, entry)) next.push(join(folder, entry.name));
    }
    level = next;
  }
  return found.sort(naturalOrder);
}

async function isFolderToEnter(parent: string, entry: Dirent): Promise<boolean> {
  if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return false;
  if (entry.isDirectory()) return true;
  if (!entry.isSymbolicLink()) return false;
  return stat(join(parent, entry.name)).then((target) => target.isDirectory(), () => false);
}
