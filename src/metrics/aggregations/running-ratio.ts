import { bare, type Estimate } from '../../statistics/estimate';
import { around, LIVE_METHOD, SCORES_FROM } from '../../statistics/live';
import type { Value } from '../score';
import type { RateScale } from './rates';
import type { RunningScore } from './running-score';

/**
 * A ratio of sums while documents come: R = Σll/Σw, and for its spread Σe², e = ll − R·w.
 * The residuals are kept about the ratio as it stands: when it moves by d they become Σe² − 2d·Σew + d²·Σw², which loses no digits, as
 * Σll² − 2R·Σllw + R²·Σw² would where documents differ little.
 */
export class RunningRatio implements RunningScore {
  n = 0;
  private values = 0;
  private weights = 0;
  private fits = true;
  private about = 0;
  private residuals = 0;
  private crossed = 0;
  private weightSquares = 0;
  private valueSquares = 0;

  constructor(private readonly scale: RateScale) {}

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
    return this.scale.value(partial === null ? this.rate : (this.values + partial.logLikelihood) / (this.weights + partial.weight));
  }

  live(value: number, total: number, alpha: number): Estimate {
    const spread = around(this.rate, this.deviation, this.n, SCORES_FROM, total, alpha);
    return spread === null ? bare(value) : this.scale.estimate(value, spread, LIVE_METHOD, true);
  }

  /** Log-likelihood per unit of weight. */
  private get rate(): number {
    return this.values / this.weights;
  }

  /** √(Σe²/(n−1)) per unit of mean weight; 0 where every document has the same rate up to rounding, NaN where there is no rate. */
  private get deviation(): number {
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
