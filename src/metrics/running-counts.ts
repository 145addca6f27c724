import { type CountedAggregation, countedFormula, type CountedFormula } from './counted';
import type { Value } from './score';

/** A score over sums of counts while documents come. */
export class RunningCounts {
  readonly kind = 'plain';
  n = 0;
  private readonly formula: CountedFormula;
  private readonly sums: Float64Array;
  private fits = true;

  constructor(readonly aggregation: CountedAggregation) {
    this.formula = countedFormula(aggregation);
    this.sums = new Float64Array(this.formula.width);
  }

  add(score: Value): void {
    this.n++;
    if (!this.takes(score)) this.fits = false;
    else for (const [place, count] of score.counts.entries()) this.sums[place] = (this.sums[place] ?? 0) + count;
  }

  value(partial: Value | null = null): number {
    if (!this.fits || (partial !== null && !this.takes(partial))) return NaN;
    if (partial === null) return this.n === 0 ? NaN : this.formula.score(this.sums);
    return this.formula.score(this.sums.map((sum, place) => sum + (partial.counts[place] ?? NaN)));
  }

  private takes(score: Value): score is Extract<Value, { readonly kind: 'counts' }> {
    return score.kind === 'counts' && score.counts.length === this.formula.width;
  }
}
