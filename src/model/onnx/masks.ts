import type { ScoringRow } from './wire';

type FedRow = Pick<ScoringRow, 'tokens' | 'parents'>;

/** Added to a score that must not count. Finite: a row of −∞ only would become NaN, and −3.4e38 overflows when added to. */
export const MASKED = -1e30;

/** How many tokens lie before each token on its path from the root: what the model takes for its position. */
export function positionsOf(row: FedRow): Int32Array {
  const positions = new Int32Array(row.tokens.length);
  for (let node = 0; node < positions.length; node++) {
    const parent = parentOf(row, node);
    positions[node] = parent < 0 ? 0 : (positions[parent] ?? 0) + 1;
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
 * [B, 1, S, S]: 0 where the token of a row (third axis) sees another one: itself and its ancestors, with a window only the
 * `window` nearest of them, itself included. Padding sees itself, so that its softmax stays finite.
 */
export function attentionBias(rows: readonly FedRow[], width: number, window: number | null): Float32Array {
  const bias = new Float32Array(rows.length * width * width).fill(MASKED);
  rows.forEach((row, index) => {
    for (let node = 0; node < width; node++) {
      const start = (index * width + node) * width;
      if (node >= row.tokens.length) bias[start + node] = 0;
      else openAncestors(bias, start, row, node, window ?? width);
    }
  });
  return bias;
}

function openAncestors(bias: Float32Array, start: number, row: FedRow, node: number, reach: number): void {
  if (row.parents === null) {
    bias.fill(0, start + Math.max(0, node + 1 - reach), start + node + 1);
    return;
  }
  let ancestor = node;
  for (let step = 0; step < reach && ancestor >= 0; step++) {
    bias[start + ancestor] = 0;
    ancestor = row.parents[ancestor] ?? -1;
  }
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
