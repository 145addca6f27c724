/** Which uncertainty belongs to which number: while it streams (`live`), after (`final`), and the harness's own (`harness-stderr`). */
import { runningScore, type RunningScore } from '../metrics/running-score';
import type { AggregationName, MetricValue } from '../metrics/metric';
import { ScoreColumn } from '../metrics/score-column';
import { completed } from './bootstrap';
import type { Estimate } from './estimate';
import { finalEstimateSteps } from './final';
import { harnessStderrSteps as stepsOverColumn } from './harness-stderr';
import { liveEstimate as liveOf } from './live';

export type { Estimate } from './estimate';
export { finalEstimateSteps } from './final';

export function liveEstimate(running: RunningScore, total: number, confidence: number, partial?: MetricValue | null): Estimate;
/** The same over a list of values. */
export function liveEstimate(aggregation: AggregationName, values: readonly MetricValue[], total: number, confidence: number): Estimate;
export function liveEstimate(
  ...[first, second, third, fourth]:
    | [RunningScore, number, number, (MetricValue | null)?]
    | [AggregationName, readonly MetricValue[], number, number]
): Estimate {
  if (typeof first !== 'string') return liveOf(first, second as number, third, fourth as MetricValue | null | undefined);
  const running = runningScore(first);
  for (const value of second as readonly MetricValue[]) running.add(value);
  return liveOf(running, third, fourth as number);
}

/** The final number of a list of values, in one go. */
export function finalEstimate(aggregation: AggregationName, values: readonly MetricValue[], confidence: number): Estimate {
  return completed(finalEstimateSteps(aggregation, ScoreColumn.of(values), confidence));
}

export function harnessStderrSteps(metric: string, aggregation: AggregationName, values: ScoreColumn | readonly MetricValue[], bootstrapIters: number): Generator<void, number | 'N/A'> {
  return stepsOverColumn(metric, aggregation, values instanceof ScoreColumn ? values : ScoreColumn.of(values), bootstrapIters);
}

/** The same over a list of values, in one go. */
export function harnessStderr(metric: string, aggregation: AggregationName, values: readonly MetricValue[], bootstrapIters: number): number | 'N/A' {
  return completed(harnessStderrSteps(metric, aggregation, values, bootstrapIters));
}
