/** Statistics of resampled documents, from flat tables so that a thousand replicates cost little. */
import { numbersOf, upperMedian, nanMean } from '../metrics/aggregation';
import { f1OfCounts, labelled, mccOfConfusion } from '../metrics/classification';
import type { AggregationName, MetricValue } from '../metrics/metric';
import type { Statistic } from './bootstrap';

/** null where the values are not what the aggregation takes, or it is no formula over documents that can be resampled. */
export function statisticOf(aggregation: AggregationName, values: readonly MetricValue[]): Statistic | null {
  switch (aggregation) {
    case 'f1':
    case 'matthews_corrcoef':
      return corpusStatistic(aggregation, values);
    case 'perplexity':
    case 'mean':
    case 'median':
    case 'nanmean': {
      const numbers = numbersOf(values);
      return numbers === null ? null : numberStatistic(aggregation, numbers);
    }
    default:
      return null;
  }
}

function numberStatistic(aggregation: 'perplexity' | 'mean' | 'median' | 'nanmean', numbers: readonly number[]): Statistic {
  const table = Float64Array.from(numbers);
  const mean = (indices: Uint32Array): number => {
    let total = 0;
    for (let i = 0; i < indices.length; i++) total += table[indices[i] ?? 0] ?? NaN;
    return total / indices.length;
  };
  if (aggregation === 'mean') return mean;
  if (aggregation === 'perplexity') return (indices) => Math.exp(-mean(indices));
  const of = aggregation === 'median' ? upperMedian : nanMean;
  return (indices) => of(Array.from(indices, (index) => table[index] ?? NaN));
}

function corpusStatistic(aggregation: 'f1' | 'matthews_corrcoef', values: readonly MetricValue[]): Statistic | null {
  const pairs = labelled(values);
  if (pairs === null) return null;
  const labels = [...new Set([...pairs.golds, ...pairs.predictions])].sort((a, b) => a - b);
  const size = labels.length;
  const cells = Uint32Array.from(pairs.golds, (gold, index) => labels.indexOf(gold) * size + labels.indexOf(pairs.predictions[index] ?? NaN));
  const counts = new Uint32Array(size * size);
  const positive = labels.indexOf(1);
  const negative = labels.indexOf(0);
  if (aggregation === 'f1' && labels.some((label) => label !== 0 && label !== 1)) return null;
  const count = (gold: number, prediction: number): number => (gold < 0 || prediction < 0 ? 0 : (counts[gold * size + prediction] ?? 0));
  return (indices) => {
    counts.fill(0);
    for (let i = 0; i < indices.length; i++) {
      const cell = cells[indices[i] ?? 0] ?? 0;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    if (aggregation === 'f1') {
      return f1OfCounts({ tp: count(positive, positive), fp: count(negative, positive), fn: count(positive, negative), tn: count(negative, negative) });
    }
    return mccOfConfusion(labels.map((_, row) => Array.from(counts.subarray(row * size, (row + 1) * size))));
  };
}

/** Leave-one-out values of a corpus statistic. */
export function jackknife(documents: number, statistic: Statistic): number[] {
  const indices = new Uint32Array(documents - 1);
  return Array.from({ length: documents }, (_, left) => {
    for (let i = 0; i < indices.length; i++) indices[i] = i < left ? i : i + 1;
    return statistic(indices);
  });
}

