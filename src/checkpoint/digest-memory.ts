/** SHA-256 of files that were read whole before, kept in the person's cache folder. Losing it costs time, nothing else. */
import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../files/cache-folder';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { writeWhole } from '../files/write-whole';
import { isObject } from './json-file';

export const DIGESTS_FILE = 'digests.json';
const VERSION = 1;
/** Some hundred checkpoints; the oldest go first. */
const MOST_ENTRIES = 4096;
/** File systems keep times to within this: a younger file may still be written to without its times changing. */
const YOUNG_NS = 2_000_000_000n;

/** What a file is recognised by. The time of its last change of any kind is among it: a modification time can be set back. */
export type FileKey = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

export class DigestMemory {
  private readonly fresh = new Map<string, string>();
  private known: Map<string, string>;

  /** @param file digests.json, or null to remember nothing beyond this object. */
  constructor(private readonly file: string | null = defaultFile()) {
    this.known = readDigests(file);
  }

  get(key: FileKey): string | null {
    const text = textOf(key);
    return this.fresh.get(text) ?? this.known.get(text) ?? null;
  }

  /** A file that was changed a moment before `now` (milliseconds) is not remembered. */
  add(key: FileKey, digest: string, now: number): void {
    const changed = key.mtimeNs > key.ctimeNs ? key.mtimeNs : key.ctimeNs;
    if (BigInt(Math.floor(now)) * 1_000_000n - changed >= YOUNG_NS) this.fresh.set(textOf(key), digest);
  }

  /** Writes what was added beside what others have written meanwhile. A folder that cannot be written to is passed over. */
  save(): void {
    if (this.file === null || this.fresh.size === 0) return;
    this.known = new Map([...readDigests(this.file), ...this.fresh]);
    this.fresh.clear();
    const kept = [...this.known].slice(-MOST_ENTRIES);
    try {
      writeWhole(this.file, [JSON.stringify({ version: VERSION, files: Object.fromEntries(kept) }), '\n']);
    } catch {
      // A full disk or a home that cannot be written to: the next run reads the weights again.
    }
  }
}

function defaultFile(): string | null {
  const folder = cacheFolder();
  return folder === null ? null : path.join(folder, DIGESTS_FILE);
}

/** Windows numbers a volume differently from one call to the next in some versions of Node; its file numbers are unique as they are. */
function textOf({ dev, ino, size, mtimeNs, ctimeNs }: FileKey): string {
  return [process.platform === 'win32' ? 0n : dev, ino, size, mtimeNs, ctimeNs].join(':');
}

const KEY = /^\d+(:-?\d+){4}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** Nothing where the file is missing, damaged or of another version; entries that are none are left out. */
function readDigests(file: string | null): Map<string, string> {
  if (file === null) return new Map();
  let stored: unknown;
  try {
    stored = JSON.parse(readTextLimitedSync(file, MOST.json));
  } catch {
    return new Map();
  }
  if (!isObject(stored) || stored['version'] !== VERSION || !isObject(stored['files'])) return new Map();
  return new Map(Object.entries(stored['files']).filter((entry): entry is [string, string] => KEY.test(entry[0]) && typeof entry[1] === 'string' && DIGEST.test(entry[1])));
}
