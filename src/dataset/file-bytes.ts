/** A data file's bytes, piece by piece: plain files only, `.gz` and `.zst` unpacked. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { AssayError } from '../protocol/errors';
import { broken } from './broken';

const PIECE = 256 << 10;
const ZSTD_PIECE = 4 << 10;
/** What a packed file may unpack to: this many times its size, and always this many bytes. Text that people wrote packs ten times. */
const MOST_RATIO = 200;
const ALWAYS = 64 << 20;

/** Opening a FIFO waits for a writer unless told not to; Windows has no such flag and no such files. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** Throws AssayError: missing-file, broken-data (not a plain file, damaged packing, unpacks to far too much), unsupported-data (packed another way). */
export async function* fileBytes(file: string): AsyncGenerator<Buffer> {
  const packed = /\.(xz|bz2|lz4|zip)$/.exec(file)?.[1];
  if (packed !== undefined) throw new AssayError('unsupported-data', { kind: `.${packed}` }, { file });
  const { handle, size } = await openPlain(file);
  try {
    const pieces = piecesOf(handle, file);
    const most = Math.max(size * MOST_RATIO, ALWAYS);
    if (file.endsWith('.gz')) yield* bounded(file, 'gzip', gunzipped(pieces), most);
    else if (file.endsWith('.zst')) yield* bounded(file, 'zstd', unzstd(pieces), most);
    else yield* pieces;
  } finally {
    await handle.close();
  }
}

/** Throws AssayError: missing-file, broken-data. */
export async function openPlain(file: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  let handle: FileHandle;
  try {
    handle = await open(file, READ_WITHOUT_WAITING);
  } catch (error) {
    throw openFailure(file, error);
  }
  const found = await handle.stat();
  const fault = found.isFile() ? await pointerFault(handle, found.size) : 'it is not a plain file';
  if (fault === null) return { handle, size: found.size };
  await handle.close();
  throw broken(file, fault);
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** A clone made without Git LFS holds a few lines of text in the place of each large file. */
async function pointerFault(handle: FileHandle, size: number): Promise<string | null> {
  if (size > 400) return null;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LFS_POINTER.length), 0, LFS_POINTER.length, 0);
  return buffer.toString('latin1', 0, bytesRead) === LFS_POINTER ? 'it is a Git LFS pointer, not the data. Run `git lfs pull` in its folder' : null;
}

function openFailure(file: string, error: unknown): AssayError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new AssayError('missing-file', { path: file }, { file });
  if (code === 'ENXIO' || code === 'EISDIR') return broken(file, 'it is not a plain file');
  return broken(file, `it cannot be read (${code ?? String(error)})`);
}

async function* piecesOf(handle: FileHandle, file: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    const { bytesRead } = await handle.read(piece, 0, PIECE, position).catch((error: unknown) => {
      throw openFailure(file, error);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

async function* bounded(file: string, packing: string, unpacked: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const piece of unpacked) {
      size += piece.length;
      if (size > most) throw broken(file, `it unpacks to more than ${Math.round(most / (1 << 20))} MB, ${MOST_RATIO} times its size`);
      yield piece;
    }
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw broken(file, `${packing}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function gunzipped(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // A failure reaches who reads through the destroyed stream.
  return pipeline(Readable.from(packed, { objectMode: false }), createGunzip({ chunkSize: PIECE }), () => undefined);
}

/** Frames one after the other are one text, as with gzip. */
async function* unzstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const decoder = new Decompress((data) => ready.push(Buffer.from(data)));
  for await (const piece of packed) {
    // What a few bytes unpack to is handed on before more are taken.
    for (let at = 0; at < piece.length; at += ZSTD_PIECE) {
      decoder.push(piece.subarray(at, at + ZSTD_PIECE));
      yield* ready.splice(0);
    }
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
