/** Mean of scores with Student's interval, and its clustered form. */
import type { Interval } from '../protocol/events';
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

export type ClusteredMean = MeanEstimate & { readonly stderrCr0: number | null; readonly clusters: number };

/** Standard error over groups: CR1 = √Σu_g²/n · √(G/(G−1)), with t(G−1) (statistics of clustered evaluations, Miller 2024). One group: none. */
export function clusteredMean(values: readonly number[], clusters: readonly string[], confidence: number): ClusteredMean {
  const average = mean(values);
  const sums = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const cluster = clusters[index] ?? '';
    sums.set(cluster, (sums.get(cluster) ?? 0) + value - average);
  }
  const groups = sums.size;
  if (groups < 2) return { mean: values.length === 0 ? null : average, stderr: null, stderrCr0: null, interval: null, clusters: groups };
  const stderrCr0 = Math.sqrt([...sums.values()].reduce((total, u) => total + u * u, 0)) / values.length;
  const stderr = stderrCr0 * Math.sqrt(groups / (groups - 1));
  const half = tCritical(confidence, groups - 1) * stderr;
  return { mean: average, stderr, stderrCr0, interval: [average - half, average + half], clusters: groups };
}
