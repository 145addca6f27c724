/** What a mean is known to be while it streams: confidence sequences, which hold however often one looks. */
import { rho2Optimal, tMixture } from './anytime';
import type { Spread } from './estimate';

/** Fewest documents for a live interval of log-likelihoods, and of corpus scores: before that it is too narrow too often. */
export const SCORES_FROM = 30;
export const CORPUS_FROM = 100;
export const LIVE_METHOD = 't-mixture';

/** The t mixture about a centre, from the deviation of one document; null before `from` documents and while nothing can be said. */
export function around(centre: number, deviation: number, n: number, from: number, total: number, alpha: number): Spread | null {
  const half = n < from ? Infinity : tMixture(deviation, n, rho2Optimal(Math.max(1, total / 4), alpha), alpha);
  return Number.isFinite(half) ? { stderr: deviation / Math.sqrt(n), interval: [centre - half, centre + half] } : null;
}
