import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openPlain } from '../files/read-limited';
import { AssayError } from '../protocol/errors';
import type { Checkpoint, FileStamp } from './checkpoint';
import { DigestMemory, type FileKey } from './digest-memory';
import { sameStamp, stampFrom } from './file-stamp';

/** Hashed in a few milliseconds, so that the event loop stays free. */
const PIECE = 1 << 20;

export type FingerprintPorts = { readonly memory?: DigestMemory; /** Milliseconds since 1970. */ readonly now?: () => number };

/**
 * SHA-256 (hex) over the name and every byte of each file a number depends on, where all of them are remembered; null where one
 * would have to be read. Folder and file times play no part, so a copy has the same fingerprint.
 */
export async function knownFingerprint(stamps: readonly FileStamp[], memory: DigestMemory = new DigestMemory()): Promise<string | null> {
  const digests: [string, string][] = [];
  for (const stamp of stamps) {
    const key = await keyOf(stamp);
    const digest = key === null ? null : memory.get(key);
    if (digest === null) return null;
    digests.push([stamp.name, digest]);
  }
  return combined(digests);
}

/**
 * The fingerprint of a checkpoint; files that are not remembered are read once, in pieces.
 * Throws `cancelled` when the signal is aborted, `checkpoint-changed` where a file is no longer the one that was opened.
 */
export async function completeFingerprint(
  checkpoint: Pick<Checkpoint, 'fingerprint' | 'stamps'>,
  signal: AbortSignal,
  { memory = new DigestMemory(), now = Date.now }: FingerprintPorts = {},
): Promise<string> {
  if (checkpoint.fingerprint !== null) return checkpoint.fingerprint;
  const digests: [string, string][] = [];
  try {
    for (const stamp of checkpoint.stamps) {
      const key = await keyOf(stamp);
      if (key === null) throw changed(stamp);
      const remembered = memory.get(key);
      const digest = remembered ?? (await digestOf(stamp, signal));
      if (remembered === null) memory.add(key, digest, now());
      digests.push([stamp.name, digest]);
    }
  } finally {
    memory.save();
  }
  return combined(digests);
}

function combined(digests: readonly (readonly [name: string, digest: string])[]): string {
  const hash = createHash('sha256');
  for (const [name, digest] of digests) hash.update(`${name}\0${digest}\0`);
  return hash.digest('hex');
}

/** null where the file is gone or is another one by now. */
async function keyOf(stamp: FileStamp): Promise<FileKey | null> {
  const found = await stat(stamp.file, { bigint: true }).catch(() => null);
  return found !== null && isStamped(stamp, found) ? found : null;
}

function isStamped(stamp: FileStamp, found: BigIntStats): boolean {
  return found.isFile() && sameStamp(stamp, stampFrom(stamp.name, stamp.file, found));
}

async function digestOf(stamp: FileStamp, signal: AbortSignal): Promise<string> {
  const { handle, found } = await openPlain(stamp.file).catch(() => Promise.reject(changed(stamp)));
  try {
    if (!isStamped(stamp, found)) throw changed(stamp);
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE);
    for (let position = 0; position < stamp.size; ) {
      if (signal.aborted) throw new AssayError('cancelled');
      const { bytesRead } = await handle.read(piece, 0, Math.min(PIECE, stamp.size - position), position);
      if (bytesRead === 0) throw changed(stamp);
      hash.update(piece.subarray(0, bytesRead));
      position += bytesRead;
    }
    // What was written meanwhile was hashed in part.
    if (!isStamped(stamp, await handle.stat({ bigint: true }))) throw changed(stamp);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

function changed({ file }: FileStamp): AssayError {
  return new AssayError('checkpoint-changed', { file }, { file });
}
