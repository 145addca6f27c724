import { bare, type Estimate } from '../../statistics/estimate';
import { around, CORPUS_FROM, LIVE_METHOD } from '../../statistics/live';
import { RunningCovariance } from '../../statistics/covariance';
import type { Value } from '../score';
import type { CountedFormula } from './counted';
import type { RunningScore } from './running-score';

/** A score over sums of counts while documents come. */
export class RunningCounts implements RunningScore {
  n = 0;
  private readonly sums: Float64Array;
  private readonly spread: RunningCovariance;
  private fits = true;

  constructor(private readonly formula: CountedFormula) {
    this.sums = new Float64Array(formula.width);
    this.spread = new RunningCovariance(formula.width);
  }

  add(score: Value): void {
    this.n++;
    this.fits &&= this.takes(score);
    if (!this.fits || !this.takes(score)) return;
    for (const [place, count] of score.counts.entries()) this.sums[place] = (this.sums[place] ?? 0) + count;
    this.spread.add(score.counts);
  }

  value(partial: Value | null = null): number {
    if (!this.fits || (partial !== null && !this.takes(partial))) return NaN;
    if (partial === null) return this.n === 0 ? NaN : this.formula.score(this.sums);
    return this.formula.score(this.sums.map((sum, place) => sum + (partial.counts[place] ?? NaN)));
  }

  live(value: number, total: number, alpha: number): Estimate {
    const { n, formula, sums } = this;
    if (n < CORPUS_FROM || (value === 0 && formula.zeroIsUndefined)) return bare(value);
    const spread = around(value, this.spread.deltaDeviation(formula.score, sums), n, CORPUS_FROM, total, alpha);
    return spread === null ? bare(value) : { value, ...spread, method: LIVE_METHOD, approximate: true };
  }

  private takes(score: Value): score is Extract<Value, { readonly kind: 'counts' }> {
    return score.kind === 'counts' && score.counts.length === this.formula.width;
  }
}
