/** Standard errors of corpus scores from the four cells of a binary confusion table (delta method). */
import type { BinaryCounts } from '../metrics/confusion';

/** F1 = Σ2tp/Σ(2tp+fp+fn), a ratio over documents. No positives anywhere: 0 without a standard error, as in scikit-learn. */
export function f1Delta({ tp, fp, fn, tn }: BinaryCounts): { readonly f1: number; readonly stderr: number | null } {
  const weight = 2 * tp + fp + fn;
  if (weight === 0) return { f1: 0, stderr: null };
  const f1 = (2 * tp) / weight;
  const n = tp + fp + fn + tn;
  if (n < 2) return { f1, stderr: null };
  const squares = tp * (2 - 2 * f1) ** 2 + (fp + fn) * f1 ** 2;
  return { f1, stderr: Math.sqrt((n / (n - 1)) * squares) / weight };
}

/** Matthews correlation; the gradient over the four cells. A zero margin: 0 without a standard error. */
export function mccDelta({ tp, fp, fn, tn }: BinaryCounts): { readonly mcc: number; readonly stderr: number | null } {
  const [predicted, notPredicted, gold, notGold] = [tp + fp, tn + fn, tp + fn, tn + fp];
  const product = predicted * notPredicted * gold * notGold;
  if (product === 0) return { mcc: 0, stderr: null };
  const root = Math.sqrt(product);
  const numerator = tp * tn - fp * fn;
  const mcc = numerator / root;
  const n = tp + fp + fn + tn;
  if (n < 2) return { mcc, stderr: null };
  // ∂MCC/∂cell = (∂numerator)/root − MCC/2 · Σ 1/margin over the two margins the cell is part of.
  const slope = (part: number, a: number, b: number): number => part / root - (mcc / 2) * (1 / a + 1 / b);
  const cells: [count: number, gradient: number][] = [
    [tp, slope(tn, predicted, gold)],
    [fp, slope(-fn, predicted, notGold)],
    [fn, slope(-fp, notPredicted, gold)],
    [tn, slope(tp, notPredicted, notGold)],
  ];
  const mean = cells.reduce((total, [count, gradient]) => total + count * gradient, 0) / n;
  const squares = cells.reduce((total, [count, gradient]) => total + count * (gradient - mean) ** 2, 0);
  return { mcc, stderr: Math.sqrt((n / (n - 1)) * squares) };
}

