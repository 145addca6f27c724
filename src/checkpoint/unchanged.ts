import { statSync } from 'node:fs';
import type { Checkpoint, FileStamp } from './checkpoint';
import { sameStamp, stampFrom } from './file-stamp';

/** The first weight file that is no longer the one that was opened (rewritten, replaced, gone), or null. */
export function checkUnchanged(checkpoint: Pick<Checkpoint, 'files'>): FileStamp | null {
  return firstChanged(checkpoint.files);
}

/** The first of these files that is no longer the one that was seen, or null. */
export function firstChanged(stamps: readonly FileStamp[]): FileStamp | null {
  return stamps.find((stamp) => !isSame(stamp)) ?? null;
}

function isSame(was: FileStamp): boolean {
  try {
    return sameStamp(was, stampFrom(was.name, was.file, statSync(was.file, { bigint: true })));
  } catch {
    return false;
  }
}
