import { bare, type Estimate } from '../../statistics/estimate';
import { around, LIVE_METHOD, SCORES_FROM } from '../../statistics/live';
import { type Score, scoreOf, type Value } from '../score';
import type { RunningScore } from './running-score';

/** Which number of a score is averaged. */
type Averaged = 'number' | 'squared-error';

/** Averages while values come: the sum as the harness sums, and beside it count, mean and M2 (Welford 1962) for the spread. */
export class RunningMoments implements RunningScore {
  n = 0;
  private total = 0;
  private first = NaN;
  private equal = true;
  private binary = true;
  private fits = true;
  private classes: number | null = null;
  /** Of the differences from the first value, so that scores far from 0 lose no digits. */
  private centre = 0;
  private squares = 0;

  constructor(
    private readonly averaged: Averaged,
    /** From the average to the number. */
    private readonly shown: (average: number) => number,
    private readonly estimate: (running: RunningMoments, value: number, total: number, alpha: number) => Estimate,
  ) {}

  add(taken: Value): void {
    const score = scoreOf(taken);
    const value = this.valueOf(score);
    this.n++;
    this.total += value;
    if (this.n === 1) this.first = value;
    this.equal &&= value === this.first;
    this.binary &&= value === 0 || value === 1;
    const difference = value - this.first;
    const step = difference - this.centre;
    this.centre += step / this.n;
    this.squares += step * (difference - this.centre);
    this.fits &&= this.fitsWith(score);
    if (score.kind === 'squared-error') this.classes ??= score.classes;
  }

  value(partial: Value | null = null): number {
    const more = partial === null ? null : scoreOf(partial);
    if (!this.fits || (more !== null && !this.fitsWith(more))) return NaN;
    return this.shown(more === null ? this.mean : (this.total + this.valueOf(more)) / (this.n + 1));
  }

  live(value: number, total: number, alpha: number): Estimate {
    return this.estimate(this, value, total, alpha);
  }

  get mean(): number {
    return this.total / this.n;
  }

  /** Divisor n − 1; exactly 0 where all are equal, NaN for fewer than two. */
  get deviation(): number {
    if (this.n < 2) return NaN;
    return this.equal ? 0 : Math.sqrt(this.squares / (this.n - 1));
  }

  /** Values that are 1 while all are 0 or 1; null from the first other one on. */
  get successes(): number | null {
    return this.binary ? this.total : null;
  }

  private valueOf(score: Score): number {
    if (this.averaged === 'squared-error') return score.kind === 'squared-error' ? score.squaredError : NaN;
    return score.kind === 'number' ? score.value : NaN;
  }

  /** Squared errors over different numbers of classes have no mean. */
  private fitsWith(score: Score): boolean {
    if (this.averaged === 'number') return score.kind === 'number';
    return score.kind === 'squared-error' && (this.classes ?? score.classes) === score.classes;
  }
}

/** The mean of scores that are not just right or wrong. */
export function liveMean({ mean, deviation, n }: RunningMoments, value: number, total: number, alpha: number): Estimate {
  const spread = around(mean, deviation, n, SCORES_FROM, total, alpha);
  return spread === null ? bare(value) : { value, ...spread, method: LIVE_METHOD, approximate: true };
}
