/** Files that are either whole or not there: written beside their place under a name nobody can guess, then renamed. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AssayError } from '../protocol/errors';
import { makeFolder } from './make-folder';
import { renamePatiently } from './renaming';

/** A new file, never an existing one and never through a link. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | ((constants.O_NOFOLLOW as number | undefined) ?? 0);
const GATHERED = 1 << 18;

/** Opens a file that is not there yet. Throws the system's error (`EEXIST` where something stands there, a link too). */
export function openNew(file: string): number {
  return openSync(file, NEW_FILE, 0o666);
}

/** All bytes, however many the system takes at a time. Throws the system's error. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

/** Writes the chunks to `file`. Throws AssayError `cannot-write`; then nothing is left behind and an earlier file is as it was. */
export function writeWhole(file: string, chunks: Iterable<string>): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    makeFolder(dirname(file));
    const descriptor = openNew(temporary);
    try {
      const length = writeChunks(descriptor, chunks);
      fsyncSync(descriptor);
      const { size } = fstatSync(descriptor);
      if (size !== length) throw new Error(`${length} bytes were written and ${size} are there`);
    } finally {
      closeSync(descriptor);
    }
    renamePatiently(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof AssayError) throw error;
    throw new AssayError('cannot-write', { path: file, detail: (error as Error).message }, { file }, { cause: error });
  }
}

function writeChunks(descriptor: number, chunks: Iterable<string>): number {
  let length = 0;
  let waiting = '';
  const flush = (): void => {
    const bytes = Buffer.from(waiting, 'utf8');
    writeFully(descriptor, bytes);
    length += bytes.length;
    waiting = '';
  };
  for (const chunk of chunks) {
    waiting += chunk;
    if (waiting.length >= GATHERED) flush();
  }
  flush();
  return length;
}
