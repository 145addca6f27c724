/** Checkpoints of a config, opened and checked before any weight is used. One that cannot be used does not stop the others. */
import { type ResolvedCheckpoint, resolveCheckpoints } from '../catalog/checkpoints';
import { openCheckpoint } from '../checkpoint/open';
import { tokenizerPlace } from '../checkpoint/tokenizer/place';
import type { EvalConfig } from '../config/definition';
import { AssayError } from '../protocol/errors';
import type { Precision } from '../protocol/results';
import type { ModelSource } from './model-source';
import type { PlanFailure } from './plan-failure';

export type OpenedCheckpoint = { readonly name: string; readonly source: ModelSource };

export async function openCheckpoints(
  config: EvalConfig,
  workspace: string,
  instead: (source: ModelSource) => Promise<ModelSource> = (source) => Promise.resolve(source),
): Promise<{ readonly checkpoints: readonly OpenedCheckpoint[]; readonly failures: readonly PlanFailure[] }> {
  const resolved = await resolveCheckpoints(config.checkpoints, workspace);
  const failures: PlanFailure[] = resolved.failures.map(({ path, code, args }) => ({
    checkpoint: path,
    task: null,
    error: new AssayError(code, args, { file: path }),
    isUnknown: true,
  }));
  if (resolved.checkpoints.length === 0 && failures.length === 0) {
    const error = new AssayError('nothing-to-run', { detail: `no checkpoint in ${workspace}. Name one in the config or with --checkpoint.` });
    failures.push({ checkpoint: null, task: null, error, isUnknown: true });
  }
  const checkpoints: OpenedCheckpoint[] = [];
  for (const found of resolved.checkpoints) {
    try {
      checkpoints.push({ name: found.name, source: await instead(await sourceOf(found, config.precision)) });
    } catch (error) {
      failures.push({ checkpoint: found.name, task: null, error: AssayError.from(error), isUnknown: false });
    }
  }
  return { checkpoints, failures };
}

/** A server is not asked yet: it is when its run begins. */
async function sourceOf(found: ResolvedCheckpoint, precision: Precision): Promise<ModelSource> {
  if (found.kind === 'local') return { kind: 'checkpoint', checkpoint: await openCheckpoint(found.path, { tokenizer: found.tokenizer }), precision };
  if (precision === 'int8') throw new AssayError('int8-unsupported', { name: found.name });
  const { name, configPath, ...served } = found;
  if (served.tokenizer !== null) await tokenizerPlace(served.tokenizer, served.tokenizer);
  return { ...served, chat: false };
}
