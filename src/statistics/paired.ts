/** Paired comparison of scores on the same documents. */
import type { Interval } from '../protocol/events';
import { meanT } from './mean';
import { differencesOf } from './moments';
import { tTwoSided } from './special';

export type PairedT = { readonly difference: number | null; readonly stderr: number | null; readonly p: number | null; readonly interval: Interval };

/** Mean of other − baseline with Student's test. All differences 0: p = 1. One document: no test. */
export function pairedT(baseline: ArrayLike<number>, other: ArrayLike<number>, confidence: number): PairedT {
  const differences = differencesOf(other, baseline);
  const { mean, stderr, interval } = meanT(differences, confidence);
  const shared = { difference: mean, stderr, interval };
  if (mean === null || stderr === null) return { ...shared, p: null };
  if (stderr === 0) return { ...shared, p: mean === 0 ? 1 : 0 };
  return { ...shared, p: tTwoSided(mean / stderr, differences.length - 1) };
}
