/** The paired comparison that belongs to a metric. difference = other − baseline, interval and p-value for the population. */
import type { Comparison } from '../protocol/events';
import { mcnemarExact } from './mcnemar';
import { isRightOrWrong } from './moments';
import { pairedT } from './paired';
import { tango } from './tango';

export type PairedComparison = Omit<Comparison, 'task' | 'metric' | 'baseline' | 'other'>;

/** Which documents of two columns are the same: the i-th of one is the i-th of the other. */
export type DocumentPairs = { readonly baseline: Uint32Array; readonly other: Uint32Array };

/**
 * Of one number a document. For right/wrong: McNemar's exact p, Tango's interval and the four counts. For others: Student's paired t.
 * null where there are none.
 */
export function compareNumbers(baseline: Float64Array | null, other: Float64Array | null, mayBeRightOrWrong: boolean, confidence: number): PairedComparison | null {
  if (baseline === null || other === null) return null;
  const n = baseline.length;
  const { difference, stderr, interval, p } = pairedT(baseline, other, confidence);
  if (difference === null || Number.isNaN(difference)) return null;
  if (!mayBeRightOrWrong || !isRightOrWrong(baseline) || !isRightOrWrong(other)) return { difference, stderr, interval, p_value: p, n };
  let [bothRight, onlyBaseline, onlyOther] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    if (baseline[i] === 1) {
      if (other[i] === 1) bothRight++;
      else onlyBaseline++;
    } else if (other[i] === 1) onlyOther++;
  }
  return {
    difference: (onlyOther - onlyBaseline) / n,
    stderr,
    interval: tango(onlyBaseline, onlyOther, n, confidence),
    p_value: mcnemarExact(onlyBaseline, onlyOther),
    n,
    both_right: bothRight,
    only_baseline: onlyBaseline,
    only_other: onlyOther,
    both_wrong: n - bothRight - onlyBaseline - onlyOther,
  };
}
