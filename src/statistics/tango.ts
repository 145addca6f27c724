/** Intervals for the difference of two paired proportions, (c − b)/n. */
import type { Interval } from '../protocol/events';
import { bisect, zCritical } from './special';

/** Score interval (Tango 1998). Has a width also where nothing is discordant. */
export function tango(onlyBaseline: number, onlyOther: number, n: number, confidence: number): NonNullable<Interval> {
  const z = zCritical(confidence);
  const [b, c] = [onlyBaseline, onlyOther];
  const difference = (c - b) / n;
  const score = (delta: number): number => {
    const linear = -c - b + (2 * n - c + b) * delta;
    const q = (Math.sqrt(Math.max(0, linear * linear + 8 * n * b * delta * (1 - delta))) - linear) / (4 * n);
    const variance = n * (2 * q + delta * (1 - delta));
    const deviation = c - b - n * delta;
    return variance <= 0 ? (deviation === 0 ? 0 : Math.sign(deviation) * Infinity) : deviation / Math.sqrt(variance);
  };
  const low = score(-1) < z ? -1 : bisect((delta) => score(delta) - z, -1, difference);
  const high = score(1) > -z ? 1 : bisect((delta) => score(delta) + z, difference, 1);
  return [low, high];
}

/** Wald interval with one document added to each discordant cell (Bonett and Price 2012). */
export function bonettPrice(onlyBaseline: number, onlyOther: number, n: number, confidence: number): NonNullable<Interval> {
  const [p12, p21] = [(onlyOther + 1) / (n + 2), (onlyBaseline + 1) / (n + 2)];
  const half = zCritical(confidence) * Math.sqrt((p12 + p21 - (p12 - p21) ** 2) / (n + 2));
  return [Math.max(-1, p12 - p21 - half), Math.min(1, p12 - p21 + half)];
}

/** g = c/(b+c) − ½ and odds c/b; null where nothing is discordant. */
export function pairedEffect(onlyBaseline: number, onlyOther: number): { readonly cohenG: number | null; readonly oddsRatio: number | null } {
  const discordant = onlyBaseline + onlyOther;
  if (discordant === 0) return { cohenG: null, oddsRatio: null };
  return { cohenG: onlyOther / discordant - 0.5, oddsRatio: onlyOther / onlyBaseline };
}
