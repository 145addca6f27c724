import type { Statistic } from '../../statistics/bootstrap';
import type { PairedComparison } from '../../statistics/comparison';
import type { Estimate } from '../../statistics/estimate';
import type { PyValue } from '../../python/value';
import type { MetricValue } from '../score';
import type { ScoreColumn } from '../score-column';
import type { RunningScore } from './running-score';

/** How the harness gets the standard error: sample formula, bootstrap of a statistic (null where the values are not what it takes), or "N/A". */
export type HarnessStderr =
  | { readonly kind: 'sample' }
  | { readonly kind: 'bootstrap'; readonly statistic: (column: ScoreColumn) => Statistic | null }
  | { readonly kind: 'none' };

/**
 * From documents' values to the number shown, and everything that is known of it (lm-evaluation-harness 0.4.13, aggregations).
 * Summed in document order, as the harness sums. Where the harness raises (no documents, weights that sum to 0, values the formula
 * does not take) the number is NaN; where it overflows, Infinity.
 */
export type Aggregation<Name extends string = string> = {
  /** As task files name it. */
  readonly name: Name;
  /** What values it takes; a task file may choose any aggregation of the values its metric gives. */
  readonly takes: string;
  /** A document's value from what a task's own function gives; absent: as `takes` says. Throws PyError for what it does not take. */
  readonly read?: (value: PyValue) => MetricValue;
  /** The number while documents come. */
  readonly running: () => RunningScore;
  /** The number over all documents of a column; NaN where one has no value yet. */
  readonly value: (column: ScoreColumn) => number;
  /** The number with its interval for the population the documents come from, in steps of some ten milliseconds. */
  readonly final: (column: ScoreColumn, confidence: number) => Generator<void, Estimate>;
  readonly harnessStderr: HarnessStderr;
  /** Other − baseline where document i of both is the same; null where these documents cannot be compared one by one. Absent: none can. */
  readonly compare?: (baseline: ScoreColumn, other: ScoreColumn, confidence: number) => Generator<void, PairedComparison | null>;
};

/** Steps of what takes none. */
export function* atOnce<T>(value: T): Generator<void, T> {
  return value;
}
