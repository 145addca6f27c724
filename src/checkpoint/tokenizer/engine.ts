import type { JsonObject } from '../json-file';

/** What both tokenizer packages can do; everything else is built on top of it in open.ts. */
export interface TokenizerEngine {
  readonly kind: 'native' | 'js';
  readonly version: string;
  readonly vocabularySize: number;
  /** Texts without lone surrogates. */
  encodeBatch(texts: readonly string[], addSpecialTokens: boolean): Promise<number[][]>;
  decodeBatch(sequences: readonly (readonly number[])[], skipSpecialTokens: boolean): Promise<string[]>;
  idOf(token: string): number | null;
  tokenOf(id: number): string | null;
}

/** A tokenizer as an engine loads it: the JSON, and the file where it stands just so (reading that saves a copy). */
export type TokenizerSource = { readonly json: JsonObject; readonly file: string | null; readonly config: JsonObject };
