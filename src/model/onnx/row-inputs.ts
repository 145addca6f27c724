import type { Rotary } from '../../architecture/description';
import type { GraphBuilder, Value } from './graph';

/**
 * `plain`: every row is a chain, padded on the right. `tree`: rows are trees in topological order; masks and positions are given.
 */
export type BodyMode = 'plain' | 'tree';

/** The inputs a body graph may ask for, by the names it gives them. */
export const inputName = {
  tokens: 'input_ids',
  positions: 'position_ids',
  lastIndex: 'seqlens_k',
  longest: 'total_sequence_length',
  scored: 'score_indices',
} as const;

/** What a run of a body graph must be fed, besides tokens and scored indices. */
export type BodyNeeds = {
  /** [B, S]: the position of every token. */
  readonly positions: boolean;
  /** Of rows: [B] index of the last token, and the padded length. */
  readonly lengths: boolean;
  /** Masks [B, 1, S, S], one for each window; null: without a window. */
  readonly masks: readonly (number | null)[];
  /** Cosine and sine tables [positions, size / 2] of each. */
  readonly rotaries: readonly Rotary[];
};

export function maskName(window: number | null): string {
  return window === null ? 'attention_bias' : `attention_bias_${window}`;
}

export function tableNames(index: number): { readonly cosine: string; readonly sine: string } {
  return { cosine: `cos_${index}`, sine: `sin_${index}` };
}

/**
 * Declares the inputs of a body graph as they are asked for. Rotary tables are inputs and not initialisers, so that a graph
 * is the same for texts of any length.
 */
export class RowInputs {
  readonly tokens: Value;
  /** int64 [2]: B and S. */
  readonly shape: Value;
  private positionsUsed = false;
  private lengthsUsed = false;
  private readonly masks: (number | null)[] = [];
  private readonly rotaries: Rotary[] = [];

  constructor(private readonly graph: GraphBuilder) {
    this.tokens = graph.input(inputName.tokens, 'int64', ['B', 'S']);
    this.shape = graph.op('Shape', [this.tokens]);
  }

  positions(): Value {
    this.positionsUsed = true;
    return this.graph.input(inputName.positions, 'int64', ['B', 'S']);
  }

  lengths(): { readonly lastIndex: Value; readonly longest: Value } {
    this.lengthsUsed = true;
    return {
      lastIndex: this.graph.input(inputName.lastIndex, 'int32', ['B']),
      longest: this.graph.input(inputName.longest, 'int32', []),
    };
  }

  /** 0 where a token may look, a large negative number elsewhere. */
  mask(window: number | null): Value {
    if (!this.masks.includes(window)) this.masks.push(window);
    return this.graph.input(maskName(window), 'float', ['B', 1, 'S', 'S']);
  }

  tables(rotary: Rotary): { readonly cosine: Value; readonly sine: Value } {
    let index = this.rotaries.findIndex((each) => sameRotary(each, rotary));
    if (index < 0) index = this.rotaries.push(rotary) - 1;
    const { cosine, sine } = tableNames(index);
    const dims = ['P', rotary.size / 2];
    return { cosine: this.graph.input(cosine, 'float', dims), sine: this.graph.input(sine, 'float', dims) };
  }

  get needs(): BodyNeeds {
    return { positions: this.positionsUsed, lengths: this.lengthsUsed, masks: this.masks, rotaries: this.rotaries };
  }
}

function sameRotary(a: Rotary, b: Rotary): boolean {
  return a.amplitude === b.amplitude && a.size === b.size && a.frequencies.every((frequency, index) => frequency === b.frequencies[index]);
}
