/** Correlation of two lists of numbers, as scipy computes it. NaN where a list is constant. */
import { PyError } from '../python/errors';
import { mean } from './moments';

/** Throws PyError ValueError for fewer than two points. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  if (x.length < 2) throw new PyError('ValueError', 'correlation wants at least two points');
  const [a, b] = [normed(x), normed(y)];
  if (a === null || b === null) return NaN;
  const product = a.reduce((total, value, index) => total + value * (b[index] ?? NaN), 0);
  return Math.max(-1, Math.min(1, product));
}

/** Pearson's of ranks, equal values sharing theirs. NaN for fewer than two points. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return x.length < 2 ? NaN : pearson(ranks(x), ranks(y));
}

/** `b`: (C − D)/√((n₀ − ties of x)(n₀ − ties of y)); `c`: for tables that are not square. Counts every pair: for some thousand points. */
export function kendall(x: readonly number[], y: readonly number[], variant: 'b' | 'c' = 'b'): number {
  const n = x.length;
  let [balance, tiedX, tiedY] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign((x[i] ?? NaN) - (x[j] ?? NaN)), Math.sign((y[i] ?? NaN) - (y[j] ?? NaN))];
      balance += dx * dy;
      if (dx === 0) tiedX++;
      if (dy === 0) tiedY++;
    }
  }
  const pairs = (n * (n - 1)) / 2;
  if (tiedX === pairs || tiedY === pairs) return NaN;
  if (variant === 'b') return balance / Math.sqrt(pairs - tiedX) / Math.sqrt(pairs - tiedY);
  const classes = Math.min(new Set(x).size, new Set(y).size);
  return (2 * balance) / (n * n * ((classes - 1) / classes));
}

/** Beyond this many points not every order can be tried. */
export const ALL_ORDERS_AT_MOST = 7;

/**
 * Two-sided p of a correlation by trying every order of `y`, ties included: the share of orders that give one as far from 0.
 * null where there is no correlation, and beyond seven points.
 */
export function permutationP(correlation: (x: readonly number[], y: readonly number[]) => number, x: readonly number[], y: readonly number[]): number | null {
  if (x.length > ALL_ORDERS_AT_MOST) return null;
  const observed = correlation(x, y);
  if (Number.isNaN(observed)) return null;
  let [extreme, all] = [0, 0];
  for (const order of orders(y)) {
    all++;
    if (Math.abs(correlation(x, order)) >= Math.abs(observed) - 1e-12) extreme++;
  }
  return extreme / all;
}

function* orders(values: readonly number[]): Generator<readonly number[]> {
  if (values.length < 2) yield values;
  else for (const [place, first] of values.entries()) for (const rest of orders(values.toSpliced(place, 1))) yield [first, ...rest];
}

/** Differences from the mean, of length 1; null where there are none. */
function normed(values: readonly number[]): number[] | null {
  if (values.every((value) => value === values[0])) return null;
  const centre = mean(values);
  const differences = values.map((value) => value - centre);
  const largest = Math.max(...differences.map(Math.abs));
  const norm = largest * Math.sqrt(differences.reduce((total, value) => total + (value / largest) ** 2, 0));
  return differences.map((value) => value / norm);
}

/** From 1; equal values have the mean of their places. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
  const found = new Array<number>(values.length).fill(NaN);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let place = from; place < to; place++) found[order[place] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}
