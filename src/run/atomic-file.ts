/** Files that are either whole or not there: written beside their place, then renamed. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AssayError } from '../protocol/errors';
import { makeFolder } from './folder';

/** Writes the chunks to `file`. Throws AssayError `cannot-write`; then nothing is left behind. */
export function writeWhole(file: string, chunks: Iterable<string>): void {
  const temporary = `${file}.part`;
  try {
    makeFolder(dirname(file));
    const descriptor = openSync(temporary, 'w');
    try {
      for (const chunk of chunks) writeSync(descriptor, chunk);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new AssayError('cannot-write', { path: file, detail: (error as Error).message }, { file }, { cause: error });
  }
}
