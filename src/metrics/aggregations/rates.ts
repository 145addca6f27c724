/** Numbers made of log-likelihood per word, byte or token: a ratio of sums over documents. */
import type { PairedComparison } from '../../statistics/comparison';
import { bare, type Estimate, type Spread } from '../../statistics/estimate';
import { sum } from '../../statistics/moments';
import { perplexityDifference, ratioEstimate } from '../../statistics/ratio';
import type { ScoreColumn } from '../score-column';
import { type Aggregation, atOnce } from './aggregation';
import { RunningRatio } from './running-ratio';

/** From the log-likelihood per unit of weight to the number it stands for. */
export type RateScale = {
  readonly value: (rate: number) => number;
  readonly estimate: (value: number, spread: Spread, method: string, approximate: boolean) => Estimate;
  /** What a difference of rates is multiplied with. */
  readonly unit: number;
};

export function ofRates<Name extends string>(name: Name, scale: RateScale): Aggregation<Name> {
  return {
    name,
    takes: 'weighted',
    running: () => new RunningRatio(scale),
    value: (column) => scale.value(rateOf(column)),
    final: (column, confidence) => atOnce(final(scale, column, confidence)),
    harnessStderr: { kind: 'none' },
    compare: (baseline, other, confidence) => atOnce(compare(scale, baseline, other, confidence)),
  };
}

function rateOf(column: ScoreColumn): number {
  const weighted = column.weighted();
  return weighted === null ? NaN : sum(weighted.logLikelihoods) / sum(weighted.weights);
}

function final(scale: RateScale, column: ScoreColumn, confidence: number): Estimate {
  const value = scale.value(rateOf(column));
  const weighted = column.weighted();
  if (weighted === null || column.length < 2 || Number.isNaN(value)) return bare(value);
  return scale.estimate(value, ratioEstimate(weighted.logLikelihoods, weighted.weights, confidence), 'ratio', false);
}

/**
 * Compared are the documents' log-likelihoods: `difference` is log-likelihood per word, byte or token, so above 0 the other predicts
 * better and exp(−difference) is the ratio of the perplexities; for bits per byte it is in bits, below 0 is better.
 */
function compare({ unit }: RateScale, baseline: ScoreColumn, other: ScoreColumn, confidence: number): PairedComparison | null {
  const [a, b] = [baseline.weighted(), other.weighted()];
  // Tokens of different tokenizers are different units.
  if (a === null || b === null || a.weights.some((weight, index) => weight !== b.weights[index])) return null;
  const { difference, interval, stderr, p } = perplexityDifference(a.logLikelihoods, b.logLikelihoods, a.weights, confidence);
  if (Number.isNaN(difference)) return null;
  const scaled = interval === null ? null : ([interval[0] * unit, interval[1] * unit].sort((x, y) => x - y) as [number, number]);
  return { difference: difference * unit, stderr: stderr === null ? null : Math.abs(stderr * unit), interval: scaled, p_value: p, n: a.weights.length };
}
