import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { AssayError } from '../protocol/errors';
import type { FileIdentity } from './checkpoint';
import { broken, reasonOf } from './failure';
import { parseHeader, type HeaderTensors } from './safetensors-header';

/** The limit of the safetensors library itself. */
const LARGEST_HEADER = 100_000_000;
const LENGTH_FIELD = 8;

export type SafetensorsFile = HeaderTensors & {
  readonly identity: FileIdentity;
  /** The length field and the header, as they are in the file. */
  readonly header: Uint8Array;
};

/**
 * Reads and checks the header of a safetensors file; the weights stay where they are.
 * Throws `broken-checkpoint` naming file, tensor and cause.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  try {
    const file = await realpath(path);
    const handle = await open(file, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw broken(`${basename(path)} is not a file.`, { file: path });
      const header = await readHeader(handle, stat.size, path);
      const dataLength = stat.size - header.length;
      const identity = { file, dev: stat.dev, ino: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs };
      return { identity, header, ...parseHeader(header.subarray(LENGTH_FIELD), { path, file, dataStart: header.length, dataLength }) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw broken(`${basename(path)} cannot be read: ${reasonOf(error)}.`, { file: path }, error);
  }
}

/** The length field (u64, little-endian) and the header it announces. */
async function readHeader(handle: FileHandle, size: number, path: string): Promise<Uint8Array> {
  const name = basename(path);
  const field = await readExactly(handle, 0, Math.min(size, 64), path);
  if (Buffer.from(field).toString('latin1').startsWith('version https://git-lfs')) {
    throw broken(`${name} is a Git LFS pointer, not the weights; run "git lfs pull".`, { file: path });
  }
  if (size < LENGTH_FIELD) throw broken(`${name} has ${size} bytes; it is truncated.`, { file: path });
  const length = new DataView(field.buffer, field.byteOffset).getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER)) throw broken(`${name} announces a header of ${length} bytes; it is damaged or no safetensors file.`, { file: path });
  const end = LENGTH_FIELD + Number(length);
  if (end > size) throw broken(`the header of ${name} ends at byte ${end} of ${size}; the file is truncated.`, { file: path });
  return readExactly(handle, 0, end, path);
}

/** `length` bytes from `position`, from a file that may shrink meanwhile. */
export async function readExactly(handle: FileHandle, position: number, length: number, path: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) throw broken(`${basename(path)} became shorter while it was read.`, { file: path });
    read += bytesRead;
  }
  return bytes;
}
