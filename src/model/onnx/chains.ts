import type { ScoringRow } from './wire';

/** A scored row in other words: `order[k]` is the place, among the row's scores, of the k-th score of `rows`. */
export type Chains = { readonly rows: readonly ScoringRow[]; readonly order: Int32Array };

/** Each path of a tree from its root to a leaf, behind `prefix`, as a row of its own; every score belongs to the first path that its node is on. */
export function chainsOf({ tokens, parents, positions, targets }: ScoringRow, prefix: Int32Array): Chains {
  const parentOf = (node: number): number => (parents === null ? node - 1 : (parents[node] ?? -1));
  const inner = new Set(tokens.map((_, node) => parentOf(node)));
  const scoresOf = new Map<number, number[]>();
  positions.forEach((node, score) => {
    const known = scoresOf.get(node);
    if (known === undefined) scoresOf.set(node, [score]);
    else known.push(score);
  });
  const order: number[] = [];
  const rows: ScoringRow[] = [];
  for (let leaf = 0; leaf < tokens.length; leaf++) {
    if (inner.has(leaf)) continue;
    const path: number[] = [];
    for (let node = leaf; node >= 0; node = parentOf(node)) path.unshift(node);
    const places: number[] = [];
    const first = order.length;
    path.forEach((node, depth) => {
      for (const score of scoresOf.get(node) ?? []) {
        places.push(prefix.length + depth);
        order.push(score);
      }
      scoresOf.delete(node);
    });
    if (order.length === first) continue;
    rows.push({
      tokens: Int32Array.from([...prefix, ...path.map((node) => tokens[node] ?? 0)]),
      parents: null,
      positions: Int32Array.from(places),
      targets: Int32Array.from(order.slice(first), (score) => targets[score] ?? 0),
    });
  }
  return { rows, order: Int32Array.from(order) };
}

/** Its first tokens, before it branches and before anything is scored; at least one token stays behind them. */
export function trunkOf({ tokens, parents, positions }: ScoringRow): number {
  const scored = positions.reduce((least, node) => Math.min(least, node), tokens.length - 1);
  // Whatever does not follow the node before it hangs on a node that has another child.
  const branch = (parents ?? new Int32Array(0)).reduce((least, parent, node) => (parent === node - 1 ? least : Math.min(least, parent + 1)), tokens.length);
  return Math.min(scored, branch);
}

/** The row without its first `trunk` tokens, for a run behind them. */
export function behindTrunk({ tokens, parents, positions, targets }: ScoringRow, trunk: number): ScoringRow {
  return {
    tokens: tokens.slice(trunk),
    parents: parents === null ? null : parents.slice(trunk).map((parent) => Math.max(-1, parent - trunk)),
    positions: positions.map((node) => node - trunk),
    targets,
  };
}
