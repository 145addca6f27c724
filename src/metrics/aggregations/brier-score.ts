import { compareNumbers } from '../../statistics/comparison';
import { meanEstimate } from '../../statistics/mean';
import { mean } from '../../statistics/moments';
import type { ScoreColumn } from '../score-column';
import { type Aggregation, atOnce } from './aggregation';
import { liveMean, RunningMoments } from './running-moments';

/** The mean squared distance of the probabilities from the gold's one-hot vector. */
export const brierScore: Aggregation<'brier_score'> = {
  name: 'brier_score',
  takes: 'probabilities',
  running: () => new RunningMoments('squared-error', (average) => average, liveMean),
  value,
  final: (column, confidence) => atOnce(meanEstimate(value(column), column.squaredErrors()?.errors ?? null, confidence)),
  harnessStderr: { kind: 'none' },
  compare: (baseline, other, confidence) => atOnce(compareNumbers(errorsOf(baseline), errorsOf(other), false, confidence)),
};

/** Documents of different numbers of classes have no score together. */
function value(column: ScoreColumn): number {
  const squared = column.squaredErrors();
  if (squared === null || squared.classes.some((classes) => classes !== squared.classes[0])) return NaN;
  return mean(squared.errors);
}

function errorsOf(column: ScoreColumn): Float64Array | null {
  return column.squaredErrors()?.errors ?? null;
}
