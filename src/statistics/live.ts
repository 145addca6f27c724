/** What a number is known to be while it streams: confidence sequences, which hold however often one looks. */
import type { RunningConfusion } from '../metrics/running-confusion';
import type { RunningMoments } from '../metrics/running-moments';
import type { RunningRatio } from '../metrics/running-ratio';
import type { RunningScore } from '../metrics/running-score';
import type { Value } from '../metrics/score';
import { betaMixture, betaMixtureKappa, rho2Optimal, tMixture } from './anytime';
import { deltaStderr } from './corpus';
import { bare, type Estimate, fromRate, onLogScale, type Spread } from './estimate';

/** Fewest documents for a live interval of log-likelihoods, and of corpus scores: before that it is too narrow too often. */
const SCORES_FROM = 30;
const CORPUS_FROM = 100;
const METHOD = 't-mixture';

/**
 * The number over what was added to `running`, the finished prefix of the random order. `total`: documents of the whole set; it fixes where the
 * interval is tightest. `partial`: what is read of one document more; it moves the value, while what is known of the population
 * rests on whole documents. Costs the same however many documents there are.
 */
export function liveEstimate(running: RunningScore, total: number, confidence: number, partial: Value | null = null): Estimate {
  const value = running.value();
  const estimate = running.n === 0 || Number.isNaN(value) ? bare(value) : spreadOf(running, value, total, 1 - confidence);
  return partial === null ? estimate : { ...estimate, value: running.value(partial) };
}

function spreadOf(running: RunningScore, value: number, total: number, alpha: number): Estimate {
  switch (running.kind) {
    case 'moments':
      return ofMoments(running, value, total, alpha);
    case 'ratio':
      return ofRatio(running, value, total, alpha);
    case 'confusion':
      return ofConfusion(running, value, total, alpha);
    case 'plain':
      return bare(value);
  }
}

function ofMoments(running: RunningMoments, value: number, total: number, alpha: number): Estimate {
  const { n, aggregation, mean, deviation, successes } = running;
  if (aggregation === 'mean' && successes !== null) {
    const stderr = n < 2 ? null : Math.sqrt(((successes / n) * ((n - successes) / n)) / (n - 1));
    return { ...bare(value), stderr, interval: betaMixture(successes, n, betaMixtureKappa(total, alpha), alpha), method: 'beta-mixture' };
  }
  const spread = around(mean, deviation, n, SCORES_FROM, total, alpha);
  if (spread === null) return bare(value);
  return aggregation === 'perplexity' ? onLogScale(value, spread, METHOD, true) : { value, ...spread, method: METHOD, approximate: true };
}

function ofRatio(running: RunningRatio, value: number, total: number, alpha: number): Estimate {
  const spread = around(running.rate, running.deviation, running.n, SCORES_FROM, total, alpha);
  return spread === null ? bare(value) : fromRate(running.aggregation, value, spread, METHOD, true);
}

function ofConfusion({ counts, aggregation, n }: RunningConfusion, value: number, total: number, alpha: number): Estimate {
  const stderr = deltaStderr(aggregation, counts);
  const spread = stderr === null ? null : around(value, stderr * Math.sqrt(n), n, CORPUS_FROM, total, alpha);
  return spread === null ? bare(value) : { value, ...spread, method: METHOD, approximate: true };
}

/** The t mixture about a centre; null before `from` documents and while nothing can be said. */
function around(centre: number, deviation: number, n: number, from: number, total: number, alpha: number): Spread | null {
  const half = n < from ? Infinity : tMixture(deviation, n, rho2Optimal(Math.max(1, total / 4), alpha), alpha);
  return Number.isFinite(half) ? { stderr: deviation / Math.sqrt(n), interval: [centre - half, centre + half] } : null;
}
