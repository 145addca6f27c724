/** A group's mean over its tasks, and what its standard error is. Tasks are taken as fixed and independent. */
import { sum } from './moments';

export type GroupMean = { readonly value: number | null; readonly stderr: number | null; readonly harnessStderr: number | null };

/** Weighted by documents √Σ(n_i se_i)²/Σn_i, unweighted √Σse_i²/k; beside it the harness's own number. Empty: nothing. */
export function groupMean(values: readonly number[], stderrs: readonly number[], sizes: readonly number[], weightBySize: boolean): GroupMean {
  const k = values.length;
  if (k === 0) return { value: null, stderr: null, harnessStderr: null };
  const total = sum(sizes);
  const value = weightBySize ? sum(values.map((part, index) => part * (sizes[index] ?? 0))) / total : sum(values) / k;
  const weighted = stderrs.map((stderr, index) => (weightBySize ? ((sizes[index] ?? 0) * stderr) / total : stderr / k));
  return { value, stderr: Math.sqrt(sum(weighted.map((part) => part * part))), harnessStderr: weightBySize ? pooledStderr(stderrs, sizes) : unweightedStderr(stderrs) };
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
