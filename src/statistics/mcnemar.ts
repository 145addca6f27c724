/** Paired right/wrong answers: b = only the baseline is right, c = only the other is. */
import { logBinomial } from './special';

/** min(1, 2·P(Bin(b+c, ½) <= min(b, c))) (McNemar, exact). Nothing discordant: 1. */
export function mcnemarExact(onlyBaseline: number, onlyOther: number): number {
  const n = onlyBaseline + onlyOther;
  if (n === 0) return 1;
  return Math.min(1, 2 * lowerTail(n, Math.min(onlyBaseline, onlyOther)));
}

function lowerTail(n: number, k: number): number {
  let total = 0;
  for (let i = k; i >= 0; i--) {
    const more = point(n, i);
    // Further ones are smaller still.
    if (total + more === total) break;
    total += more;
  }
  return total;
}

/** P(Bin(n, ½) = k) */
function point(n: number, k: number): number {
  return Math.exp(logBinomial(n, k) - n * Math.LN2);
}
