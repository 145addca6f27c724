/** A group's mean over its tasks and its standard errors, as the harness has them. */
import { sum } from './moments';

/** Weighted by `sizes`, or each task once where they are null. */
export function groupMean(values: readonly number[], sizes: readonly number[] | null): number {
  if (sizes === null) return sum(values) / values.length;
  return sum(values.map((value, index) => value * (sizes[index] ?? NaN))) / sum(sizes);
}

/** √(Σ(n_i−1)·n_i·se_i² / (Σn_i − k) / Σn_i) (lm-evaluation-harness 0.4.13, groups weighted by size). */
export function pooledStderr(stderrs: readonly number[], sizes: readonly number[]): number {
  const total = sum(sizes);
  const pooled = sum(stderrs.map((stderr, index) => ((sizes[index] ?? 0) - 1) * (sizes[index] ?? 0) * stderr * stderr)) / (total - sizes.length);
  return Math.sqrt(pooled / total);
}

/** √Σse_i²/k (lm-evaluation-harness 0.4.13, groups not weighted by size). */
export function unweightedStderr(stderrs: readonly number[]): number {
  return Math.sqrt(sum(stderrs.map((stderr) => stderr * stderr))) / stderrs.length;
}
