import type { Tokenizer } from '../../checkpoint/tokenizer';

/** A text to encode, with the tokenizer's special tokens or without. */
export type Part = { readonly text: string; readonly special: boolean };

/** Encodes each distinct part once (the choices of a question share their context), all in two calls of the tokenizer. */
export async function encodeParts(parts: Iterable<Part>, tokenizer: Tokenizer): Promise<(part: Part) => readonly number[]> {
  const wanted = { with: new Set<string>(), without: new Set<string>() };
  for (const { text, special } of parts) (special ? wanted.with : wanted.without).add(text);
  const withSpecial = await encodeAll(wanted.with, true, tokenizer);
  const withoutSpecial = await encodeAll(wanted.without, false, tokenizer);
  return ({ text, special }) => {
    const ids = (special ? withSpecial : withoutSpecial).get(text);
    if (ids === undefined) throw new RangeError(`a text was not encoded: ${text.slice(0, 80)}`);
    return ids;
  };
}

async function encodeAll(texts: ReadonlySet<string>, special: boolean, tokenizer: Tokenizer): Promise<ReadonlyMap<string, readonly number[]>> {
  if (texts.size === 0) return new Map();
  const list = [...texts];
  const ids = await tokenizer.encodeBatch(list, special);
  return new Map(list.map((text, index) => [text, ids[index] ?? []]));
}
