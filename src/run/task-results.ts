/** A finished task's numbers: the harness's keys and standard errors, and beside them our intervals. */
import type { Interval } from '../protocol/events';
import type { TaskResults } from '../protocol/results';
import { aggregationOf } from '../metrics/registry';
import { finalEstimate, harnessStderr } from '../statistics/method';
import type { TaskRun } from './task-run';

export type TaskNumbers = {
  readonly results: TaskResults;
  readonly intervals: Readonly<Record<string, Interval>>;
  /** By `metric,filter`. */
  readonly metrics: readonly FinalMetric[];
};

export type FinalMetric = {
  readonly key: string;
  readonly value: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  readonly method: string | null;
  readonly approximate: boolean;
};

/** Aggregates a complete task (lm-evaluation-harness 0.4.13, results file keys). */
export function taskNumbers(run: TaskRun, bootstrapIters: number, confidence: number): TaskNumbers {
  const { task } = run;
  const results: Record<string, number | string> = { name: task.name, alias: task.definition.alias ?? task.name, sample_len: run.order.length };
  const intervals: Record<string, Interval> = {};
  const metrics: FinalMetric[] = [];
  for (const filter of task.filters) {
    for (const [column, { metric }] of task.metrics.entries()) {
      const values = run.values(column);
      const value = aggregationOf(metric.aggregation).aggregate(values);
      const stderr = harnessStderr(metric.name, metric.aggregation, values, bootstrapIters);
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
