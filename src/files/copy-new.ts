import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError } from '../protocol/errors';
import { makeFolder } from './make-folder';
import { NEW_FILE } from './write-whole';

const PIECE = 1 << 23;

/**
 * Copies a plain file to a place where nothing is yet: in no time where the file system shares the blocks of a copy (APFS, Btrfs, XFS),
 * else in pieces. Throws `cannot-write`, `cancelled`; what has been written by then stays.
 */
export async function copyNew(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    makeFolder(dirname(to));
    if (!(await cloned(from, to))) await copied(from, to, signal);
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('cannot-write', { path: to, detail: (error as Error).message }, { file: to }, { cause: error });
  }
}

async function cloned(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
}

async function copied(from: string, to: string, signal: AbortSignal): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, NEW_FILE);
    try {
      const piece = Buffer.allocUnsafe(PIECE);
      for (;;) {
        if (signal.aborted) throw new AssayError('cancelled');
        const { bytesRead } = await source.read(piece, 0, PIECE, null);
        if (bytesRead === 0) break;
        await target.writeFile(piece.subarray(0, bytesRead));
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
