import { type Score, scoreOf, type Value } from './score';

/** Which number of a score is averaged; null where it is of another kind. */
export type Averaged = 'mean' | 'perplexity' | 'brier_score';

/** Averages while values come: the sum as the harness sums, and beside it count, mean and M2 (Welford 1962) for the spread. */
export class RunningMoments {
  readonly kind = 'moments';
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

  constructor(readonly aggregation: Averaged) {}

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
    const mean = more === null ? this.total / this.n : (this.total + this.valueOf(more)) / (this.n + 1);
    return this.aggregation === 'perplexity' ? Math.exp(-mean) : mean;
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
    if (this.aggregation === 'brier_score') return score.kind === 'squared-error' ? score.squaredError : NaN;
    return score.kind === 'number' ? score.value : NaN;
  }

  /** Squared errors over different numbers of classes have no mean. */
  private fitsWith(score: Score): boolean {
    if (this.aggregation !== 'brier_score') return score.kind === 'number';
    return score.kind === 'squared-error' && (this.classes ?? score.classes) === score.classes;
  }
}
