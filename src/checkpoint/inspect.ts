import { AssayError, type SerializedError } from '../protocol/errors';
import type { TensorDtype } from './checkpoint';
import { totalsOf } from './open';
import { readParts, type ReadOptions } from './parts';

/** What can be said of a folder without opening it for use; null where a problem hides it. */
export type Inspection = {
  /** Absolute. */
  readonly path: string;
  readonly modelType: string | null;
  readonly parameters: number | null;
  readonly dtype: TensorDtype | null;
  readonly bytes: number | null;
  readonly maxLength: number | null;
  readonly step: number | null;
  /** Every problem found, not only the first: weights, config, tokenizer, architecture. With one it cannot be evaluated. */
  readonly problems: readonly SerializedError[];
  readonly warnings: readonly SerializedError[];
};

/** Looks at a checkpoint as `openCheckpoint` does, but collects problems and never throws one; of its headers nothing is kept. */
export async function inspectCheckpoint(folder: string, options: ReadOptions = {}): Promise<Inspection> {
  const problems: SerializedError[] = [];
  const { path, weights, config, maxLength, step, warnings } = await readParts(folder, (problem) => problems.push(AssayError.from(problem).toJSON()), options);
  const totals = weights === null ? { parameters: null, dtype: null, bytes: null } : totalsOf(weights.tensors.values());
  return { path, modelType: config?.modelType ?? null, ...totals, maxLength, step, problems, warnings };
}
