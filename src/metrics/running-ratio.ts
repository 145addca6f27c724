import type { Value } from './score';

/**
 * A ratio of sums while documents come: R = Σll/Σw, and for its spread Σe², e = ll − R·w.
 * The residuals are kept about the ratio as it stands: when it moves by d they become Σe² − 2d·Σew + d²·Σw², which loses no digits, as
 * Σll² − 2R·Σllw + R²·Σw² would where documents differ little.
 */
export class RunningRatio {
  readonly kind = 'ratio';
  n = 0;
  private values = 0;
  private weights = 0;
  private fits = true;
  private about = 0;
  private residuals = 0;
  private crossed = 0;
  private weightSquares = 0;
  private valueSquares = 0;

  constructor(readonly aggregation: 'weighted_perplexity' | 'bits_per_byte') {}

  add(score: Value): void {
    this.n++;
    if (score.kind !== 'weighted') {
      this.fits = false;
      return;
    }
    const { logLikelihood, weight } = score;
    this.values += logLikelihood;
    this.weights += weight;
    const rate = this.values / this.weights;
    if (Number.isFinite(rate)) this.centreOn(rate);
    const residual = logLikelihood - this.about * weight;
    this.residuals += residual * residual;
    this.crossed += residual * weight;
    this.weightSquares += weight * weight;
    this.valueSquares += logLikelihood * logLikelihood;
  }

  value(partial: Value | null = null): number {
    if (!this.fits || (partial !== null && partial.kind !== 'weighted')) return NaN;
    const rate = partial === null ? this.rate : (this.values + partial.logLikelihood) / (this.weights + partial.weight);
    return this.aggregation === 'weighted_perplexity' ? Math.exp(-rate) : -rate / Math.LN2;
  }

  /** Log-likelihood per unit of weight. */
  get rate(): number {
    return this.values / this.weights;
  }

  /** √(Σe²/(n−1)) per unit of mean weight; 0 where every document has the same rate up to rounding, NaN where there is no rate. */
  get deviation(): number {
    if (!Number.isFinite(this.rate)) return NaN;
    const spread = this.residuals < this.valueSquares * 1e-28 ? 0 : Math.sqrt(this.residuals / (this.n - 1));
    return spread / (this.weights / this.n);
  }

  private centreOn(rate: number): void {
    const moved = rate - this.about;
    this.residuals += moved * (moved * this.weightSquares - 2 * this.crossed);
    this.crossed -= moved * this.weightSquares;
    this.about = rate;
  }
}
