import { realpath, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { openPlain } from '../files/read-limited';
import { AssayError } from '../protocol/errors';
import type { FileStamp } from './checkpoint';
import { broken, reasonOf } from './failure';
import { stampFrom } from './file-stamp';
import { parseHeader, type HeaderTensors } from './safetensors-header';

/** The safetensors library allows 100 MB; files of a hundred thousand tensors stay below this. */
const LARGEST_HEADER = 16 << 20;
const LENGTH_FIELD = 8;

export type SafetensorsFile = HeaderTensors & {
  readonly stamp: FileStamp;
};

/**
 * Reads and checks the header of a safetensors file; the weights stay where they are. `name` is the file's in its folder.
 * Throws `broken-checkpoint` naming file, tensor and cause.
 */
export async function readSafetensors(path: string, name = basename(path)): Promise<SafetensorsFile> {
  try {
    const file = await realpath(path);
    const { handle, found } = await openPlain(file);
    try {
      const size = Number(found.size);
      const header = await readHeader(handle, size, path);
      const dataLength = size - header.length;
      return { stamp: stampFrom(name, file, found), ...parseHeader(header.subarray(LENGTH_FIELD), { path, file, dataStart: header.length, dataLength }) };
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
  if (length > BigInt(LARGEST_HEADER)) throw broken(`${name} announces a header of ${length} bytes; beyond ${LARGEST_HEADER} it is damaged, or no safetensors file.`, { file: path });
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
