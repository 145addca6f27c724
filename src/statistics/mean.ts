/** Mean of scores with Student's interval. */
import type { Interval } from '../protocol/events';
import { bare, type Estimate } from './estimate';
import { allEqual, mean, standardError } from './moments';
import { tCritical } from './special';

export type MeanEstimate = { readonly mean: number | null; readonly stderr: number | null; readonly interval: Interval };

/** x̄ ± t(n−1)·s/√n. One document has no interval; equal scores have one of no width. */
export function meanT(values: ArrayLike<number>, confidence: number): MeanEstimate {
  const n = values.length;
  if (n === 0) return { mean: null, stderr: null, interval: null };
  const average = allEqual(values) ? (values[0] ?? NaN) : mean(values);
  if (n === 1) return { mean: average, stderr: null, interval: null };
  const stderr = standardError(values);
  const half = tCritical(confidence, n - 1) * stderr;
  return { mean: average, stderr, interval: [average - half, average + half] };
}

/** The average of scores that are not just right or wrong, as it stands at the end. null: they have none. */
export function meanEstimate(average: number, scores: Float64Array | null, confidence: number): Estimate {
  if (scores === null || scores.length < 2 || Number.isNaN(average)) return bare(average);
  const { stderr, interval } = meanT(scores, confidence);
  return { ...bare(average), stderr, interval, method: 't' };
}
