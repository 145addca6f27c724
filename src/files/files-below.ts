/** All files of one kind below a folder, with what tells whether they have changed. Links are followed once; the search ends at its budget. */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { SearchTooLarge } from './path-pattern';

/** `stamp`: another one means that the file is another, or was written to. */
export type SeenFile = { readonly file: string; readonly stamp: string; readonly changedMs: number };

export type FilesBelowOptions = {
  readonly ending: string;
  /** Names of folders that are not entered, besides hidden ones. */
  readonly skipped: ReadonlySet<string>;
  /** Entries that are looked at. */
  readonly most: number;
  /** Told of every folder before it is read. */
  readonly visit?: (folder: string) => Promise<void>;
};

/** Entries that are looked at in one go: asked one by one without waiting, ten thousand take a tenth of the time, and nobody waits for more than some milliseconds. */
const AT_ONCE = 200;
const DEEPEST = 32;

/** By path, with `/` between names. Rejects with SearchTooLarge, and with the system's error where the folder itself is not there or is none. */
export async function filesBelow(root: string, options: FilesBelowOptions): Promise<SeenFile[]> {
  if (!statSync(root).isDirectory()) throw new Error('it is no folder');
  const walk = new Walk(root, options);
  await walk.folder(root, '', [realpathSync(root)]);
  return walk.found.sort((a, b) => (a.relative < b.relative ? -1 : a.relative > b.relative ? 1 : 0));
}

/** What tells a file as it is now; null where there is no plain file. */
export function seenFile(file: string): SeenFile | null {
  const found = statOf(file);
  return found === null || !found.isFile() ? null : { file, ...stampOf(found) };
}

/** Lets others have their turn. */
export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Walk {
  readonly found: (SeenFile & { readonly relative: string })[] = [];
  private seen = 0;
  private untilPause = AT_ONCE;

  constructor(
    private readonly root: string,
    private readonly options: FilesBelowOptions,
  ) {}

  /** `above`: real paths of the folders on the way, so that a link to one of them ends there. */
  async folder(folder: string, prefix: string, above: readonly string[]): Promise<void> {
    const { ending, skipped, most, visit } = this.options;
    await visit?.(folder);
    const entries = entriesOf(folder);
    this.seen += entries.length;
    if (this.seen > most) throw new SearchTooLarge(this.root, most);
    for (const entry of entries) {
      const { name } = entry;
      if (name.startsWith('.') || skipped.has(name)) continue;
      const place = path.join(folder, name);
      if (--this.untilPause <= 0) {
        this.untilPause = AT_ONCE;
        await pause();
      }
      const isLink = entry.isSymbolicLink();
      const isFolder = isLink ? statOf(place)?.isDirectory() === true : entry.isDirectory();
      if (isFolder) {
        const real = isLink ? realOf(place) : path.join(above.at(-1) ?? folder, name);
        if (real !== null && above.length < DEEPEST && !above.includes(real)) await this.folder(place, `${prefix}${name}/`, [...above, real]);
      } else if (name.endsWith(ending)) {
        const stat = statOf(place);
        if (stat !== null) this.found.push({ file: place, relative: prefix + name, ...stampOf(stat) });
      }
    }
  }
}

function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Omit<SeenFile, 'file'> {
  return { stamp: `${size} ${mtimeMs} ${ctimeMs} ${ino}`, changedMs: Math.max(mtimeMs, ctimeMs) };
}

function statOf(place: string): Stats | null {
  try {
    return statSync(place, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function realOf(place: string): string | null {
  try {
    return realpathSync(place);
  } catch {
    return null;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
