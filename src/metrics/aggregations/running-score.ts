import { bare, type Estimate } from '../../statistics/estimate';
import type { Value } from '../score';

/** The number so far, folded: a document more costs the same after a million as after ten (a median its logarithm). */
export type RunningScore = {
  /** Documents that were added. */
  readonly n: number;
  readonly add: (score: Value) => void;
  /** Over what was added and, where given, what is read of one document more; NaN where the final number would be. */
  readonly value: (partial?: Value | null) => number;
  /** `value`, of one document or more and no NaN, with what is known of it. `total`: documents of the whole set. */
  readonly live: (value: number, total: number, alpha: number) => Estimate;
};

/**
 * The number over what was added to `running`, the finished prefix of the random order, with a confidence sequence: it holds however
 * often one looks. `total` fixes where the interval is tightest. `partial`: what is read of one document more; it moves the value,
 * while what is known of the population rests on whole documents. Costs the same however many documents there are.
 */
export function liveEstimate(running: RunningScore, total: number, confidence: number, partial: Value | null = null): Estimate {
  const value = running.value();
  const estimate = running.n === 0 || Number.isNaN(value) ? bare(value) : running.live(value, total, 1 - confidence);
  return partial === null ? estimate : { ...estimate, value: running.value(partial) };
}
