/** Reading files that may be anybody's: plain files only, up to a size. A FIFO or a device is refused before a byte is read. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Most bytes of a file, by what it is. */
export const MOST = {
  /** Eval configs, task files. */
  yaml: 1 << 20,
  /** Configs and tokenizers of a checkpoint, results. */
  json: 64 << 20,
  /** run.json, lock.json. */
  run: 1 << 20,
} as const;

export type ReadFailureReason = 'missing' | 'not-a-file' | 'too-large' | 'unreadable';

const REASONS: Readonly<Record<Exclude<ReadFailureReason, 'unreadable'>, (most: number) => string>> = {
  missing: () => 'it is not there',
  'not-a-file': () => 'it is not a plain file',
  'too-large': (most) => `it is larger than ${sizeText(most)}`,
};

/** Why a file could not be read; `code` is the system's own (`ENOENT`, …) where there is one, `message` says the reason in words. */
export class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
  constructor(
    readonly file: string,
    readonly reason: ReadFailureReason,
    readonly most: number,
    readonly code: string | undefined,
    options?: { cause?: unknown },
  ) {
    super(reason === 'unreadable' ? `it cannot be read (${code ?? 'unknown cause'})` : REASONS[reason](most), options);
  }
}

/** All bytes of a plain file. Rejects with a ReadFailure. */
export async function readLimited(file: string, most: number): Promise<Buffer> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, READ_WITHOUT_WAITING);
    const bytes = roomFor(file, await handle.stat(), most);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return whole(file, bytes, length, most);
  } catch (error) {
    throw failureOf(file, most, error);
  } finally {
    await handle?.close();
  }
}

/** The same, at once. Throws a ReadFailure. */
export function readLimitedSync(file: string, most: number): Buffer {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, READ_WITHOUT_WAITING);
    const bytes = roomFor(file, fstatSync(descriptor), most);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return whole(file, bytes, length, most);
  } catch (error) {
    throw failureOf(file, most, error);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** A plain file's text, UTF-8. Rejects with a ReadFailure. */
export async function readTextLimited(file: string, most: number): Promise<string> {
  return (await readLimited(file, most)).toString('utf8');
}

export function readTextLimitedSync(file: string, most: number): string {
  return readLimitedSync(file, most).toString('utf8');
}

/** A plain file of any size, to be read in pieces; the caller closes it. Rejects with a ReadFailure. */
export async function openPlain(file: string): Promise<{ readonly handle: FileHandle; readonly found: BigIntStats }> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, READ_WITHOUT_WAITING);
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw new ReadFailure(file, 'not-a-file', 0, undefined);
    return { handle, found };
  } catch (error) {
    await handle?.close();
    throw failureOf(file, 0, error);
  }
}

/** Opening a FIFO waits for a writer unless told not to; Windows has no such flag and no such files. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** One byte more than the file has, so that one that grows meanwhile is noticed. */
function roomFor(file: string, found: { isFile(): boolean; readonly size: number }, most: number): Buffer {
  if (!found.isFile()) throw new ReadFailure(file, 'not-a-file', most, undefined);
  if (found.size > most) throw new ReadFailure(file, 'too-large', most, undefined);
  return Buffer.allocUnsafe(Math.min(found.size, most) + 1);
}

function whole(file: string, bytes: Buffer, length: number, most: number): Buffer {
  if (length > most) throw new ReadFailure(file, 'too-large', most, undefined);
  return bytes.subarray(0, length);
}

function failureOf(file: string, most: number, error: unknown): ReadFailure {
  if (error instanceof ReadFailure) return error;
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : code === 'EISDIR' || code === 'ENXIO' ? 'not-a-file' : 'unreadable';
  return new ReadFailure(file, reason, most, code, { cause: error });
}

function sizeText(bytes: number): string {
  return bytes >= 1 << 20 ? `${Math.round(bytes / (1 << 20))} MB` : `${Math.round(bytes / 1024)} KB`;
}
