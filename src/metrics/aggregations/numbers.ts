/** Aggregations of one number a document: the formula over all of them, and over those that a resample draws. */
import type { Statistic } from '../../statistics/bootstrap';
import type { ScoreColumn } from '../score-column';
import type { HarnessStderr } from './aggregation';

/** NaN where a value is not a plain number. */
export function ofNumbers(formula: (numbers: Float64Array) => number): (column: ScoreColumn) => number {
  return (column) => {
    const numbers = column.numbers();
    return numbers === null ? NaN : formula(numbers);
  };
}

export function resampled(statistic: (numbers: Float64Array) => Statistic): HarnessStderr {
  return {
    kind: 'bootstrap',
    statistic: (column) => {
      const numbers = column.numbers();
      return numbers === null ? null : statistic(numbers);
    },
  };
}

/** For a formula that needs the drawn numbers themselves, and may reorder them. */
export function redrawn(formula: (drawn: Float64Array) => number): HarnessStderr {
  return resampled((numbers) => {
    const drawn = new Float64Array(numbers.length);
    return (indices) => {
      for (let i = 0; i < indices.length; i++) drawn[i] = numbers[indices[i] ?? 0] ?? NaN;
      return formula(drawn);
    };
  });
}

export function meanAt(numbers: Float64Array, indices: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < indices.length; i++) total += numbers[indices[i] ?? 0] ?? NaN;
  return total / indices.length;
}
