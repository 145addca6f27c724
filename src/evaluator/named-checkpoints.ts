/** Names of checkpoints that a config speaks of in `baseline` and `expect`: a misspelt one would leave a comparison or a threshold out without a word. */
import type { EvalConfig } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import type { PlanFailure } from './plan-failure';

/** A failure for each name that no checkpoint of the config has. */
export function unknownNames({ baseline, tasks, file }: EvalConfig, names: readonly string[]): PlanFailure[] {
  const expected = tasks.flatMap(({ expect }) => expect.flatMap(({ bounds }) => ('byCheckpoint' in bounds ? Object.keys(bounds.byCheckpoint) : [])));
  const spoken = new Set([...(baseline === null ? [] : [baseline]), ...expected]);
  return [...spoken].filter((name) => !names.includes(name)).map((name) => {
    const args = { path: name, hint: hint(name, names) || ` This config has: ${names.join(', ')}.` };
    return { checkpoint: null, task: null, error: new AssayError('unknown-checkpoint', args, file === null ? {} : { file }), isUnknown: true };
  });
}
