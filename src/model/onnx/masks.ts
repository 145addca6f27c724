import type { ScoringRow } from './wire';

type FedRow = Pick<ScoringRow, 'tokens' | 'parents'>;

/** Added to a score that must not count. Finite: a row of −∞ only would become NaN, and −3.4e38 overflows when added to. */
export const MASKED = -1e30;

/** How many tokens lie before each token on its path from the root, and before the root: what the model takes for its position. */
export function positionsOf(row: FedRow, before = 0): Int32Array {
  const positions = new Int32Array(row.tokens.length);
  for (let node = 0; node < positions.length; node++) {
    const parent = parentOf(row, node);
    positions[node] = parent < 0 ? before : (positions[parent] ?? 0) + 1;
  }
  return positions;
}

/** [B, S] of int64, padded on the right with zeros. */
export function padded(rows: readonly Int32Array[], width: number): BigInt64Array {
  const result = new BigInt64Array(rows.length * width);
  rows.forEach((row, index) => row.forEach((value, place) => (result[index * width + place] = BigInt(value))));
  return result;
}

/**
 * [B, 1, S, before + S]: 0 where the token of a row (third axis) sees another one: itself, its ancestors and the `before` tokens that
 * the roots follow; with a window only the `window` nearest of them, itself included. Padding sees itself, so that its softmax stays finite.
 */
export function attentionBias(rows: readonly FedRow[], width: number, window: number | null, before = 0): Float32Array {
  const seen = before + width;
  const bias = new Float32Array(rows.length * width * seen).fill(MASKED);
  rows.forEach((row, index) => {
    for (let node = 0; node < width; node++) {
      const start = (index * width + node) * seen;
      if (node >= row.tokens.length) bias[start + before + node] = 0;
      else openAncestors(bias, start, before, row, node, window ?? seen);
    }
  });
  return bias;
}

function openAncestors(bias: Float32Array, start: number, before: number, row: FedRow, node: number, reach: number): void {
  if (row.parents === null) {
    bias.fill(0, start + Math.max(0, before + node + 1 - reach), start + before + node + 1);
    return;
  }
  let ancestor = node;
  let left = reach;
  for (; left > 0 && ancestor >= 0; left--) {
    bias[start + before + ancestor] = 0;
    ancestor = row.parents[ancestor] ?? -1;
  }
  bias.fill(0, start + Math.max(0, before - left), start + before);
}

function parentOf(row: FedRow, node: number): number {
  return row.parents === null ? node - 1 : (row.parents[node] ?? -1);
}

/** Indices of all scored hidden states among B · S, row after row. */
export function scoredIndices(rows: readonly ScoringRow[], width: number): BigInt64Array {
  const indices: bigint[] = [];
  rows.forEach((row, index) => row.positions.forEach((place) => indices.push(BigInt(index * width + place))));
  return BigInt64Array.from(indices);
}
