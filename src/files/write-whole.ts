/** Files that are either whole or not there: written beside their place under a name nobody can guess, then renamed. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AssayError } from '../protocol/errors';
import { makeFolder } from './make-folder';
import { renamePatiently } from './renaming';
import { TextBytes } from './text-bytes';

/** A new file, never an existing one and never through a link. */
export const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | ((constants.O_NOFOLLOW as number | undefined) ?? 0);
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
  const draft = new Draft(file);
  try {
    for (const chunk of chunks) draft.add(chunk);
    draft.put();
  } catch (error) {
    throw draft.discard(error);
  }
}

/** The same, chunk by chunk as they come; bytes are taken over at once. */
export async function writeWholeAsync(file: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
  const draft = new Draft(file);
  try {
    for await (const chunk of chunks) draft.add(chunk);
    draft.put();
  } catch (error) {
    throw draft.discard(error);
  }
}

/** A file beside its place, until it is whole. */
class Draft {
  private readonly temporary: string;
  private descriptor: number | null = null;
  private readonly waiting = new TextBytes();
  private length = 0;

  constructor(private readonly file: string) {
    this.temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  }

  add(chunk: string | Uint8Array): void {
    if (typeof chunk === 'string') this.waiting.add(chunk);
    else this.waiting.addBytes(chunk);
    if (this.waiting.size >= GATHERED) this.flush(this.open());
  }

  /** On disk, as long as it is meant to be, then in its place. */
  put(): void {
    const descriptor = this.open();
    this.flush(descriptor);
    fsyncSync(descriptor);
    const { size } = fstatSync(descriptor);
    if (size !== this.length) throw new Error(`${this.length} bytes were written and ${size} are there`);
    this.close();
    renamePatiently(this.temporary, this.file);
  }

  /** Takes it away; what to throw for `error`. */
  discard(error: unknown): AssayError {
    this.close();
    rmSync(this.temporary, { force: true });
    if (error instanceof AssayError) return error;
    return new AssayError('cannot-write', { path: this.file, detail: (error as Error).message }, { file: this.file }, { cause: error });
  }

  private open(): number {
    if (this.descriptor !== null) return this.descriptor;
    makeFolder(dirname(this.file));
    return (this.descriptor = openNew(this.temporary));
  }

  private flush(descriptor: number): void {
    const bytes = this.waiting.take();
    writeFully(descriptor, bytes);
    this.length += bytes.length;
  }

  private close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}
