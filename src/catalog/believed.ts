/**
 * What was found on disk, taken for true again without a look at every file: a config is checked at every stop of the typing, and
 * beside it may lie ten thousand task files. A folder tells by its time when an entry comes, goes or gets another name; that a file
 * was written over is told by the caller's `revision`. As a watcher may miss something, nothing is believed for long.
 */
import { stat } from 'node:fs/promises';

/** Told of every folder before it is read. */
export type Visit = (folder: string) => Promise<void>;

/** Milliseconds that something is believed at least, and as a multiple of what the look took. */
const LEAST = 5_000;
const MULTIPLE = 20;
/** Things that are remembered; a workspace that has more begins anew. */
const MOST = 2_000;

type Known<Value> = { readonly revision: number; readonly until: number; readonly folders: ReadonlyMap<string, string>; readonly value: Value };

export class Believed<Value> {
  private readonly known = new Map<string, Known<Value>>();

  /** `now`: milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Everything is looked at again. */
  clear(): void {
    this.known.clear();
  }

  /**
   * `look` tells `visit` every folder it reads, before it does. `revision`: the same number as last time says that no file has
   * changed since; null: not known, so there is always a look.
   */
  async get(key: string, revision: number | null, look: (visit: Visit) => Promise<Value>): Promise<Value> {
    if (revision === null) return look(() => Promise.resolve());
    const known = this.known.get(key);
    if (known?.revision === revision && this.now() < known.until && (await areAsTheyWere(known.folders))) return known.value;
    const folders = new Map<string, string>();
    const began = this.now();
    const value = await look(async (folder) => void folders.set(folder, await stampOf(folder)));
    const ended = this.now();
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(key, { revision, until: ended + Math.max(LEAST, MULTIPLE * (ended - began)), folders, value });
    return value;
  }
}

async function areAsTheyWere(folders: ReadonlyMap<string, string>): Promise<boolean> {
  const same = await Promise.all([...folders].map(async ([folder, stamp]) => (await stampOf(folder)) === stamp));
  return same.every(Boolean);
}

/** Of a folder, or what stands in its place. */
async function stampOf(folder: string): Promise<string> {
  return stat(folder).then(({ mtimeMs, ino, dev }) => `${mtimeMs} ${ino} ${dev}`, () => 'missing');
}
