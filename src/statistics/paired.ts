/** Paired comparison of scores on the same documents. */
import type { Interval } from '../protocol/events';
import { meanT } from './mean';
import { differencesOf } from './moments';
import { tTwoSided } from './special';

export type PairedT = {
  readonly difference: number | null;
  readonly stderr: number | null;
  readonly t: number | null;
  readonly p: number | null;
  readonly interval: Interval;
  /** Effect size d_z: the mean difference in standard deviations of the differences. */
  readonly cohenDz: number | null;
};

/** Mean of other − baseline with Student's test. All differences 0: p = 1. One document: no test. */
export function pairedT(baseline: ArrayLike<number>, other: ArrayLike<number>, confidence: number): PairedT {
  const differences = differencesOf(other, baseline);
  const { mean, stderr, interval } = meanT(differences, confidence);
  if (mean === null || stderr === null) return { difference: mean, stderr, t: null, p: null, interval, cohenDz: null };
  if (stderr === 0) return { difference: mean, stderr, t: null, p: mean === 0 ? 1 : 0, interval, cohenDz: null };
  const t = mean / stderr;
  return { difference: mean, stderr, t, p: tTwoSided(t, differences.length - 1), interval, cohenDz: t / Math.sqrt(differences.length) };
}

/** Share of all 2ⁿ signs whose sum is at least as far from 0 as the one seen; for n <= 20. */
export function signFlipExact(differences: readonly number[]): number {
  const n = differences.length;
  if (n > 20) throw new RangeError('every sign is tried: at most 20 differences');
  const observed = Math.abs(differences.reduce((total, value) => total + value, 0));
  const slack = 1e-12 * Math.max(1, observed);
  let hits = 0;
  for (let signs = 0; signs < 2 ** n; signs++) {
    let total = 0;
    for (const [index, value] of differences.entries()) total += (signs >> index) & 1 ? value : -value;
    if (Math.abs(total) >= observed - slack) hits++;
  }
  return hits / 2 ** n;
}
