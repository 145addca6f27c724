/**
 * The number so far, folded: a document more costs the same after a million as after ten (a median its logarithm).
 * Each has `n`, `add(score)` and `value(partial?)`, the number over what was added and, where given, what is read of one document more;
 * NaN where the final number would be. What a live interval needs beside stands on each kind (statistics/method).
 */
import type { AggregationName } from './metric';
import { RunningConfusion } from './running-confusion';
import { RunningCounts } from './running-counts';
import { RunningMoments } from './running-moments';
import { RunningMiddle, RunningNanMean } from './running-plain';
import { RunningRatio } from './running-ratio';

export type RunningScore = RunningMoments | RunningRatio | RunningConfusion | RunningMiddle | RunningNanMean | RunningCounts;

export function runningScore(aggregation: AggregationName): RunningScore {
  switch (aggregation) {
    case 'mean':
    case 'perplexity':
    case 'brier_score':
      return new RunningMoments(aggregation);
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return new RunningRatio(aggregation);
    case 'f1':
    case 'matthews_corrcoef':
      return new RunningConfusion(aggregation);
    case 'bleu':
    case 'chrf':
    case 'chrf++':
    case 'ter':
      return new RunningCounts(aggregation);
    case 'median':
      return new RunningMiddle();
    case 'nanmean':
      return new RunningNanMean();
  }
}
