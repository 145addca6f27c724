/**
 * From documents' values to the number shown (lm-evaluation-harness 0.4.13, aggregations), in document order as the harness sums.
 * Where the harness raises (no documents, weights that sum to 0, values the formula does not take) the number is NaN;
 * where it overflows, Infinity.
 */
import { mean, sum } from '../statistics/moments';
import { Confusion, type CorpusScore } from './confusion';
import { upperMedian } from './median';
import { type CountedAggregation, countedFormula, sumsOf } from './counted';
import type { AggregationName } from './metric';
import type { ScoreColumn } from './score-column';

/** How the harness gets the standard error: sample formula, bootstrap, or "N/A". */
export type StderrKind = 'sample' | 'bootstrap' | 'none';

type Aggregation = { readonly aggregate: (column: ScoreColumn) => number; readonly stderr: StderrKind };

const AGGREGATIONS: Readonly<Record<AggregationName, Aggregation>> = {
  mean: { aggregate: ofNumbers(mean), stderr: 'sample' },
  median: { aggregate: ofNumbers(upperMedian), stderr: 'bootstrap' },
  nanmean: { aggregate: ofNumbers(nanMean), stderr: 'bootstrap' },
  perplexity: { aggregate: ofNumbers((numbers) => Math.exp(-mean(numbers))), stderr: 'bootstrap' },
  weighted_perplexity: { aggregate: (column) => Math.exp(-rate(column)), stderr: 'none' },
  bits_per_byte: { aggregate: (column) => -rate(column) / Math.LN2, stderr: 'none' },
  f1: { aggregate: (column) => corpusScore('f1', column), stderr: 'bootstrap' },
  matthews_corrcoef: { aggregate: (column) => corpusScore('matthews_corrcoef', column), stderr: 'bootstrap' },
  brier_score: { aggregate: brier, stderr: 'none' },
  bleu: ofCounts('bleu'),
  chrf: ofCounts('chrf'),
  'chrf++': ofCounts('chrf++'),
  ter: ofCounts('ter'),
};

/** The number over all documents of a column; NaN where one has no value yet. */
export function aggregate(aggregation: AggregationName, column: ScoreColumn): number {
  return AGGREGATIONS[aggregation].aggregate(column);
}

export function stderrKind(aggregation: AggregationName): StderrKind {
  return AGGREGATIONS[aggregation].stderr;
}

function corpusScore(name: CorpusScore, column: ScoreColumn): number {
  const pairs = column.pairs();
  return pairs === null ? NaN : Confusion.of(pairs).score(name);
}

function nanMean(numbers: Float64Array): number {
  let [total, count] = [0, 0];
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    total += number;
    count++;
  }
  return total / count;
}

function ofNumbers(formula: (numbers: Float64Array) => number): Aggregation['aggregate'] {
  return (column) => {
    const numbers = column.numbers();
    return numbers === null ? NaN : formula(numbers);
  };
}

function ofCounts(name: CountedAggregation): Aggregation {
  const { width, score } = countedFormula(name);
  return {
    aggregate: (column) => {
      const counts = column.counts(width);
      return counts === null || column.length === 0 ? NaN : score(sumsOf(counts));
    },
    stderr: 'bootstrap',
  };
}

/** Log-likelihood per unit of weight. */
function rate(column: ScoreColumn): number {
  const weighted = column.weighted();
  return weighted === null ? NaN : sum(weighted.logLikelihoods) / sum(weighted.weights);
}

/** Documents of different numbers of classes have no score together. */
function brier(column: ScoreColumn): number {
  const squared = column.squaredErrors();
  if (squared === null || squared.classes.some((classes) => classes !== squared.classes[0])) return NaN;
  return mean(squared.errors);
}
