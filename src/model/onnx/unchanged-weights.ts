import type { Checkpoint } from '../../checkpoint/checkpoint';
import { checkUnchanged } from '../../checkpoint/unchanged';
import { AssayError } from '../../protocol/errors';

/** The weight files are mapped: one that was written to would silently give other numbers. Throws `checkpoint-changed`. */
export function assertUnchanged(checkpoint: Pick<Checkpoint, 'files'>): void {
  const changed = checkUnchanged(checkpoint);
  if (changed !== null) throw new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
}
