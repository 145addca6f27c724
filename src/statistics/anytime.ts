/**
 * Anytime-valid intervals (confidence sequences): P(truth outside at any n) <= α, however often one looks.
 * The tuning is fixed before the first answer: tightest at n* = N/4.
 */
import type { Interval } from '../protocol/events';
import { bisect, logBeta } from './special';

/** ρ² = (−W₋₁(−α²/e) − 1)/n*: where the mixture is tightest (Waudby-Smith et al. 2021). */
export function rho2Optimal(tightestAt: number, alpha: number): number {
  // −W₋₁(−α²/e) = w solves w·e^(−w) = α²/e, w > 1.
  const target = 2 * Math.log(alpha) - 1;
  const w = bisect((x) => Math.log(x) - x - target, 1, 10 - 2 * target);
  return (w - 1) / tightestAt;
}

/** κ of the beta mixture for a set of `total` documents: 1/ρ² at n* = total/4. */
export function betaMixtureKappa(total: number, alpha: number): number {
  return 1 / rho2Optimal(Math.max(1, total / 4), alpha);
}

/**
 * Right/wrong scores: {m : B(κm+k, κ(1−m)+n−k)/B(κm, κ(1−m)) / (m^k (1−m)^(n−k)) < 1/α} (Robbins 1970; Howard et al. 2021). Exact at every n.
 */
export function betaMixture(successes: number, n: number, kappa: number, alpha: number): NonNullable<Interval> {
  if (n === 0) return [0, 1];
  const failures = n - successes;
  const limit = -Math.log(alpha);
  const excess = (m: number): number =>
    logBeta(kappa * m + successes, kappa * (1 - m) + failures) - logBeta(kappa * m, kappa * (1 - m)) - successes * Math.log(m) - failures * Math.log1p(-m) - limit;
  const edge = 1e-12;
  const low = successes === 0 || excess(edge) < 0 ? 0 : bisect(excess, edge, Math.min(successes / n, 1 - edge));
  const high = failures === 0 || excess(1 - edge) < 0 ? 1 : bisect(excess, Math.max(successes / n, edge), 1 - edge);
  return [low, high];
}

/**
 * Unbounded scores: half-width of the t mixture around the mean, s·√((r−1)/(1−r/g)·(n−1)/n) with g = 1+nρ², r = (√g/α)^(2/n)
 * (Wang and Ramdas 2023). Exact for normal scores; approximate otherwise. Infinity while nothing can be said.
 */
export function tMixture(deviation: number, n: number, rho2: number, alpha: number): number {
  if (n < 2) return Infinity;
  const g = 1 + n * rho2;
  const r = (Math.sqrt(g) / alpha) ** (2 / n);
  if (r >= g) return Infinity;
  return deviation * Math.sqrt((((r - 1) / (1 - r / g)) * (n - 1)) / n);
}
