/** The paired comparison that belongs to a metric. difference = other − baseline, interval and p-value for the population. */
import type { Comparison } from '../protocol/events';
import { numbersOf, squaredError, weightedOf } from '../metrics/aggregation';
import type { AggregationName, MetricValue } from '../metrics/metric';
import { mcnemarExact } from './mcnemar';
import { pairedT } from './paired';
import { perplexityDifference } from './ratio';
import { tango } from './tango';

export type PairedComparison = Omit<Comparison, 'task' | 'metric' | 'baseline' | 'other'>;

/**
 * For right/wrong: McNemar's exact p, Tango's interval and the four counts. For other means: Student's paired t.
 * For perplexities the documents' log-likelihoods are compared: `difference` is log-likelihood per word, byte or token
 * (per document for `perplexity`), so above 0 the other predicts better and exp(−difference) is the ratio of the perplexities;
 * for bits per byte it is in bits, below 0 is better. null where documents cannot be compared one by one (F1, MCC, other weights).
 */
export function comparePaired(
  aggregation: AggregationName,
  baseline: readonly MetricValue[],
  other: readonly MetricValue[],
  confidence: number,
): PairedComparison | null {
  const n = baseline.length;
  if (n === 0 || other.length !== n) return null;
  switch (aggregation) {
    case 'mean':
    case 'perplexity': {
      const [a, b] = [numbersOf(baseline), numbersOf(other)];
      return a === null || b === null ? null : compareNumbers(a, b, aggregation === 'mean', confidence);
    }
    case 'brier_score':
      return compareNumbers(baseline.map(squaredError), other.map(squaredError), false, confidence);
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return compareWeighted(aggregation, baseline, other, confidence);
    default:
      return null;
  }
}

function compareNumbers(baseline: readonly number[], other: readonly number[], mayBeRightOrWrong: boolean, confidence: number): PairedComparison | null {
  const n = baseline.length;
  const { difference, stderr, interval, p } = pairedT(baseline, other, confidence);
  if (difference === null || Number.isNaN(difference)) return null;
  const binary = mayBeRightOrWrong && [...baseline, ...other].every((value) => value === 0 || value === 1);
  if (!binary) return { difference, stderr, interval, p_value: p, n };
  const count = (first: number, second: number): number => baseline.reduce((total, value, index) => total + (value === first && other[index] === second ? 1 : 0), 0);
  const [onlyBaseline, onlyOther] = [count(1, 0), count(0, 1)];
  return {
    difference: (onlyOther - onlyBaseline) / n,
    stderr,
    interval: tango(onlyBaseline, onlyOther, n, confidence),
    p_value: mcnemarExact(onlyBaseline, onlyOther),
    n,
    both_right: count(1, 1),
    only_baseline: onlyBaseline,
    only_other: onlyOther,
    both_wrong: count(0, 0),
  };
}

function compareWeighted(
  aggregation: 'weighted_perplexity' | 'bits_per_byte',
  baseline: readonly MetricValue[],
  other: readonly MetricValue[],
  confidence: number,
): PairedComparison | null {
  const [a, b] = [weightedOf(baseline), weightedOf(other)];
  // Tokens of different tokenizers are different units.
  if (a === null || b === null || a.weights.some((weight, index) => weight !== b.weights[index])) return null;
  const compared = perplexityDifference(a.logLikelihoods, b.logLikelihoods, a.weights, confidence);
  if (Number.isNaN(compared.difference)) return null;
  const unit = aggregation === 'bits_per_byte' ? -1 / Math.LN2 : 1;
  const { interval, stderr } = compared;
  const scaled = interval === null ? null : ([interval[0] * unit, interval[1] * unit].sort((x, y) => x - y) as [number, number]);
  return {
    difference: compared.difference * unit,
    stderr: stderr === null ? null : Math.abs(stderr * unit),
    interval: scaled,
    p_value: compared.p,
    n: baseline.length,
  };
}
