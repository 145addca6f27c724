import { bare, type Estimate } from '../../statistics/estimate';
import type { Value } from '../score';
import { type Aggregation, atOnce } from './aggregation';
import { ofNumbers, redrawn } from './numbers';
import type { RunningScore } from './running-score';

const value = ofNumbers(nanMean);

/** The mean of the values that are numbers. Nothing is said of its spread but what the harness says. */
export const nanmean: Aggregation<'nanmean'> = {
  name: 'nanmean',
  takes: 'number',
  running: () => new RunningNanMean(),
  value,
  final: (column) => atOnce(bare(value(column))),
  harnessStderr: redrawn(nanMean),
};

function nanMean(numbers: Float64Array): number {
  let [total, count] = [0, 0];
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    total += number;
    count++;
  }
  return total / count;
}

class RunningNanMean implements RunningScore {
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

  live(value: number): Estimate {
    return bare(value);
  }
}
