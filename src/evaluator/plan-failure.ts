import type { AssayError } from '../protocol/errors';
import { type ReportedError, reportError } from '../protocol/results';

/** What could not be planned: a checkpoint (`task` null), a task of every run, or the whole config (both null). */
export type PlanFailure = {
  readonly checkpoint: string | null;
  readonly task: string | null;
  /** Digest of the `tasks:` entry it concerns. */
  readonly entry?: string | null;
  readonly error: AssayError;
  /** What was asked for does not exist; otherwise it exists and cannot be used. */
  readonly isUnknown: boolean;
};

export function reportFailure({ checkpoint, task, error }: PlanFailure): ReportedError {
  return reportError(error.toJSON(), checkpoint, task);
}
