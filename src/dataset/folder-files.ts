/** The data files below a folder, found in one walk, and those that a pattern stands for. */
import { basename, join } from 'node:path';
import { isPattern, NamePattern } from '../files/name-pattern';
import { entriesBelow, expandPattern, SearchTooLarge } from '../files/path-pattern';
import { AssayError } from '../protocol/errors';

/** Never data, unless a pattern ends in their name. */
const IGNORED: ReadonlySet<string> = new Set([
  'README.md', 'config.json', 'dataset_info.json', 'dataset_infos.json', 'dummy_data.zip', 'dataset_dict.json',
]);

export class FolderFiles {
  private constructor(
    readonly folder: string,
    /** With `/` between names, sorted by code unit. */
    readonly paths: readonly string[],
  ) {}

  /** Rejects with an AssayError (too-many-files). */
  static async below(folder: string): Promise<FolderFiles> {
    const found = await bounded(folder, () => entriesBelow(folder, { kind: 'files' }));
    return new FolderFiles(folder, found.filter((path) => !isSpecial(path)));
  }

  /** Those that a listing names, there or not. */
  static listed(folder: string, paths: readonly string[]): FolderFiles {
    const isHidden = (path: string): boolean => path.split('/').some((name) => name.startsWith('.') || name === 'node_modules');
    return new FolderFiles(folder, paths.filter((path) => !isHidden(path) && !isSpecial(path)).sort(byCodeUnit));
  }

  /** Those that are data whether asked for by name or not. */
  get data(): readonly string[] {
    return this.paths.filter((path) => !IGNORED.has(basename(path)));
  }

  /** Files that a pattern relative to the folder stands for, in sorted order; a name without pattern stands for itself, there or not. */
  matching(pattern: string): readonly string[] {
    const bare = pattern.replace(/^(?:\.?\/)+/, '');
    if (!isPattern(bare) || this.paths.includes(bare)) return [this.absolute(bare)];
    const segments = bare.split('/').map((segment) => (segment === '**' ? null : new NamePattern(segment)));
    const last = bare.slice(bare.lastIndexOf('/') + 1);
    return this.paths.filter((path) => matches(segments, path.split('/')) && (!IGNORED.has(basename(path)) || last === basename(path))).map((path) => this.absolute(path));
  }

  absolute(path: string): string {
    return join(this.folder, path);
  }
}

/** Files that an absolute pattern stands for, in sorted order; a name without pattern stands for itself, there or not. Rejects with an AssayError (too-many-files). */
export async function filesOf(pattern: string): Promise<readonly string[]> {
  if (!isPattern(pattern)) return [pattern];
  const found = await bounded(pattern, () => expandPattern(pattern, { kind: 'files' }));
  if (found.length === 1 && found[0] === pattern) return found;
  const last = basename(pattern);
  return found.filter((file) => !IGNORED.has(basename(file)) || last === basename(file)).sort(byCodeUnit);
}

/** Folders that begin with `__` are Python's own. */
function isSpecial(path: string): boolean {
  return path.split('/').slice(0, -1).some((name) => name.startsWith('__'));
}

/** null stands for `**`: any number of names. Each pair of positions is looked at once. */
function matches(pattern: readonly (NamePattern | null)[], names: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (segment === null) for (let to = at; to <= names.length; to++) next.add(to);
      else if (at < names.length && segment.matches(names[at] ?? '')) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(names.length);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function bounded<T>(place: string, search: () => Promise<T>): Promise<T> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof SearchTooLarge) throw new AssayError('too-many-files', { path: place, most: error.most }, { file: place });
    throw error;
  }
}
