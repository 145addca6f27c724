/**
 * What crosses between the evaluator and the model process (fork IPC, `serialization: 'advanced'`, so typed arrays travel as such).
 * Token ids, tree parents, scored positions and targets go in; a few bytes per scored token come back, or pooled hidden states.
 */
import type { SerializedError } from '../../protocol/errors';
import type { Precision } from '../../protocol/results';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { DeviceProfile } from '../../protocol/device';
import type { Pool } from '../request';
import type { WeightStorage } from './memory';

/**
 * One row: tokens in topological order of a tree (parent before child). A plain sequence has `parents` null.
 * Score k reads the hidden state at node `positions[k]` and asks for the log-probability of `targets[k]`.
 */
export type ScoringRow = {
  readonly tokens: Int32Array;
  /** parents[i] < i, or -1 for the root; null: a chain. */
  readonly parents: Int32Array | null;
  readonly positions: Int32Array;
  readonly targets: Int32Array;
};

/**
 * Rows run together: `rows × longest row` stays near the token budget. With a `prefix` there is one row; its roots follow the prefix,
 * whose keys and values the process keeps for the next batches behind it.
 */
export type ScoringBatch = { readonly id: number; readonly rows: readonly ScoringRow[]; readonly prefix: Int32Array | null };

/** Hidden states of one layer, pooled over the tokens of a row. Layer 0: the embeddings; the last one, as many as blocks: after the final norm. */
export type Pooling = { readonly layer: number; readonly pool: Pool };

/** Plain rows that are read together: all of them are asked for all of `wanted`. */
export type FeaturesBatch = { readonly id: number; readonly rows: readonly Int32Array[]; readonly wanted: readonly Pooling[] };

/** How the next token of a row is chosen (transformers' names: repetition_penalty, no_repeat_ngram_size, suppress_tokens, begin_suppress_tokens). */
export type TokenChoice = {
  /** null: the most likely one. null of top-k, top-p, min-p: not limited. */
  readonly random: { readonly temperature: number; readonly topK: number | null; readonly topP: number | null; readonly minP: number | null; readonly seed: number } | null;
  /** 1: none. */
  readonly repetitionPenalty: number;
  /** 0: none. */
  readonly noRepeatGram: number;
  readonly suppressed: readonly number[];
  readonly suppressedFirst: readonly number[];
};

/** A prompt that goes on until one of `ends` comes (it is told, too), until `maxTokens`, or until it is stopped. */
export type GenerationRow = {
  /** Its own among all rows of the process. */
  readonly id: number;
  readonly tokens: Int32Array;
  readonly maxTokens: number;
  readonly ends: readonly number[];
  readonly choice: TokenChoice;
  /** Rows of one prefix begin with the same so many tokens, which are run once; at least one token comes after them. */
  readonly prefix: { readonly id: number; readonly tokens: number } | null;
};

export type RowEnd = 'eos' | 'length' | 'stopped';
/** What a row grew by; `end` is its last word. */
export type GrownRow = { readonly row: number; readonly token: number | null; readonly end: RowEnd | null };

export type ToModelProcess =
  | { readonly type: 'load'; readonly checkpoint: Checkpoint; readonly device: DeviceProfile; readonly precision: Precision; readonly maxTokens: number }
  | { readonly type: 'score'; readonly batch: ScoringBatch }
  | { readonly type: 'features'; readonly batch: FeaturesBatch }
  | { readonly type: 'generate'; readonly rows: readonly GenerationRow[] }
  | { readonly type: 'stop-rows'; readonly rows: readonly number[] }
  /** Of batches: stop after the `session.run` in flight and drop those that wait. */
  | { readonly type: 'cancel' }
  | { readonly type: 'exit' };

export type FromModelProcess =
  | { readonly type: 'loaded'; readonly milliseconds: number; readonly storage: WeightStorage; readonly versions: Readonly<Record<string, string>>; readonly rssBytes: number }
  | { readonly type: 'load-failed'; readonly error: SerializedError }
  /** Something a person should know: told once. */
  | { readonly type: 'warning'; readonly warning: SerializedError }
  /** Concatenated over the rows of the batch, in order. `tokens`: those that were fed, a prefix only where it was read. */
  | { readonly type: 'scored'; readonly id: number; readonly logprobs: Float32Array; readonly greedy: Uint8Array; readonly tokens: number; readonly milliseconds: number }
  /** Of each of `wanted` the vectors of all rows, in order. */
  | { readonly type: 'pooled'; readonly id: number; readonly vectors: readonly Float32Array[]; readonly tokens: number; readonly milliseconds: number }
  /** Of any kind of batch. */
  | { readonly type: 'batch-failed'; readonly id: number; readonly error: SerializedError }
  | { readonly type: 'generated'; readonly rows: readonly GrownRow[] }
  | { readonly type: 'generation-failed'; readonly rows: readonly number[]; readonly error: SerializedError };
