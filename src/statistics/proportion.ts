import type { Interval } from '../protocol/events';
import { zCritical } from './special';

/** Interval of a proportion, `successes` of `n` independent documents (score interval, Wilson 1927). n = 0: [0, 1]. */
export function wilson(successes: number, n: number, confidence: number): NonNullable<Interval> {
  if (n === 0) return [0, 1];
  const z = zCritical(confidence);
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}
