import type { DocumentPairs, PairedComparison } from '../../statistics/comparison';
import type { ScoreColumn } from '../score-column';
import type { Aggregation } from './aggregation';

/**
 * The paired comparison that belongs to a number, for the population the documents come from; difference = other − baseline.
 * null where documents cannot be compared one by one (F1, MCC, other weights, no pair).
 */
export function* comparePairedSteps(
  { compare }: Aggregation,
  baseline: ScoreColumn,
  other: ScoreColumn,
  pairs: DocumentPairs,
  confidence: number,
): Generator<void, PairedComparison | null> {
  if (compare === undefined || pairs.baseline.length === 0 || pairs.other.length !== pairs.baseline.length) return null;
  return yield* compare(baseline.at(pairs.baseline), other.at(pairs.other), confidence);
}
