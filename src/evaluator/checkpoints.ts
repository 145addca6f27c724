/** Checkpoints of a config, opened and checked before any weight is used. One that cannot be used does not stop the others. */
import { resolveCheckpoints } from '../catalog/checkpoints';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { openCheckpoint } from '../checkpoint/open';
import type { EvalConfig } from '../config/definition';
import { AssayError } from '../protocol/errors';
import type { PlanFailure } from './plan-failure';

export type OpenedCheckpoint = { readonly name: string; readonly checkpoint: Checkpoint };

export async function openCheckpoints(
  config: EvalConfig,
  workspace: string,
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
      if (found.kind === 'endpoint') throw new AssayError('endpoint-unsupported', { endpoint: found.endpoint });
      const checkpoint = await openCheckpoint(found.path, { tokenizer: found.tokenizer });
      checkpoints.push({ name: found.name, checkpoint });
    } catch (error) {
      failures.push({ checkpoint: found.name, task: null, error: AssayError.from(error), isUnknown: false });
    }
  }
  return { checkpoints, failures };
}
