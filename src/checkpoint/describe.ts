import { join, resolve } from 'node:path';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { TensorDtype } from './checkpoint';
import { maxLengthOf, readConfig, tokenizerLimitOf } from './config';
import { readJsonObjectIfThere } from './json-file';
import { requireCheckpointFolder, totalsOf } from './open';
import { stepOf } from './step';
import { missingTokenizer } from './tokenizer/files';
import { readWeights } from './weights';

/** What can be said of a folder without opening it for use; null where a problem hides it. */
export type CheckpointDescription = {
  /** Absolute. */
  readonly path: string;
  readonly modelType: string | null;
  readonly parameters: number | null;
  readonly dtype: TensorDtype | null;
  readonly bytes: number | null;
  readonly maxLength: number | null;
  readonly step: number | null;
  /** Every problem found, not only the first: config, weights, tokenizer. */
  readonly problems: readonly SerializedError[];
};

/** Looks at a checkpoint as `openCheckpoint` would, but collects problems and never throws one; no weight is read. */
export async function describeCheckpoint(folder: string): Promise<CheckpointDescription> {
  const path = resolve(folder);
  const problems: SerializedError[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      problems.push(AssayError.from(error).toJSON());
      return null;
    }
  };

  const nothing = { path, modelType: null, parameters: null, dtype: null, bytes: null, maxLength: null, step: null, problems };
  await attempt(() => requireCheckpointFolder(path));
  if (problems.length > 0) return nothing;

  const read = await attempt(() => readConfig(path));
  const weights = await attempt(async () => totalsOf((await readWeights(path)).tensors.values()));
  const limit = await attempt(async () => {
    const missing = await missingTokenizer(path);
    if (missing !== null) throw missing;
    return tokenizerLimitOf(await readJsonObjectIfThere(join(path, 'tokenizer_config.json')));
  });
  return {
    path,
    modelType: read?.modelType ?? null,
    parameters: weights?.parameters ?? null,
    dtype: weights?.dtype ?? null,
    bytes: weights?.bytes ?? null,
    maxLength: read === null ? null : maxLengthOf(read.config, limit),
    step: await stepOf(path),
    problems,
  };
}
