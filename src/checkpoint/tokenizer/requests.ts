/** What the tokenizer process answers: plain data that a fork's channel carries. */
import type { Tokenizer } from '../tokenizer';

/** A folder's tokenizer. Every request names it, so that a process that was started again opens it by itself. */
export type TokenizerSource = {
  readonly folder: string;
  /** `model_type` where the folder has no config.json. */
  readonly modelType: string;
  /** Default: native, and js where the native binary does not load. */
  readonly engine?: 'native' | 'js';
};

export type TokenizerAsk =
  | { readonly kind: 'open' }
  | { readonly kind: 'encode'; readonly texts: readonly string[]; readonly special: boolean }
  | { readonly kind: 'decode'; readonly lists: IdLists; readonly skipSpecial: boolean }
  /** The text of each token alone. */
  | { readonly kind: 'tokens'; readonly ids: Int32Array };

/** `megabytes`: what the process may hold while it answers. */
export type ToTokenizer = { readonly source: TokenizerSource; readonly megabytes: number; readonly ask: TokenizerAsk };

/** What is known of a tokenizer once it is open. */
export type TokenizerFacts = Pick<Tokenizer, 'engine' | 'version' | 'warnings' | 'bosId' | 'eosId' | 'padId' | 'bosToken' | 'eosToken' | 'padToken' | 'vocabularySize' | 'modelMaxLength'>;

export type TokenizerAnswer =
  | { readonly kind: 'facts'; readonly facts: TokenizerFacts }
  | { readonly kind: 'ids'; readonly lists: IdLists }
  | { readonly kind: 'texts'; readonly texts: readonly string[] };

/** Lists of ids, one after the other: a number costs four bytes on its way, and no object. */
export type IdLists = { readonly ids: Int32Array; readonly lengths: Int32Array };

export function packLists(lists: readonly (readonly number[])[]): IdLists {
  const lengths = Int32Array.from(lists, ({ length }) => length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    ids.set(list, at);
    at += list.length;
  }
  return { ids, lengths };
}

export function unpackLists({ ids, lengths }: IdLists): number[][] {
  let at = 0;
  return Array.from(lengths, (length) => Array.from(ids.subarray(at, (at += length))));
}
