import type { SerializedError } from '../protocol/errors';

/** What a task asks of a model. `id` is chosen by the asker and comes back in the response. */
export type ScoreRequest =
  | {
      readonly kind: 'loglikelihood';
      readonly id: string;
      readonly context: string;
      readonly continuation: string;
    }
  | {
      readonly kind: 'loglikelihood_rolling';
      readonly id: string;
      readonly text: string;
      /** Tokens a window holds; default: the model's length. */
      readonly window?: number;
      /** Tokens between window starts; default: `window` (the harness's disjoint windows). */
      readonly stride?: number;
      /** Run the tokenizer's post-processor (a BOS of its own is then scored too, as in the harness). Default: true. */
      readonly specialTokens?: boolean;
      /** Go on at this token, a place where a piece ended: what lies before it is scored already. Default: 0. */
      readonly from?: number;
    };

/** The answer to one request. Log-probabilities are natural logarithms, computed in float32, summed in float64. */
export type ScoreResponse = {
  readonly kind: ScoreRequest['kind'];
  readonly id: string;
  /** Sum of `tokenLogprobs`. */
  readonly logLikelihood: number;
  /** Every scored token was the most likely one. */
  readonly greedy: boolean;
  /** Ids of the scored tokens: the continuation's, or the whole text's when rolling. */
  readonly tokenIds: readonly number[];
  readonly tokenLogprobs: readonly number[];
  readonly tokenGreedy: readonly boolean[];
  /** Tokens of the context dropped on the left because context and continuation exceed the model's length. */
  readonly truncated: number;
  /** Scored tokens, where they came in pieces and the lists above are empty; else the lists' length. */
  readonly tokens?: number;
};

/** Scored tokens of an answer. */
export function tokensOf({ tokens, tokenIds }: Pick<ScoreResponse, 'tokens' | 'tokenIds'>): number {
  return tokens ?? tokenIds.length;
}

/**
 * The next scored tokens of a long rolling text, in text order, and their text; the pieces of a request follow one another without a
 * gap, and all of them come before its response, whose sums count the pieces since `from`.
 */
export type ScorePiece = {
  readonly id: string;
  /** Place of the first token in the text. */
  readonly from: number;
  readonly tokenIds: readonly number[];
  readonly tokenLogprobs: readonly number[];
  readonly tokenGreedy: readonly boolean[];
  readonly text: string;
};

/** A request the model cannot answer (empty continuation, longer than the model); the others go on. */
export type RequestFailure = { readonly id: string; readonly code: RequestFailureCode; readonly message: string };
export type RequestFailureCode = 'empty-continuation' | 'empty-context' | 'blank-context' | 'continuation-too-long' | 'id-beyond-embedding';

export type ScoreEvent =
  | { readonly type: 'response'; readonly response: ScoreResponse }
  | { readonly type: 'piece'; readonly piece: ScorePiece }
  | { readonly type: 'failure'; readonly failure: RequestFailure }
  /** Tokens pushed through the model since the call began; for rates. */
  | { readonly type: 'progress'; readonly tokens: number };

export type ModelInfo = {
  readonly modelType: string;
  readonly maxLength: number;
  readonly vocabularySize: number;
  readonly parameters: number;
  readonly precision: 'fp32' | 'int8';
  /** 'native' (npm `tokenizers`) or 'js' (`@huggingface/transformers`). */
  readonly tokenizerEngine: 'native' | 'js';
  readonly prefixTokenId: number | null;
  readonly threads: number;
  /** What a person should know about the numbers before they trust them. */
  readonly warnings?: readonly SerializedError[];
  /** Versions that a number may depend on, for run.json: onnxruntime, tokenizers. */
  readonly versions: Readonly<Record<string, string>>;
};

/** Any model that answers requests: a checkpoint on this machine now, a server later. */
export interface LanguageModel {
  readonly info: ModelInfo;
  /**
   * Answers a block of requests, in any order, each exactly once (`response` or `failure`).
   * Batching, packing and shared prefixes are the model's affair: hand over whole blocks.
   * Throws an AssayError when the model itself dies; responses already yielded stay valid.
   * Aborting `signal` ends the iteration within about a second with an AssayError of code `cancelled`.
   * Work begins with the call, so the next block can be handed over while this one is read.
   * `answered`: ids of requests of the block that have their answer. They get no event, but keep their place in the plan of batches:
   * the rest is computed in the same company as in an uninterrupted run, and so to the same last bit.
   */
  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered?: ReadonlySet<string>): AsyncIterable<ScoreEvent>;
  /** The text as the model reads it, without special tokens: ids and, for people, each token's text. */
  tokenize(text: string): Promise<{ ids: number[]; tokens: string[] }>;
  /** Ends the model process; resolves when it is gone. Safe to call twice. */
  close(): Promise<void>;
}
