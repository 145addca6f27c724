/** Corpus formulas over (gold, prediction), as scikit-learn computes them. */
import type { MetricValue } from './metric';

/** One gold and one prediction a document. */
export type Labelled = { readonly golds: readonly number[]; readonly predictions: readonly number[] };

/** null where a value is no pair, or has several golds: these formulas know one. */
export function labelled(values: readonly MetricValue[]): Labelled | null {
  const golds: number[] = [];
  const predictions: number[] = [];
  for (const value of values) {
    if (value.kind !== 'pair' || typeof value.gold !== 'number') return null;
    golds.push(value.gold);
    predictions.push(value.prediction);
  }
  return { golds, predictions };
}

/** Counts of documents by (gold, prediction). */
export type BinaryCounts = { readonly tp: number; readonly fp: number; readonly fn: number; readonly tn: number };

/** null where another label than 0 and 1 occurs, which scikit-learn's binary average refuses. */
export function binaryCounts({ golds, predictions }: Labelled): BinaryCounts | null {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (const [index, gold] of golds.entries()) {
    const prediction = predictions[index];
    if ((gold !== 0 && gold !== 1) || (prediction !== 0 && prediction !== 1)) return null;
    if (gold === prediction) {
      if (gold === 1) tp++;
      else tn++;
    } else if (gold === 1) fn++;
    else fp++;
  }
  return { tp, fp, fn, tn };
}

/** 2tp / (2tp + fp + fn); 0 where that is 0/0. */
export function f1OfCounts({ tp, fp, fn }: BinaryCounts): number {
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

/** Square table of counts by gold (row) and prediction (column), over the labels that occur. */
export function confusion({ golds, predictions }: Labelled): number[][] {
  const labels = [...new Set([...golds, ...predictions])].sort((a, b) => a - b);
  const place = new Map(labels.map((label, index) => [label, index]));
  const table = labels.map(() => labels.map(() => 0));
  for (const [index, gold] of golds.entries()) {
    const row = table[place.get(gold) ?? 0];
    const column = place.get(predictions[index] ?? NaN) ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}

/** Multiclass Matthews correlation; 0 where one side has a single class. */
export function mccOfConfusion(table: readonly (readonly number[])[]): number {
  let [total, trace, cross, goldSquares, predictedSquares] = [0, 0, 0, 0, 0];
  for (const [label, row] of table.entries()) {
    const gold = row.reduce((sum, count) => sum + count, 0);
    const predicted = table.reduce((sum, other) => sum + (other[label] ?? 0), 0);
    total += gold;
    trace += row[label] ?? 0;
    cross += gold * predicted;
    goldSquares += gold * gold;
    predictedSquares += predicted * predicted;
  }
  const predictedSpread = total * total - predictedSquares;
  const goldSpread = total * total - goldSquares;
  if (predictedSpread * goldSpread === 0) return 0;
  return (total * trace - cross) / Math.sqrt(predictedSpread * goldSpread);
}
