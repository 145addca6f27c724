/** What the multiple-choice metrics share: which choice is picked, and whether it is a right one. */
import type { MultipleChoiceOutcome } from './metric';
import type { MetricValue } from './score';

/** numpy's `argmax`: the first maximum; a NaN counts as the maximum. -1 when empty. */
export function argmax(scores: readonly number[]): number {
  let best = -1;
  let high = -Infinity;
  for (const [index, score] of scores.entries()) {
    if (Number.isNaN(score)) return index;
    if (best === -1 || score > high) {
      best = index;
      high = score;
    }
  }
  return best;
}

/** 1 where the best-scored choice is (one of) the right one(s), else 0. */
export function rightness({ gold }: MultipleChoiceOutcome, scores: readonly number[]): MetricValue {
  const picked = argmax(scores);
  const right = typeof gold === 'number' ? picked === gold : gold.includes(picked);
  return { kind: 'number', value: right ? 1 : 0 };
}

export function dividedBy(scores: readonly number[], divisors: readonly number[]): number[] {
  return scores.map((score, index) => score / (divisors[index] ?? NaN));
}

/** Softmax of summed log-likelihoods, not normalised by length. */
export function softmax(logLikelihoods: readonly number[]): number[] {
  const high = Math.max(...logLikelihoods);
  const weights = logLikelihoods.map((value) => Math.exp(value - high));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
