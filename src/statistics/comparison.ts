/** The paired comparison that belongs to a metric. difference = other − baseline, interval and p-value for the population. */
import type { Comparison } from '../protocol/events';
import { isCounted } from '../metrics/counted';
import type { AggregationName } from '../metrics/metric';
import type { ScoreColumn } from '../metrics/score-column';
import { mcnemarExact } from './mcnemar';
import { isRightOrWrong } from './moments';
import { pairedT } from './paired';
import { compareCountsSteps } from './paired-counts';
import { perplexityDifference } from './ratio';
import { tango } from './tango';

export type PairedComparison = Omit<Comparison, 'task' | 'metric' | 'baseline' | 'other'>;

/** Which documents of two columns are the same: the i-th of one is the i-th of the other. */
export type DocumentPairs = { readonly baseline: Uint32Array; readonly other: Uint32Array };

/**
 * For right/wrong: McNemar's exact p, Tango's interval and the four counts. For other means: Student's paired t.
 * For perplexities the documents' log-likelihoods are compared: `difference` is log-likelihood per word, byte or token
 * (per document for `perplexity`), so above 0 the other predicts better and exp(−difference) is the ratio of the perplexities;
 * for bits per byte it is in bits, below 0 is better. BLEU and its kin are resampled by document, in steps of some ten milliseconds.
 * null where documents cannot be compared one by one (F1, MCC, other weights, no pair).
 */
export function* comparePairedSteps(
  aggregation: AggregationName,
  baseline: ScoreColumn,
  other: ScoreColumn,
  pairs: DocumentPairs,
  confidence: number,
): Generator<void, PairedComparison | null> {
  if (pairs.baseline.length === 0 || pairs.other.length !== pairs.baseline.length) return null;
  const paired = (): [ScoreColumn, ScoreColumn] => [baseline.at(pairs.baseline), other.at(pairs.other)];
  if (isCounted(aggregation)) return yield* compareCountsSteps(aggregation, ...paired(), confidence);
  switch (aggregation) {
    case 'mean':
    case 'perplexity': {
      const [a, b] = paired();
      return compareNumbers(a.numbers(), b.numbers(), aggregation === 'mean', confidence);
    }
    case 'brier_score': {
      const [a, b] = paired();
      return compareNumbers(a.squaredErrors()?.errors ?? null, b.squaredErrors()?.errors ?? null, false, confidence);
    }
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return compareWeighted(aggregation, ...paired(), confidence);
    default:
      return null;
  }
}

function compareNumbers(baseline: Float64Array | null, other: Float64Array | null, mayBeRightOrWrong: boolean, confidence: number): PairedComparison | null {
  if (baseline === null || other === null) return null;
  const n = baseline.length;
  const { difference, stderr, interval, p } = pairedT(baseline, other, confidence);
  if (difference === null || Number.isNaN(difference)) return null;
  if (!mayBeRightOrWrong || !isRightOrWrong(baseline) || !isRightOrWrong(other)) return { difference, stderr, interval, p_value: p, n };
  let [bothRight, onlyBaseline, onlyOther] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    if (baseline[i] === 1) {
      if (other[i] === 1) bothRight++;
      else onlyBaseline++;
    } else if (other[i] === 1) onlyOther++;
  }
  return {
    difference: (onlyOther - onlyBaseline) / n,
    stderr,
    interval: tango(onlyBaseline, onlyOther, n, confidence),
    p_value: mcnemarExact(onlyBaseline, onlyOther),
    n,
    both_right: bothRight,
    only_baseline: onlyBaseline,
    only_other: onlyOther,
    both_wrong: n - bothRight - onlyBaseline - onlyOther,
  };
}

function compareWeighted(aggregation: 'weighted_perplexity' | 'bits_per_byte', baseline: ScoreColumn, other: ScoreColumn, confidence: number): PairedComparison | null {
  const [a, b] = [baseline.weighted(), other.weighted()];
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
    n: a.weights.length,
  };
}
