import type { ScoringRow } from '../onnx/wire';
import type { Sequence } from './windows';

/** A row, and where in its scores each sequence that was packed into it finds its targets, in their order. */
export type PackedRow = { readonly row: ScoringRow; readonly scores: readonly Int32Array[] };

/**
 * Packs sequences into one row. Equal beginnings share their nodes, whatever they are to the requests (a context that all
 * choices have, equal first words of two choices), and a target asked twice of one node is computed once. A node depends on its
 * ancestors alone, so each sequence gets the numbers it would get in a row of its own. Without a branch the row is a chain.
 */
export function packRow(sequences: readonly Sequence[]): PackedRow {
  const trie = new Trie();
  const scores = sequences.map(({ fed, targets }) => {
    const path = trie.add(fed);
    const skipped = fed.length - targets.length;
    return Int32Array.from(targets, (target, index) => trie.score(path[skipped + index] as number, target));
  });
  return { row: trie.row(), scores };
}

class Trie {
  private readonly tokens: number[] = [];
  private readonly parents: number[] = [];
  private readonly children = new Map<number, number>();
  private readonly positions: number[] = [];
  private readonly targets: number[] = [];
  private readonly scores = new Map<number, number>();

  /** The nodes of a sequence, new ones where it leaves what is there. A parent always comes before its children. */
  add(fed: readonly number[]): number[] {
    let parent = -1;
    return fed.map((token) => {
      const edge = pair(parent + 1, token);
      let node = this.children.get(edge);
      if (node === undefined) {
        node = this.tokens.push(token) - 1;
        this.parents.push(parent);
        this.children.set(edge, node);
      }
      return (parent = node);
    });
  }

  /** The index of the score of `target` after `node`. */
  score(node: number, target: number): number {
    const key = pair(node, target);
    let index = this.scores.get(key);
    if (index === undefined) {
      index = this.positions.push(node) - 1;
      this.targets.push(target);
      this.scores.set(key, index);
    }
    return index;
  }

  row(): ScoringRow {
    const isChain = this.parents.every((parent, node) => parent === node - 1);
    return {
      tokens: Int32Array.from(this.tokens),
      parents: isChain ? null : Int32Array.from(this.parents),
      positions: Int32Array.from(this.positions),
      targets: Int32Array.from(this.targets),
    };
  }
}

/** One number for a node and a token id; ids are below 2^31. */
function pair(node: number, token: number): number {
  return node * 0x80000000 + token;
}
