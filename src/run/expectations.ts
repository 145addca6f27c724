/** Whether a finished task met what its config expects of it. */
import { boundFor, meets } from '../config/expect';
import type { Expectation } from '../protocol/events';
import type { FinishedTask } from './task-results';
import type { RunPlan } from './plan';

/** Judged on the value as aggregated, not as rounded. `metric` without a filter means the first filter that has it. */
export function expectationsOf({ facts, numbers }: FinishedTask, plan: RunPlan): Expectation[] {
  return facts.expect.flatMap((entry) => {
    const { metric, configPath } = entry;
    const bound = boundFor(entry, plan.checkpoint.name);
    if (bound === null) return [];
    const found = numbers.metrics.find(({ key }) => key === metric || key.split(',')[0] === metric);
    return [
      {
        checkpoint: plan.checkpoint.name,
        task: facts.name,
        metric: found?.key ?? metric,
        expected: bound.text,
        actual: found?.value ?? null,
        met: found !== undefined && meets(bound, found.value),
        config: plan.config,
        config_path: configPath,
      },
    ];
  });
}
