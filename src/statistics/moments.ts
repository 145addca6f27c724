/** Sums, means and standard deviations, left to right in float64. */

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Divisor n − 1; exactly 0 where all are equal, NaN for fewer than two. */
export function sampleDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return NaN;
  let total = 0;
  let equal = true;
  for (let i = 0; i < n; i++) {
    total += values[i] ?? NaN;
    equal &&= values[i] === values[0];
  }
  if (equal) return 0;
  const average = total / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] ?? NaN) - average) ** 2;
  return Math.sqrt(squares / (n - 1));
}

/** s/√n */
export function standardError(values: readonly number[]): number {
  return sampleDeviation(values) / Math.sqrt(values.length);
}
