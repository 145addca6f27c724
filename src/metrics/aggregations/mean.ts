import { betaMixture, betaMixtureKappa } from '../../statistics/anytime';
import { compareNumbers } from '../../statistics/comparison';
import { bare, type Estimate } from '../../statistics/estimate';
import { meanEstimate } from '../../statistics/mean';
import { isRightOrWrong, mean as meanOf, standardError } from '../../statistics/moments';
import { wilson } from '../../statistics/proportion';
import { type Aggregation, atOnce } from './aggregation';
import { ofNumbers } from './numbers';
import { liveMean, RunningMoments } from './running-moments';

const value = ofNumbers(meanOf);

/** While it streams: right or wrong has a beta mixture, which is exact; other scores a t mixture. At the end: Wilson's interval, or Student's t. */
export const mean: Aggregation<'mean'> = {
  name: 'mean',
  takes: 'number',
  running: () => new RunningMoments('number', (average) => average, live),
  value,
  final: (column, confidence) => atOnce(final(value(column), column.numbers(), confidence)),
  harnessStderr: { kind: 'sample' },
  compare: (baseline, other, confidence) => atOnce(compareNumbers(baseline.numbers(), other.numbers(), true, confidence)),
};

function live(running: RunningMoments, average: number, total: number, alpha: number): Estimate {
  const { n, successes } = running;
  if (successes === null) return liveMean(running, average, total, alpha);
  const stderr = n < 2 ? null : Math.sqrt(((successes / n) * ((n - successes) / n)) / (n - 1));
  return { ...bare(average), stderr, interval: betaMixture(successes, n, betaMixtureKappa(total, alpha), alpha), method: 'beta-mixture' };
}

function final(average: number, numbers: Float64Array | null, confidence: number): Estimate {
  if (numbers === null || !isRightOrWrong(numbers)) return meanEstimate(average, numbers, confidence);
  const n = numbers.length;
  if (n < 2 || Number.isNaN(average)) return bare(average);
  return { ...bare(average), stderr: standardError(numbers), interval: wilson(Math.round(average * n), n, confidence), method: 'wilson' };
}
