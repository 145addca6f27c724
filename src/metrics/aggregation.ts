/**
 * From documents' values to the number shown (lm-evaluation-harness 0.4.13, aggregations).
 * Where the harness raises (no documents, weights that sum to 0, values the formula does not take) the number is NaN;
 * where it overflows, Infinity.
 */
import { binaryCounts, confusion, f1OfCounts, labelled, mccOfConfusion } from './classification';
import { mean, sum } from '../statistics/moments';
import type { Aggregation, AggregationName, MetricValue } from './metric';

/** null where a value is not a plain number. */
export function numbersOf(values: readonly MetricValue[]): number[] | null {
  const numbers: number[] = [];
  for (const value of values) {
    if (value.kind !== 'number') return null;
    numbers.push(value.value);
  }
  return numbers;
}

export type Weighted = { readonly logLikelihoods: readonly number[]; readonly weights: readonly number[] };

/** null where a value has no weight. */
export function weightedOf(values: readonly MetricValue[]): Weighted | null {
  const logLikelihoods: number[] = [];
  const weights: number[] = [];
  for (const value of values) {
    if (value.kind !== 'weighted') return null;
    logLikelihoods.push(value.logLikelihood);
    weights.push(value.weight);
  }
  return { logLikelihoods, weights };
}

/** Squared distance of the probabilities from the gold's one-hot vector; a negative gold counts from the end. NaN where it is none of them. */
export function squaredError(value: MetricValue): number {
  if (value.kind !== 'probabilities' || typeof value.gold !== 'number') return NaN;
  const { probabilities } = value;
  const gold = value.gold < 0 ? value.gold + probabilities.length : value.gold;
  if (probabilities[gold] === undefined) return NaN;
  return probabilities.reduce((sum, p, index) => sum + (p - (index === gold ? 1 : 0)) ** 2, 0);
}

/** The upper of the middle two where their number is even. */
export function upperMedian(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

export function nanMean(numbers: readonly number[]): number {
  return mean(numbers.filter((number) => !Number.isNaN(number)));
}

function ofNumbers(formula: (numbers: readonly number[]) => number): Aggregation['aggregate'] {
  return (values) => {
    const numbers = numbersOf(values);
    return numbers === null ? NaN : formula(numbers);
  };
}

/** Log-likelihood per unit of weight. */
function rate(values: readonly MetricValue[]): number {
  const weighted = weightedOf(values);
  return weighted === null ? NaN : sum(weighted.logLikelihoods) / sum(weighted.weights);
}

function brier(values: readonly MetricValue[]): number {
  const sizes = new Set(values.map((value) => (value.kind === 'probabilities' ? value.probabilities.length : NaN)));
  return sizes.size > 1 ? NaN : mean(values.map(squaredError));
}

function f1(values: readonly MetricValue[]): number {
  const pairs = labelled(values);
  const counts = pairs === null ? null : binaryCounts(pairs);
  return counts === null || values.length === 0 ? NaN : f1OfCounts(counts);
}

function matthews(values: readonly MetricValue[]): number {
  const pairs = labelled(values);
  return pairs === null || values.length === 0 ? NaN : mccOfConfusion(confusion(pairs));
}

const AGGREGATIONS: Readonly<Record<AggregationName, Aggregation>> = {
  mean: { name: 'mean', aggregate: ofNumbers(mean), stderr: 'sample' },
  median: { name: 'median', aggregate: ofNumbers(upperMedian), stderr: 'bootstrap' },
  nanmean: { name: 'nanmean', aggregate: ofNumbers(nanMean), stderr: 'bootstrap' },
  perplexity: { name: 'perplexity', aggregate: ofNumbers((numbers) => Math.exp(-mean(numbers))), stderr: 'bootstrap' },
  weighted_perplexity: { name: 'weighted_perplexity', aggregate: (values) => Math.exp(-rate(values)), stderr: 'none' },
  bits_per_byte: { name: 'bits_per_byte', aggregate: (values) => -rate(values) / Math.LN2, stderr: 'none' },
  f1: { name: 'f1', aggregate: f1, stderr: 'bootstrap' },
  matthews_corrcoef: { name: 'matthews_corrcoef', aggregate: matthews, stderr: 'bootstrap' },
  brier_score: { name: 'brier_score', aggregate: brier, stderr: 'none' },
};

export function aggregationOf(name: AggregationName): Aggregation {
  return AGGREGATIONS[name];
}
