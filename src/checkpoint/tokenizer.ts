import type { SerializedError } from '../protocol/errors';

/** One interface over two engines (tokenizers.md), here or in a process of its own. Ids equal `AutoTokenizer` of the reference. */
export interface Tokenizer {
  readonly engine: 'native' | 'js';
  readonly version: string;
  /** What a person should know about the numbers: another engine than usual, a file used against the reference's rule. */
  readonly warnings: readonly SerializedError[];
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  /** As lm-evaluation-harness sets it: what the files say, else the unknown token, else the end of text. Nothing is padded with it here. */
  readonly padToken: string | null;
  readonly padId: number | null;
  readonly vocabularySize: number;
  /** The tokenizer's own limit, null when absent or the 1e30 sentinel. */
  readonly modelMaxLength: number | null;
  /**
   * Ids of each text; `addSpecialTokens` runs the post-processor (BOS and the like). This and what follows reject with `tokenizer-died`,
   * `tokenizer-too-slow` or `tokenizer-failed` where a text is too much for it; the next text finds it well.
   */
  encodeBatch(texts: readonly string[], addSpecialTokens: boolean): Promise<number[][]>;
  decode(ids: readonly number[]): Promise<string>;
  /** The text of each list of ids, as the reference's `decode`; `skipSpecialTokens` leaves special tokens out, as it does with what a model generates. */
  decodeBatch(sequences: readonly (readonly number[])[], skipSpecialTokens: boolean): Promise<string[]>;
  /** Text of each token alone, for people. */
  tokensOf(ids: readonly number[]): Promise<string[]>;
  /** Nothing is asked of it any more; ends its process, if it has one. */
  close(): Promise<void>;
}

/** What turns texts into ids. */
export type Encodes = Pick<Tokenizer, 'encodeBatch'>;
