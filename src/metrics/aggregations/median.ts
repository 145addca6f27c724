import { bare, type Estimate } from '../../statistics/estimate';
import { medianOf, RunningMedian, upperMedian } from '../median';
import type { Value } from '../score';
import { type Aggregation, atOnce } from './aggregation';
import { ofNumbers, redrawn } from './numbers';
import type { RunningScore } from './running-score';

const value = ofNumbers(upperMedian);

/** The upper of the middle two where their number is even. Nothing is said of its spread but what the harness says. */
export const median: Aggregation<'median'> = {
  name: 'median',
  takes: 'number',
  running: () => new RunningMiddle(),
  value,
  final: (column) => atOnce(bare(value(column))),
  harnessStderr: redrawn(medianOf),
};

class RunningMiddle implements RunningScore {
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

  live(value: number): Estimate {
    return bare(value);
  }
}
