import { RunningMedian } from './median';
import type { Value } from './score';

/** The median while values come. */
export class RunningMiddle {
  readonly kind = 'plain';
  readonly aggregation = 'median';
  n = 0;
  private fits = true;
  private readonly median = new RunningMedian();

  add(score: Value): void {
    this.n++;
    if (score.kind === 'number') this.median.add(score.value);
    else this.fits = false;
  }

  value(partial: Value | null = null): number {
    if (!this.fits || (partial !== null && partial.kind !== 'number')) return NaN;
    return this.median.value(partial?.value);
  }
}

/** The mean of the values that are numbers, while they come. */
export class RunningNanMean {
  readonly kind = 'plain';
  readonly aggregation = 'nanmean';
  n = 0;
  private fits = true;
  private total = 0;
  private numbers = 0;

  add(score: Value): void {
    this.n++;
    if (score.kind !== 'number') this.fits = false;
    else if (!Number.isNaN(score.value)) {
      this.total += score.value;
      this.numbers++;
    }
  }

  value(partial: Value | null = null): number {
    if (!this.fits || (partial !== null && partial.kind !== 'number')) return NaN;
    if (partial === null || Number.isNaN(partial.value)) return this.total / this.numbers;
    return (this.total + partial.value) / (this.numbers + 1);
  }
}
