import { compareNumbers } from '../../statistics/comparison';
import { bare, type Estimate, onLogScale } from '../../statistics/estimate';
import { around, LIVE_METHOD, SCORES_FROM } from '../../statistics/live';
import { meanT } from '../../statistics/mean';
import { mean } from '../../statistics/moments';
import { type Aggregation, atOnce } from './aggregation';
import { meanAt, ofNumbers, resampled } from './numbers';
import { RunningMoments } from './running-moments';

const value = ofNumbers((numbers) => Math.exp(-mean(numbers)));

/** exp of the negative mean log-likelihood; its intervals are made on the log scale. Compared are the log-likelihoods. */
export const perplexity: Aggregation<'perplexity'> = {
  name: 'perplexity',
  takes: 'number',
  running: () => new RunningMoments('number', (average) => Math.exp(-average), live),
  value,
  final: (column, confidence) => atOnce(final(value(column), column.numbers() ?? new Float64Array(0), confidence)),
  harnessStderr: resampled((numbers) => (indices) => Math.exp(-meanAt(numbers, indices))),
  compare: (baseline, other, confidence) => atOnce(compareNumbers(baseline.numbers(), other.numbers(), false, confidence)),
};

function live({ mean: centre, deviation, n }: RunningMoments, value: number, total: number, alpha: number): Estimate {
  const spread = around(centre, deviation, n, SCORES_FROM, total, alpha);
  return spread === null ? bare(value) : onLogScale(value, spread, LIVE_METHOD, true);
}

function final(value: number, logLikelihoods: Float64Array, confidence: number): Estimate {
  return logLikelihoods.length < 2 || Number.isNaN(value) ? bare(value) : onLogScale(value, meanT(logLikelihoods, confidence), 't-log', false);
}
