/** Corpus scores of generated text: what is counted of each document is added up, and the score is a formula over the sums. */
import { compareCountsSteps } from '../../statistics/paired-counts';
import { countedEstimateSteps, CountTable, sumsOf } from '../../statistics/summed-counts';
import { bare } from '../../statistics/estimate';
import type { ScoreColumn } from '../score-column';
import { type Aggregation, atOnce } from './aggregation';
import { RunningCounts } from './running-counts';

export type CountedFormula = {
  /** Counts of a document. */
  readonly width: number;
  readonly score: (sums: Float64Array) => number;
  /** The score is 0 by convention where nothing matches: nothing is known of its spread. */
  readonly zeroIsUndefined: boolean;
};

/** While it streams: t mixture of the delta method from 100 documents, approximate. At the end: BCa up to 5 000 documents, then the jackknife. */
export function ofCounts<Name extends string>(name: Name, formula: CountedFormula): Aggregation<Name> {
  const { width, score } = formula;
  const lanesOf = (column: ScoreColumn): readonly Float64Array[] | null => (column.length === 0 ? null : column.counts(width));
  return {
    name,
    takes: `counts of ${name}`,
    running: () => new RunningCounts(formula),
    value: (column) => {
      const lanes = lanesOf(column);
      return lanes === null ? NaN : score(sumsOf(lanes));
    },
    final: (column, confidence) => {
      const lanes = lanesOf(column);
      return lanes === null ? atOnce(bare(NaN)) : countedEstimateSteps(formula, lanes, confidence);
    },
    harnessStderr: {
      kind: 'bootstrap',
      statistic: (column) => {
        const lanes = lanesOf(column);
        return lanes === null ? null : new CountTable(lanes).statistic(score);
      },
    },
    compare: (baseline, other, confidence) => {
      const [a, b] = [lanesOf(baseline), lanesOf(other)];
      return a === null || b === null ? atOnce(null) : compareCountsSteps(score, a, b, confidence);
    },
  };
}
