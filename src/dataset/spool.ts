/** A temporary file for rows: a name nobody can guess, for this person only, gone when it is closed. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../protocol/errors';

const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Files that could not be removed while they were open. */
const left = new Set<string>();
let hears = false;

export function newSpoolPath(): string {
  return join(tmpdir(), `assay-rows-${randomBytes(12).toString('hex')}`);
}

export class Spool {
  private isOpen = true;

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
  ) {}

  /** Throws AssayError (cannot-write). `keep`: somebody else opens it by its name and then it goes. */
  static create(file = newSpoolPath(), keep = false): Spool {
    const spool = new Spool(file, writing(file, () => openSync(file, CREATE, 0o600)));
    if (!keep) removeSpool(file);
    return spool;
  }

  /** One that another process made. */
  static adopt(file: string): Spool {
    const spool = new Spool(file, openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)));
    removeSpool(file);
    return spool;
  }

  /** Appends. Throws AssayError (cannot-write), when the disk is full for one. */
  write(bytes: Uint8Array): void {
    writing(this.file, () => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done, bytes.length - done);
    });
  }

  /** Fills `into` from there on; throws RangeError where the file ends before. */
  read(into: Uint8Array, position: number): void {
    for (let done = 0; done < into.length; ) {
      const got = readSync(this.descriptor, into, done, into.length - done, position + done);
      if (got === 0) throw new RangeError('the file of rows ends too early');
      done += got;
    }
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.descriptor);
    if (left.has(this.file)) removeSpool(this.file);
  }
}

/** An open file may be removed; where a system forbids that, it goes when it is closed or the process ends. */
export function removeSpool(file: string): void {
  try {
    rmSync(file, { force: true });
    left.delete(file);
  } catch {
    left.add(file);
    if (!hears) process.once('exit', () => left.forEach((path) => rmSync(path, { force: true })));
    hears = true;
  }
}

function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new AssayError('cannot-write', { path: file, detail: error instanceof Error ? error.message : String(error) }, { file }, { cause: error });
  }
}
