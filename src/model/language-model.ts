import type { AssayError, SerializedError } from '../protocol/errors';
import type { Precision } from '../protocol/results';
import type { DeviceProfile } from '../protocol/device';
import type { FeaturesEvent, FeaturesRequest, GenerateEvent, GenerateRequest, ScoreEvent, ScoreRequest } from './request';

/** null: there is none. */
export type SpecialToken = { readonly token: string | null; readonly id: number | null };

export type ModelInfo = {
  readonly modelType: string;
  readonly maxLength: number;
  /** null, here and below: a server does not tell. */
  readonly vocabularySize: number | null;
  readonly parameters: number | null;
  readonly precision: Precision;
  /** 'native' (npm `tokenizers`), 'js' (`@huggingface/transformers`), or that of a server. */
  readonly tokenizerEngine: 'native' | 'js' | 'server';
  readonly prefixTokenId: number | null;
  /** What the results file says of the tokenizer; absent: a server, which has its own. */
  readonly specialTokens?: { readonly pad: SpecialToken; readonly eos: SpecialToken; readonly bos: SpecialToken };
  /** null: a server, which does not tell. */
  readonly device: DeviceProfile | null;
  /** What a person should know about the numbers before they trust them. */
  readonly warnings?: readonly SerializedError[];
  /** Versions that a number may depend on, for run.json: onnxruntime, tokenizers. */
  readonly versions: Readonly<Record<string, string>>;
};

/** Any model that answers requests: a checkpoint on this machine, or a server. */
export interface LanguageModel {
  readonly info: ModelInfo;
  /**
   * Answers a block of requests, in any order, each exactly once (`response` or `failure`).
   * Batching, packing and shared prefixes are the model's affair: hand over whole blocks.
   * Throws an AssayError when the model itself dies, or with `tokenizer-died`, `tokenizer-too-slow` or `tokenizer-failed` where it cannot
   * read one of the texts and goes on with the next call; responses already yielded stay valid.
   * Aborting `signal` ends the iteration within about a second with an AssayError of code `cancelled`.
   * Work begins with the call, so the next block can be handed over while this one is read.
   * `answered`: ids of requests of the block that have their answer. They get no event, but keep their place in the plan of batches:
   * the rest is computed in the same company as in an uninterrupted run, and so to the same last bit.
   */
  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered?: ReadonlySet<string>): AsyncIterable<ScoreEvent>;
  /** Texts go on, each request answered exactly once, in any order, with the manners of `score`. Throws `cannot-answer` where the model cannot generate. */
  generate(requests: readonly GenerateRequest[], signal?: AbortSignal, answered?: ReadonlySet<string>): AsyncIterable<GenerateEvent>;
  /** Pooled hidden states, with the manners of `score`. Throws `cannot-answer` where they are not to be had. */
  features(requests: readonly FeaturesRequest[], signal?: AbortSignal, answered?: ReadonlySet<string>): AsyncIterable<FeaturesEvent>;
  /** The text as the model reads it, without special tokens: ids and, for people, each token's text. */
  tokenize(text: string): Promise<{ ids: number[]; tokens: string[] }>;
  /** What a person should know shows only while it works, each thing once; `told` takes the place of who was told before. */
  onWarning?(told: (warning: AssayError) => void): void;
  /** Ends the model process; resolves when it is gone. Safe to call twice. */
  close(): Promise<void>;
}
