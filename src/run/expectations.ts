/** Whether a finished task met what its config expects of it. */
import type { Bound } from '../config/definition';
import type { Expectation } from '../protocol/events';
import type { FinishedTask } from './execute';
import type { RunPlan } from './plan';

/** Judged on the value as aggregated, not as rounded. `metric` without a filter means the first filter that has it. */
export function expectationsOf(task: FinishedTask, plan: RunPlan): Expectation[] {
  return task.plan.expect.flatMap(({ metric, bounds, configPath }) => {
    const bound = 'all' in bounds ? bounds.all : bounds.byCheckpoint[plan.checkpoint.name];
    if (bound === undefined) return [];
    const found = task.numbers.metrics.find(({ key }) => key === metric || key.split(',')[0] === metric);
    return [
      {
        checkpoint: plan.checkpoint.name,
        task: task.run.task.name,
        metric: found?.key ?? metric,
        expected: bound.text,
        actual: found?.value ?? null,
        met: found !== undefined && meets(found.value, bound),
        config: plan.config,
        config_path: configPath,
      },
    ];
  });
}

/** NaN meets nothing. */
export function meets(value: number, { op, low, high }: Bound): boolean {
  switch (op) {
    case '>=':
      return value >= low;
    case '>':
      return value > low;
    case '<=':
      return value <= high;
    case '<':
      return value < high;
    case '==':
      return value === low;
    case 'in':
      return value >= low && value <= high;
  }
}
