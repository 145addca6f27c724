import { stat } from 'node:fs/promises';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { AssayError } from '../../protocol/errors';

/** The weight files are mapped: one that was written to would silently give other numbers. Error: `checkpoint-changed`. */
export async function assertUnchanged(checkpoint: Checkpoint): Promise<void> {
  for (const known of checkpoint.files) {
    const now = await stat(known.file).catch(() => null);
    const same = now !== null && now.dev === known.dev && now.ino === known.ino && now.size === known.size && now.mtimeMs === known.mtimeMs;
    if (!same) throw new AssayError('checkpoint-changed', { file: known.file }, { file: known.file });
  }
}
