/** A finished task's numbers: the harness's keys and standard errors, and beside them our intervals. */
import type { Interval } from '../protocol/events';
import type { TaskResults } from '../protocol/results';
import { aggregationOf } from '../metrics/registry';
import { finalEstimate, harnessStderrSteps } from '../statistics/method';
import { AssayError } from '../protocol/errors';
import type { RunOptions } from './run-file';
import type { TaskPlan } from './plan';
import type { TaskRun } from './task-run';

export type TaskNumbers = {
  readonly results: TaskResults;
  readonly intervals: Readonly<Record<string, Interval>>;
  /** By `metric,filter`. */
  readonly metrics: readonly FinalMetric[];
};

export type FinishedTask = { readonly plan: TaskPlan; readonly run: TaskRun; readonly numbers: TaskNumbers };

export type FinalMetric = {
  readonly key: string;
  readonly value: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  readonly method: string | null;
  readonly approximate: boolean;
};

/**
 * Aggregates a complete task (lm-evaluation-harness 0.4.13, results file keys).
 * Leaves the event loop between chunks of a bootstrap; rejects with `cancelled` when the signal aborts.
 */
export async function taskNumbers(run: TaskRun, { bootstrapIters, confidence }: Pick<RunOptions, 'bootstrapIters' | 'confidence'>, signal: AbortSignal): Promise<TaskNumbers> {
  const { task } = run;
  const results: Record<string, number | string> = { name: task.name, alias: task.definition.alias ?? task.name, sample_len: run.order.length };
  const intervals: Record<string, Interval> = {};
  const metrics: FinalMetric[] = [];
  for (const filter of task.filters) {
    for (const [column, { metric }] of task.metrics.entries()) {
      const values = run.values(column);
      const value = aggregationOf(metric.aggregation).aggregate(values);
      const stderr = await inSteps(harnessStderrSteps(metric.name, metric.aggregation, values, bootstrapIters), signal);
      const estimate = finalEstimate(metric.aggregation, values, confidence);
      const key = `${metric.name},${filter}`;
      results[key] = value;
      results[`${metric.name}_stderr,${filter}`] = stderr;
      if (estimate.interval !== null) intervals[key] = estimate.interval;
      metrics.push({
        key,
        value,
        stderr: typeof stderr === 'number' ? stderr : estimate.stderr,
        interval: estimate.interval,
        method: estimate.method,
        approximate: estimate.approximate,
      });
    }
  }
  return { results, intervals, metrics };
}

async function inSteps<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new AssayError('cancelled');
  }
}
