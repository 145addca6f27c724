import { statSync } from 'node:fs';
import type { Checkpoint, FileIdentity } from './checkpoint';

/** The first weight file that is no longer the one that was opened (rewritten, replaced, gone), or null. */
export function checkUnchanged(checkpoint: Pick<Checkpoint, 'files'>): FileIdentity | null {
  return checkpoint.files.find((file) => !isSame(file)) ?? null;
}

function isSame(was: FileIdentity): boolean {
  try {
    const now = statSync(was.file);
    return now.dev === was.dev && now.ino === was.ino && now.size === was.size && now.mtimeMs === was.mtimeMs;
  } catch {
    return false;
  }
}
