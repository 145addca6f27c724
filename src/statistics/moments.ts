/** Sums, means and standard deviations, left to right in float64. */

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ?? NaN;
  return total;
}

/** NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

export function allEqual(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  // One NaN is not even equal to itself.
  return values.length === 0 || values[0] === values[0];
}

/** Divisor n − 1; exactly 0 where all are equal, NaN for fewer than two. */
export function sampleDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return NaN;
  if (allEqual(values)) return 0;
  const average = mean(values);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] ?? NaN) - average) ** 2;
  return Math.sqrt(squares / (n - 1));
}

/** s/√n */
export function standardError(values: ArrayLike<number>): number {
  return sampleDeviation(values) / Math.sqrt(values.length);
}

/** Every value is 0 or 1. */
export function isRightOrWrong(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0 && values[i] !== 1) return false;
  return true;
}

/** values − others, one by one. */
export function differencesOf(values: ArrayLike<number>, others: ArrayLike<number>): Float64Array {
  const differences = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) differences[i] = (values[i] ?? NaN) - (others[i] ?? NaN);
  return differences;
}
