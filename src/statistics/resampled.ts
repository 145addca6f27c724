/** Statistics of resampled documents, from flat tables so that a thousand replicates cost little. */
import { countedFormula } from '../metrics/counted';
import { medianOf } from '../metrics/median';
import type { AggregationName } from '../metrics/metric';
import type { ScoreColumn } from '../metrics/score-column';
import type { Statistic } from './bootstrap';
import { CellTable } from './cells';
import { CountTable } from './summed-counts';

/** null where the values are not what the aggregation takes, or it is no formula over documents that can be resampled. */
export function statisticOf(aggregation: AggregationName, column: ScoreColumn): Statistic | null {
  switch (aggregation) {
    case 'f1':
    case 'matthews_corrcoef': {
      const pairs = column.pairs();
      const cells = pairs === null ? null : new CellTable(pairs);
      return cells === null || (aggregation === 'f1' && !cells.isBinary) ? null : cells.statistic(aggregation);
    }
    case 'perplexity':
    case 'mean':
    case 'median':
    case 'nanmean': {
      const numbers = column.numbers();
      return numbers === null ? null : numberStatistic(aggregation, numbers);
    }
    case 'bleu':
    case 'chrf':
    case 'chrf++':
    case 'ter': {
      const { width, score } = countedFormula(aggregation);
      const counts = column.counts(width);
      return counts === null ? null : new CountTable(counts).statistic(score);
    }
    default:
      return null;
  }
}

function numberStatistic(aggregation: 'perplexity' | 'mean' | 'median' | 'nanmean', numbers: Float64Array): Statistic {
  switch (aggregation) {
    case 'mean':
      return (indices) => meanAt(numbers, indices);
    case 'perplexity':
      return (indices) => Math.exp(-meanAt(numbers, indices));
    case 'nanmean':
      return (indices) => nanMeanAt(numbers, indices);
    case 'median': {
      const drawn = new Float64Array(numbers.length);
      return (indices) => {
        for (let i = 0; i < indices.length; i++) drawn[i] = numbers[indices[i] ?? 0] ?? NaN;
        return medianOf(drawn);
      };
    }
  }
}

function meanAt(numbers: Float64Array, indices: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < indices.length; i++) total += numbers[indices[i] ?? 0] ?? NaN;
  return total / indices.length;
}

function nanMeanAt(numbers: Float64Array, indices: Uint32Array): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < indices.length; i++) {
    const number = numbers[indices[i] ?? 0] ?? NaN;
    if (Number.isNaN(number)) continue;
    total += number;
    count++;
  }
  return total / count;
}
