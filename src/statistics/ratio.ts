/** Perplexity as a ratio of sums over documents: L = Σll/Σw (Cochran 1977, ratio estimators). */
import type { Interval } from '../protocol/events';
import { differencesOf, sum } from './moments';
import { tCritical, tTwoSided } from './special';

export type RatioEstimate = {
  /** Log-likelihood per unit of weight. */
  readonly rate: number;
  /** Standard error of `rate`; null for one document: windows of one text depend on each other. */
  readonly stderr: number | null;
  readonly interval: Interval;
};

/** √(n/(n−1)·Σe²)/Σw with e_i = x_i − R·w_i. */
export function ratioEstimate(values: ArrayLike<number>, weights: ArrayLike<number>, confidence: number): RatioEstimate {
  const n = values.length;
  const rate = sum(values) / sum(weights);
  if (n < 2 || !Number.isFinite(rate)) return { rate, stderr: null, interval: null };
  const stderr = residualDeviation(values, weights, rate) * (Math.sqrt(n) / sum(weights));
  const half = tCritical(confidence, n - 1) * stderr;
  return { rate, stderr, interval: [rate - half, rate + half] };
}

/** √(Σe²/(n−1)); 0 where every document has the same rate up to rounding. */
function residualDeviation(values: ArrayLike<number>, weights: ArrayLike<number>, rate: number): number {
  let squares = 0;
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    squares += (value - rate * (weights[i] ?? NaN)) ** 2;
    scale += value * value;
  }
  return squares < scale * 1e-28 ? 0 : Math.sqrt(squares / (values.length - 1));
}

export type PerplexityDifference = {
  /** D = Σ(ll_other − ll_baseline)/Σw; positive: the other predicts better. */
  readonly difference: number;
  readonly stderr: number | null;
  /** Of `difference`; the ratio of the perplexities is exp(−difference). */
  readonly interval: Interval;
  readonly p: number | null;
};

/** Difference of two checkpoints on the same documents, clustered by document. All equal: p = 1. */
export function perplexityDifference(
  baseline: ArrayLike<number>,
  other: ArrayLike<number>,
  weights: ArrayLike<number>,
  confidence: number,
): PerplexityDifference {
  const differences = differencesOf(other, baseline);
  const { rate, stderr, interval } = ratioEstimate(differences, weights, confidence);
  if (stderr === null) return { difference: rate, stderr: null, interval: null, p: null };
  const p = stderr === 0 ? (rate === 0 ? 1 : 0) : tTwoSided(rate / stderr, differences.length - 1);
  return { difference: rate, stderr, interval, p };
}
