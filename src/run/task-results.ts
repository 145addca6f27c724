/** A finished task's numbers: the harness's keys and standard errors, and beside them our intervals. */
import type { Interval } from '../protocol/events';
import type { TaskResults } from '../protocol/results';
import { harnessStderrSteps } from '../metrics/aggregations/harness-stderr';
import { aggregationOf } from '../metrics/aggregations/registry';
import type { RunOptions } from './run-file';
import { metricKey, type TaskFacts } from './plan';
import { inSteps } from './steps';
import type { TaskRun } from './task-run';

export type TaskNumbers = {
  readonly results: TaskResults;
  readonly intervals: Readonly<Record<string, Interval>>;
  /** By `metric,filter`. */
  readonly metrics: readonly FinalMetric[];
};

export type FinishedTask = { readonly facts: TaskFacts; readonly run: TaskRun; readonly numbers: TaskNumbers };

export type FinalMetric = {
  readonly key: string;
  readonly value: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  readonly method: string | null;
  readonly approximate: boolean;
};

/** The harness's standard error of a metric as it was computed before; null: not known, compute it. */
export type KnownStderr = (task: string, metric: string, filter: string) => number | 'N/A' | null;

/**
 * Aggregates a complete task in document order (lm-evaluation-harness 0.4.13, results file keys).
 * Leaves the event loop between chunks of a bootstrap; rejects with `cancelled` when the signal aborts.
 */
export async function taskNumbers(
  run: TaskRun,
  { bootstrapIters, confidence }: Pick<RunOptions, 'bootstrapIters' | 'confidence'>,
  signal: AbortSignal,
  known: KnownStderr = () => null,
): Promise<TaskNumbers> {
  const { name, alias, metrics } = run.facts;
  const results: Record<string, number | string> = { name, alias, sample_len: run.order.length };
  const intervals: Record<string, Interval> = {};
  const finals: FinalMetric[] = [];
  for (const [column, metric] of metrics.entries()) {
    const scores = run.columns[column];
    if (scores === undefined) continue;
    const key = metricKey(metric);
    const aggregation = aggregationOf(metric.aggregation);
    const value = aggregation.value(scores);
    const stderr = known(name, metric.name, metric.filter) ?? (await inSteps(harnessStderrSteps(metric.name, aggregation, scores, bootstrapIters), signal));
    const { interval, method, approximate, stderr: own } = await inSteps(aggregation.final(scores, confidence), signal);
    results[key] = value;
    results[`${metric.name}_stderr,${metric.filter}`] = stderr;
    if (interval !== null) intervals[key] = interval;
    finals.push({ key, value, stderr: typeof stderr === 'number' ? stderr : own, interval, method, approximate });
  }
  return { results, intervals, metrics: finals };
}
