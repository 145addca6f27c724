/** Absolute patterns of `*`, `?`, `[…]` inside a name and `**` over folders. Links are followed once; a search ends at its budget. */
import { type Dirent, existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isPattern, NamePattern } from './name-pattern';
import { naturalOrder } from './natural-order';

export type SearchOptions = {
  readonly kind: 'files' | 'folders';
  /** Entries that are looked at before the search gives up. Default: 100 000. */
  readonly most?: number;
  readonly signal?: AbortSignal;
  /** Told of every folder before it is read. */
  readonly visit?: (folder: string) => Promise<void>;
};

/** A search that would have looked at more entries than it may. */
export class SearchTooLarge extends Error {
  override readonly name = 'SearchTooLarge';
  constructor(readonly root: string, readonly most: number) {
    super(`more than ${most} entries lie below ${root}`);
  }
}

const MOST_ENTRIES = 100_000;
const DEEPEST = 32;

/** What an absolute pattern stands for, in natural order. A name that exists as it is stands for itself; hidden entries only where the pattern names them. Throws SearchTooLarge. */
export async function expandPattern(pattern: string, options: SearchOptions): Promise<string[]> {
  if (existsSync(pattern)) return [pattern];
  if (!isPattern(pattern)) return [];
  const { root } = path.parse(pattern);
  const segments = pattern.slice(root.length).split(/[\\/]+/).filter((segment) => segment !== '');
  const fixed = segments.findIndex(isPattern);
  const search = new Search(path.join(root, ...segments.slice(0, fixed)), options);
  return search.expand(segments.slice(fixed));
}

/** Files or folders below `root`, relative with `/` between names, sorted by code unit; hidden ones and `node_modules` left out. Throws SearchTooLarge. */
export async function entriesBelow(root: string, options: SearchOptions & { readonly depth?: number }): Promise<string[]> {
  const search = new Search(root, options);
  return search.below(options.depth ?? DEEPEST);
}

class Search {
  private seen = 0;
  private readonly most: number;

  constructor(
    private readonly root: string,
    private readonly options: SearchOptions,
  ) {
    this.most = options.most ?? MOST_ENTRIES;
  }

  async expand(segments: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    await this.walk(this.root, segments, [], found);
    return [...found].sort(naturalOrder);
  }

  async below(depth: number): Promise<string[]> {
    const found: string[] = [];
    const visit = async (folder: string, prefix: string, above: readonly string[], level: number): Promise<void> => {
      for (const { name, isFolder } of await this.entries(folder, false)) {
        const relative = prefix + name;
        if (isFolder === (this.options.kind === 'folders')) found.push(relative);
        if (!isFolder || level >= depth) continue;
        const next = await this.enter(path.join(folder, name), above);
        if (next !== null) await visit(path.join(folder, name), `${relative}/`, next, level + 1);
      }
    };
    await visit(this.root, '', (await this.enter(this.root, [])) ?? [], 1);
    return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** `above`: real paths of the folders on the way, so that a link to one of them ends there. */
  private async walk(folder: string, segments: readonly string[], above: readonly string[], found: Set<string>): Promise<void> {
    const [segment, ...rest] = segments;
    if (segment === undefined) return void found.add(folder);
    if (segment !== '**' && !isPattern(segment)) {
      const next = path.join(folder, segment);
      const isFolder = await isFolderAt(next);
      if (isFolder === null) return;
      if (rest.length === 0) {
        if (isFolder === (this.options.kind === 'folders')) found.add(next);
      } else if (isFolder) await this.walk(next, rest, above, found);
      return;
    }
    const deep = segment === '**';
    const pattern = deep ? null : new NamePattern(segment);
    if (deep) {
      if (rest.length > 0) await this.walk(folder, rest, above, found);
      else if (this.options.kind === 'folders') found.add(folder);
    }
    for (const { name, isFolder } of await this.entries(folder, segment.startsWith('.'))) {
      if (pattern !== null && !pattern.matches(name)) continue;
      const next = path.join(folder, name);
      if (deep) {
        if (isFolder) {
          const entered = await this.enter(next, above);
          if (entered !== null) await this.walk(next, segments, entered, found);
        } else if (rest.length === 0 && this.options.kind === 'files') found.add(next);
      } else if (rest.length === 0) {
        if (isFolder === (this.options.kind === 'folders')) found.add(next);
      } else if (isFolder) await this.walk(next, rest, above, found);
    }
  }

  private async enter(folder: string, above: readonly string[]): Promise<readonly string[] | null> {
    const real = await realpath(folder).catch(() => null);
    return real === null || above.length >= DEEPEST || above.includes(real) ? null : [...above, real];
  }

  /** Entries of a folder with links resolved; none where it cannot be read. */
  private async entries(folder: string, hidden: boolean): Promise<{ readonly name: string; readonly isFolder: boolean }[]> {
    this.options.signal?.throwIfAborted();
    await this.options.visit?.(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    this.seen += entries.length;
    if (this.seen > this.most) throw new SearchTooLarge(this.root, this.most);
    const found: { name: string; isFolder: boolean }[] = [];
    for (const entry of entries) {
      if ((!hidden && entry.name.startsWith('.')) || entry.name === 'node_modules') continue;
      const isFolder = entry.isSymbolicLink() ? await isFolderAt(path.join(folder, entry.name)) : entry.isDirectory();
      if (isFolder !== null) found.push({ name: entry.name, isFolder });
    }
    return found;
  }
}

/** null: there is nothing. */
async function isFolderAt(place: string): Promise<boolean | null> {
  return stat(place).then((found) => found.isDirectory(), () => null);
}
