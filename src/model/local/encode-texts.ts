import type { Encodes } from '../../checkpoint/tokenizer';
import { encodeLong, isLong } from './encode-long';

/** A text to encode, with the tokenizer's special tokens or without. */
export type Part = { readonly text: string; readonly special: boolean };

/** Those of a long text are packed. */
export type TokenIds = readonly number[] | Int32Array;

/**
 * Encodes each distinct part once (the choices of a question share their context), all in two calls of the tokenizer; long texts in more.
 * Rejects with `cancelled` where a long one is no longer wanted.
 */
export async function encodeParts(parts: Iterable<Part>, tokenizer: Encodes, isWanted?: () => boolean): Promise<(part: Part) => TokenIds> {
  const wanted = { with: new Set<string>(), without: new Set<string>() };
  for (const { text, special } of parts) (special ? wanted.with : wanted.without).add(text);
  const withSpecial = await encodeAll(wanted.with, true, tokenizer, isWanted);
  const withoutSpecial = await encodeAll(wanted.without, false, tokenizer, isWanted);
  return ({ text, special }) => {
    const ids = (special ? withSpecial : withoutSpecial).get(text);
    if (ids === undefined) throw new RangeError(`a text was not encoded: ${text.slice(0, 80)}`);
    return ids;
  };
}

async function encodeAll(texts: ReadonlySet<string>, special: boolean, tokenizer: Encodes, isWanted?: () => boolean): Promise<ReadonlyMap<string, TokenIds>> {
  const idsOf = new Map<string, TokenIds>();
  const list = [...texts].filter((text) => !isLong(text));
  const ids = list.length === 0 ? [] : await tokenizer.encodeBatch(list, special);
  for (const [index, text] of list.entries()) idsOf.set(text, ids[index] ?? []);
  for (const text of texts) if (isLong(text)) idsOf.set(text, await encodeLong(text, special, tokenizer, isWanted));
  return idsOf;
}
