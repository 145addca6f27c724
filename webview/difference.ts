/** A comparison as the page shows it: difference of the shown values, its interval, and whether it is good news. */
import type { Comparison, PlannedMetric } from '../src/protocol/events';
import { type PanelState, type TaskState, cellKey, comparisonKey } from './state';

export type Difference = {
  readonly task: TaskState;
  readonly metric: PlannedMetric;
  readonly comparison: Comparison;
  /** Other minus baseline, in the metric's own unit. */
  readonly size: number;
  /** In the metric's own unit; for a perplexity, of the ratio's logarithm. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Position and interval on the common zero line: a point of a proportion is as long as one percent of a perplexity. */
  readonly mark: { readonly at: number; readonly low: number; readonly high: number } | null;
  /** The interval does not hold zero. */
  readonly clear: boolean;
  /** No difference at all. */
  readonly tie: boolean;
  readonly verdict: 'better' | 'worse' | 'unclear';
};

export function differenceOf(state: PanelState, task: TaskState, metric: PlannedMetric, other: string): Difference | null {
  const comparison = state.comparisons.get(comparisonKey(task.task, metric.metric, other));
  if (comparison === undefined) return null;
  const { interval } = comparison;
  const base = task.cells.get(cellKey(metric.metric, comparison.baseline));
  const one = task.cells.get(cellKey(metric.metric, other));
  const clear = isClear(comparison);
  const tie = Math.abs(comparison.difference) < 1e-12 && !clear;
  if (metric.form === 'perplexity') {
    // The comparison is one of log-likelihoods, whose sign is the other way round.
    const ratio = base !== undefined && one !== undefined ? Math.log(one.value / base.value) : -comparison.difference;
    const unit = comparison.difference === 0 || !Number.isFinite(ratio) ? null : ratio / comparison.difference;
    const ends = interval === null || unit === null ? null : sorted(interval[0] * unit, interval[1] * unit);
    const size = base !== undefined && one !== undefined ? one.value - base.value : ratio;
    const mark = ends === null ? null : { at: ratio, low: ends[0], high: ends[1] };
    return { task, metric, comparison, size, interval: ends, mark, clear, tie, verdict: verdictOf(metric, size, clear) };
  }
  const size = comparison.difference;
  const mark = interval === null ? null : { at: size, low: interval[0], high: interval[1] };
  return { task, metric, comparison, size, interval, mark, clear, tie, verdict: verdictOf(metric, size, clear) };
}

function isClear(comparison: Comparison): boolean {
  if (comparison.interval !== null) return comparison.interval[0] > 0 || comparison.interval[1] < 0;
  return comparison.p_value !== null && comparison.p_value < 0.05;
}

function verdictOf(metric: PlannedMetric, size: number, clear: boolean): Difference['verdict'] {
  if (!clear || metric.higherIsBetter === null) return 'unclear';
  return size > 0 === metric.higherIsBetter ? 'better' : 'worse';
}

function sorted(a: number, b: number): readonly [number, number] {
  return a <= b ? [a, b] : [b, a];
}
