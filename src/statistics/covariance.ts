/** Covariances of what is counted of documents, while they come (Welford 1962, for products), and the delta method over them. */
export class RunningCovariance {
  private n = 0;
  private readonly means: Float64Array;
  /** Σ(x − x̄)(y − ȳ), row by row. */
  private readonly products: Float64Array;
  private readonly steps: Float64Array;

  constructor(private readonly width: number) {
    this.means = new Float64Array(width);
    this.products = new Float64Array(width * width);
    this.steps = new Float64Array(width);
  }

  /** `width` numbers of one document. */
  add(values: ArrayLike<number>): void {
    const { width, means, products, steps } = this;
    this.n++;
    for (let i = 0; i < width; i++) {
      const step = (values[i] ?? NaN) - (means[i] ?? 0);
      steps[i] = step;
      means[i] = (means[i] ?? 0) + step / this.n;
    }
    const share = (this.n - 1) / this.n;
    for (let i = 0; i < width; i++) {
      const step = (steps[i] ?? 0) * share;
      if (step === 0) continue;
      for (let j = 0; j < width; j++) products[i * width + j] = (products[i * width + j] ?? 0) + step * (steps[j] ?? 0);
    }
  }

  /**
   * Deviation of one document's part in a score over the sums: √(∇ᵀΣ∇), divisor n − 1. The gradient is by the mean of each count, from
   * differences over one standard error of it to both sides, the scale on which the score really moves, and at most half of it: a count
   * of nothing has formulas of its own. NaN for fewer than two.
   */
  deltaDeviation(score: (sums: Float64Array) => number, sums: Float64Array): number {
    const { n, width, products } = this;
    if (n < 2) return NaN;
    const moved = Float64Array.from(sums);
    const gradient = Float64Array.from(sums, (sum, i) => {
      const step = Math.min(Math.sqrt(((products[i * width + i] ?? 0) / (n - 1)) * n), sum / 2);
      if (step === 0) return 0;
      moved[i] = sum + step;
      const above = score(moved);
      moved[i] = sum - step;
      const below = score(moved);
      moved[i] = sum;
      return ((above - below) / (2 * step)) * n;
    });
    let variance = 0;
    for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) variance += (gradient[i] ?? 0) * (gradient[j] ?? 0) * (products[i * width + j] ?? 0);
    return Math.sqrt(Math.max(0, variance) / (n - 1));
  }
}
