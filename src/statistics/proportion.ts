/** Intervals for a proportion, `successes` of `n` independent documents. n = 0: [0, 1]. */
import type { Interval } from '../protocol/events';
import { betaQuantile, zCritical } from './special';

type Bounds = NonNullable<Interval>;

/** Score interval (Wilson 1927): the default. */
export function wilson(successes: number, n: number, confidence: number): Bounds {
  if (n === 0) return [0, 1];
  const z = zCritical(confidence);
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}

/** Never covers less than promised (Clopper and Pearson 1934). */
export function clopperPearson(successes: number, n: number, confidence: number): Bounds {
  const tail = (1 - confidence) / 2;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  ];
}

/** Equal-tailed posterior under Jeffreys' prior; the ends are 0 and 1 where nothing or everything is right (Brown, Cai and DasGupta 2001). */
export function jeffreys(successes: number, n: number, confidence: number): Bounds {
  const tail = (1 - confidence) / 2;
  const quantile = (p: number): number => betaQuantile(p, successes + 0.5, n - successes + 0.5);
  return [successes === 0 ? 0 : quantile(tail), successes === n ? 1 : quantile(1 - tail)];
}
