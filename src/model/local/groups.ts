import type { Sequence } from './windows';

/** Nodes of a row beyond which nothing more is packed into it, unless a single sequence is longer. */
const MOST_NODES = 512;

/**
 * Length at which attention costs as much as the rest of a layer, in tokens. Small checkpoints (width 256: 6 × width
 * multiply-adds, attention at half the speed of a matrix product) have the smallest; for larger ones packing pays more.
 */
const ATTENTION_LENGTH = 1000;

/**
 * Which sequences share a row, as indices into `sequences`. In lexicographic order those with the longest common beginning are
 * neighbours; a sequence joins the row of its left neighbour where that is cheaper than a row of its own. So the choices of a
 * question meet, contexts that differ late do, and documents behind the same examples do.
 */
export function groupByPrefix(sequences: readonly Sequence[], mostNodes = MOST_NODES): number[][] {
  const order = sequences.map((_, index) => index).sort((a, b) => compareTokens(at(sequences, a), at(sequences, b)) || a - b);
  const groups: number[][] = [];
  let nodes = 0;
  let previous: readonly number[] = [];
  for (const index of order) {
    const fed = at(sequences, index);
    const shared = commonLength(previous, fed);
    const grown = nodes + fed.length - shared;
    const last = groups.at(-1);
    const fits = grown <= Math.max(mostNodes, 2 * fed.length);
    if (last !== undefined && fits && cost(grown) < cost(nodes) + cost(fed.length)) {
      last.push(index);
      nodes = grown;
    } else {
      groups.push([index]);
      nodes = fed.length;
    }
    previous = fed;
  }
  return groups;
}

function cost(nodes: number): number {
  return nodes + (nodes * nodes) / ATTENTION_LENGTH;
}

function at(sequences: readonly Sequence[], index: number): readonly number[] {
  return sequences[index]?.fed ?? [];
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

function compareTokens(a: readonly number[], b: readonly number[]): number {
  const shared = commonLength(a, b);
  return (a[shared] ?? -1) - (b[shared] ?? -1);
}
