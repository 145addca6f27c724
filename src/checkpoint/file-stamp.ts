import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStamp } from './checkpoint';

/** Stamps are made of `bigint` stats only: rounded times would differ by the way they were rounded. */
export function stampFrom(name: string, file: string, { dev, ino, size, mtimeNs }: FileTimes): FileStamp {
  return { name, file, dev: Number(dev), ino: Number(ino), size: Number(size), mtimeMs: Number(mtimeNs) / 1e6 };
}

export type FileTimes = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs'>;

/** The stamp of a plain file in `folder`; null where there is none. */
export async function stampIn(folder: string, name: string, as = name): Promise<FileStamp | null> {
  try {
    const file = await realpath(join(folder, name));
    const found = await stat(file, { bigint: true });
    return found.isFile() ? stampFrom(as, file, found) : null;
  } catch {
    return null;
  }
}

/** Windows numbers a volume differently from one call to the next in some versions of Node. */
const DEVICES_ARE_STABLE = process.platform !== 'win32';

export type Stamped = Pick<FileStamp, 'dev' | 'ino' | 'size' | 'mtimeMs'>;

/** Whether two looks at a path saw one file with one content, as far as that can be told without reading it. */
export function sameStamp(a: Stamped, b: Stamped, devicesAreStable = DEVICES_ARE_STABLE): boolean {
  return (!devicesAreStable || a.dev === b.dev) && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** Whether two lists hold the same files, by name and unchanged; their order does not matter. */
export function sameStamps(a: readonly FileStamp[], b: readonly FileStamp[]): boolean {
  const named = new Map(b.map((stamp) => [stamp.name, stamp]));
  return a.length === b.length && named.size === b.length && a.every((stamp) => {
    const other = named.get(stamp.name);
    return other !== undefined && sameStamp(stamp, other);
  });
}
