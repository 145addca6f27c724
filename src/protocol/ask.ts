/** `assay ask` (contract.md): JSON lines of requests, and an answer for each. */
import type { SerializedError } from './errors';

/** Which model answers. */
export type AskedModel = {
  /** A checkpoint's folder, absolute, or the address of a server (`http://…`). */
  readonly checkpoint: string;
  /** What the server calls the model. */
  readonly model?: string;
  readonly precision?: 'fp32' | 'int8';
  readonly threads?: number;
};

/** A line of the input that is not blank, or why it cannot even be read. */
export type AskedLine = { readonly text: string } | { readonly error: SerializedError };

export type AskAnswer =
  /** Natural logarithms; `truncated`, where it is there: tokens of the context that were dropped on the left. */
  | { readonly logprob: number; readonly greedy: boolean; readonly token_ids: readonly number[]; readonly logprobs: readonly number[]; readonly truncated?: number }
  | { readonly text: string; readonly token_ids: readonly number[]; readonly finish_reason: 'stop' | 'length' | 'eos'; readonly truncated?: number }
  /** A vector for each layer, by the layer's number as it was asked for. */
  | { readonly token_ids: readonly number[]; readonly features: Readonly<Record<string, readonly number[]>> }
  | { readonly error: { readonly code: string; readonly message: string } };

export type AskOptions = {
  /** The next answer, in the order of the lines. */
  readonly onAnswer: (answer: AskAnswer) => void;
  /** What a person should know about the model, before the first answer. */
  readonly onWarning?: (warning: SerializedError) => void;
  /** Lines come one by one, and who writes them waits for answers: a block goes to the model as soon as nothing more is there. */
  readonly interactive: boolean;
  readonly signal?: AbortSignal;
};

/** What the command line asks of the evaluator besides evaluations. */
export interface Answering {
  /** Answers every line, in their order; resolves when the last one is answered. Rejects when the model cannot be opened, or with `cancelled`. */
  ask(model: AskedModel, lines: AsyncIterable<AskedLine>, options: AskOptions): Promise<void>;
}
