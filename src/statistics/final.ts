/** What a number is known to be at the end: fixed-sample intervals over all documents of the set. */
import { aggregate } from '../metrics/aggregation';
import { Confusion, type CorpusScore } from '../metrics/confusion';
import { isCounted } from '../metrics/counted';
import type { AggregationName } from '../metrics/metric';
import type { ScoreColumn } from '../metrics/score-column';
import { bcaInterval, replicateSteps } from './bootstrap';
import { CellTable } from './cells';
import { deltaStderr } from './corpus';
import { bare, type Estimate, fromRate, onLogScale } from './estimate';
import { meanT } from './mean';
import { isRightOrWrong, standardError } from './moments';
import { wilson } from './proportion';
import { ratioEstimate } from './ratio';
import { zCritical } from './special';
import { countedEstimateSteps } from './summed-counts';

/** Below this many documents a corpus score's delta method covers too little. */
const BCA_BELOW = 200;
/** More than two classes have no delta formula here; beyond this many documents resampling them would take seconds. */
const BCA_AT_MOST = 5_000;
const BCA_RESAMPLES = 10_000;

/** The number over all documents with its interval, in steps of some ten milliseconds. Summed in document order, as the harness sums. */
export function* finalEstimateSteps(aggregation: AggregationName, column: ScoreColumn, confidence: number): Generator<void, Estimate> {
  if (aggregation === 'f1' || aggregation === 'matthews_corrcoef') return yield* ofCorpus(aggregation, column, confidence);
  if (isCounted(aggregation)) return yield* countedEstimateSteps(aggregation, column, confidence);
  const value = aggregate(aggregation, column);
  if (column.length < 2 || Number.isNaN(value)) return bare(value);
  switch (aggregation) {
    case 'mean':
      return ofScores(value, column.numbers(), true, confidence);
    case 'brier_score':
      return ofScores(value, column.squaredErrors()?.errors ?? null, false, confidence);
    case 'perplexity':
      return onLogScale(value, meanT(column.numbers() ?? [], confidence), 't-log', false);
    case 'weighted_perplexity':
    case 'bits_per_byte': {
      const weighted = column.weighted();
      if (weighted === null) return bare(value);
      return fromRate(aggregation, value, ratioEstimate(weighted.logLikelihoods, weighted.weights, confidence), 'ratio', false);
    }
    case 'median':
    case 'nanmean':
      return bare(value);
  }
}

function ofScores(value: number, scores: Float64Array | null, mayBeRightOrWrong: boolean, confidence: number): Estimate {
  if (scores === null) return bare(value);
  const n = scores.length;
  if (mayBeRightOrWrong && isRightOrWrong(scores)) {
    return { ...bare(value), stderr: standardError(scores), interval: wilson(Math.round(value * n), n, confidence), method: 'wilson' };
  }
  const { stderr, interval } = meanT(scores, confidence);
  return { ...bare(value), stderr, interval, method: 't' };
}

function* ofCorpus(aggregation: CorpusScore, column: ScoreColumn, confidence: number): Generator<void, Estimate> {
  const pairs = column.pairs();
  if (pairs === null) return bare(NaN);
  const counts = Confusion.of(pairs);
  const value = counts.score(aggregation);
  if (column.length < 2 || Number.isNaN(value) || counts.isUndefined[aggregation]) return bare(value);
  const stderr = deltaStderr(aggregation, counts);
  if (column.length < BCA_BELOW || (stderr === null && column.length <= BCA_AT_MOST)) {
    const cells = new CellTable(pairs);
    const replicates = yield* replicateSteps(column.length, cells.statistic(aggregation), BCA_RESAMPLES);
    return { value, stderr, interval: bcaInterval(replicates, value, cells.jackknife(aggregation), confidence), method: 'bca', approximate: true };
  }
  if (stderr === null) return bare(value);
  const half = zCritical(confidence) * stderr;
  const lowest = aggregation === 'f1' ? 0 : -1;
  return { value, stderr, interval: [Math.max(lowest, value - half), Math.min(1, value + half)], method: 'delta', approximate: true };
}
