import type { Rotary } from '../../architecture/description';
import type { GraphBuilder, Value } from './graph';

/**
 * `plain`: every row is a chain, padded on the right. `tree`: rows are trees in topological order, or one row that goes on behind
 * what a cache holds; masks and positions are given.
 * `decode`: rows go on behind what a cache of keys and values holds of them; one row of any length, or several of one token each.
 */
export type BodyMode = 'plain' | 'tree' | 'decode';

/** The inputs a body graph may ask for, by the names it gives them. */
export const inputName = {
  tokens: 'input_ids',
  positions: 'position_ids',
  lastIndex: 'seqlens_k',
  longest: 'total_sequence_length',
  scored: 'score_indices',
  asked: 'asked_rows',
} as const;

/** What a run of a body graph must be fed, besides tokens and scored indices. */
export type BodyNeeds = {
  /** [B, S]: the position of every token. */
  readonly positions: boolean;
  /** Of rows: [B] index of the last token, and the padded length. */
  readonly lengths: boolean;
  /** Masks [B, 1, S, T], T = S and what the cache holds; one for each window; null: without a window. */
  readonly masks: readonly (number | null)[];
  /** Cosine and sine tables [positions, size / 2] of each. */
  readonly rotaries: readonly Rotary[];
  /** Of each layer: the names under which its cache is fed and given back. */
  readonly caches: readonly LayerCache[];
};

/** Keys and values [B, heads, places, size] of a layer; the graph writes behind what is there. */
export type LayerCache = {
  readonly heads: number;
  readonly size: number;
  readonly key: CachePort;
  readonly value: CachePort;
};
export type CachePort = { readonly past: Value; readonly present: Value };

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
  private readonly caches: LayerCache[] = [];

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
    return this.graph.input(maskName(window), 'float', ['B', 1, 'S', 'T']);
  }

  tables(rotary: Rotary): { readonly cosine: Value; readonly sine: Value } {
    let index = this.rotaries.findIndex((each) => sameRotary(each, rotary));
    if (index < 0) index = this.rotaries.push(rotary) - 1;
    const { cosine, sine } = tableNames(index);
    const dims = ['P', rotary.size / 2];
    return { cosine: this.graph.input(cosine, 'float', dims), sine: this.graph.input(sine, 'float', dims) };
  }

  /** The next layer's cache. `present` names the values that hold what it becomes: fed from the same memory, nothing is copied. */
  cache(heads: number, size: number): { readonly key: Value; readonly value: Value; present(key: Value, value: Value): void } {
    const index = this.caches.length;
    const dims = ['B', heads, 'C', size];
    const key = this.graph.input(`past_key_${index}`, 'float', dims);
    const value = this.graph.input(`past_value_${index}`, 'float', dims);
    const present = (presentKey: Value, presentValue: Value): void => {
      this.graph.expose(presentKey, 'float', dims);
      this.graph.expose(presentValue, 'float', dims);
      this.caches.push({ heads, size, key: { past: key, present: presentKey }, value: { past: value, present: presentValue } });
    };
    return { key, value, present };
  }

  get needs(): BodyNeeds {
    return { positions: this.positionsUsed, lengths: this.lengthsUsed, masks: this.masks, rotaries: this.rotaries, caches: this.caches };
  }
}

function sameRotary(a: Rotary, b: Rotary): boolean {
  return a.amplitude === b.amplitude && a.size === b.size && a.frequencies.every((frequency, index) => frequency === b.frequencies[index]);
}
