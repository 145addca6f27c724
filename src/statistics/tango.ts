import type { Interval } from '../protocol/events';
import { bisect, zCritical } from './special';

/** Interval of the difference of two paired proportions, (c − b)/n (score interval, Tango 1998). Has a width also where nothing is discordant. */
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
