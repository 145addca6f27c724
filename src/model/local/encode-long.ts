/**
 * A long text as token ids, encoded piece by piece: memory stays bounded, and other work and a cancel are heard in between.
 * Pieces are cut only where it makes no difference: the tokens of some hundred characters before a place and of some hundred behind it,
 * encoded apart, must be those of both together. A place where a word ends that way ends it whatever stands further away.
 */
import type { Encodes } from '../../checkpoint/tokenizer';
import { AssayError } from '../../protocol/errors';

/** Characters of a text from which on it is cut, of a piece, and of what is encoded on each side of a place to see whether it may be cut there. */
export type PieceSizes = { readonly long: number; readonly piece: number; readonly side: number };

const SIZES: PieceSizes = { long: 1 << 18, piece: 1 << 15, side: 512 };
/** Pieces that are encoded in one call. */
const TOGETHER = 8;
/** Places that are tried for one cut, of each kind. */
const TRIED = 4;
/** Where words end, the surest first: between a letter and a space, between other text and a space, behind a line end, before punctuation. */
const PLACES: readonly RegExp[] = [/(?<=\p{L})(?= \p{L})/gu, /(?<=\S)(?= \S)/gu, /(?<=\S\n)(?=\S)/gu, /(?<=\p{L})(?=[^\s\p{L}\p{M}\p{N}'’])/gu];

/** Ends a piece at `end`; the next one begins at `next`, behind a space that its tokenizer writes at the start of every text anyway. */
type Cut = { readonly end: number; readonly next: number };

export const isLong = (text: string, { long }: PieceSizes = SIZES): boolean => text.length > long;

/** The tokenizer's ids of the text. Rejects with `cancelled` soon after `isWanted` says no. */
export async function encodeLong(text: string, special: boolean, tokenizer: Encodes, isWanted: () => boolean = () => true, sizes: PieceSizes = SIZES): Promise<Int32Array> {
  const around = special ? await specialTokensAround(text.slice(0, sizes.side), tokenizer) : NOTHING;
  // Special tokens that are not simply put before and behind: the text is encoded as it is.
  if (around === null) return Int32Array.from((await tokenizer.encodeBatch([text], special))[0] ?? []);
  const chunks = [Int32Array.from(around.before)];
  for await (const pieces of piecesOf(text, tokenizer, sizes)) {
    for (const ids of await tokenizer.encodeBatch(pieces, false)) chunks.push(Int32Array.from(ids));
    await new Promise((resolve) => setImmediate(resolve));
    if (!isWanted()) throw new AssayError('cancelled');
  }
  return joined([...chunks, Int32Array.from(around.after)]);
}

/** Pieces to be encoded in one call. Where no place is found the piece goes on to the next one that is. */
async function* piecesOf(text: string, tokenizer: Encodes, { piece, side }: PieceSizes): AsyncGenerator<string[]> {
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const wanted = Array.from({ length: TOGETHER }, (_, turn) => at + (turn + 1) * piece).filter((place) => place + side < text.length);
    const cuts = await safeCuts(text, wanted, tokenizer, side, piece - side);
    const pieces: string[] = [];
    for (const { end, next } of cuts) {
      pieces.push(text.slice(start, end));
      start = next;
    }
    at = wanted.length < TOGETHER ? text.length : at + TOGETHER * piece;
    if (at >= text.length) pieces.push(text.slice(start));
    yield pieces;
  }
}

/** For each wanted place one near behind it, where there is one. */
async function safeCuts(text: string, wanted: readonly number[], tokenizer: Encodes, side: number, reach: number): Promise<Cut[]> {
  const found = new Map<number, Cut>();
  let open = wanted.map((from) => ({ from, places: placesBehind(text, from, from + reach) }));
  for (let turn = 0; open.length > 0; turn++) {
    open = open.filter(({ from, places }) => !found.has(from) && turn < places.length);
    const tried = open.flatMap(({ from, places }) => cutsAt(text, places[turn] ?? from).map((cut) => ({ from, cut })));
    const parts = tried.flatMap(({ cut: { end, next } }) => {
      const [left, right] = [text.slice(end - side, end), text.slice(next, next + side)];
      return [left, right, left + text.slice(end, next) + right];
    });
    const ids = parts.length === 0 ? [] : await tokenizer.encodeBatch(parts, false);
    for (const [index, { from, cut }] of tried.entries()) {
      const [left = [], right = [], both = []] = ids.slice(3 * index, 3 * index + 3);
      if (!found.has(from) && isJoin(both, left, right)) found.set(from, cut);
    }
  }
  return wanted.flatMap((from) => found.get(from) ?? []);
}

function placesBehind(text: string, from: number, to: number): number[] {
  const near = text.slice(from - 2, to);
  return PLACES.flatMap((pattern) => {
    const places: number[] = [];
    pattern.lastIndex = 2;
    for (let match = pattern.exec(near); match !== null && places.length < TRIED; match = pattern.exec(near)) {
      places.push(from - 2 + match.index);
      pattern.lastIndex = match.index + 1;
    }
    pattern.lastIndex = 0;
    return places;
  });
}

const cutsAt = (text: string, place: number): Cut[] => [{ end: place, next: place }, ...(text[place] === ' ' ? [{ end: place, next: place + 1 }] : [])];

function isJoin(both: readonly number[], left: readonly number[], right: readonly number[]): boolean {
  return both.length === left.length + right.length && both.every((id, index) => id === (index < left.length ? left[index] : right[index - left.length]));
}

type Around = { readonly before: readonly number[]; readonly after: readonly number[] };
const NOTHING: Around = { before: [], after: [] };

async function specialTokensAround(text: string, tokenizer: Encodes): Promise<Around | null> {
  const [plain = []] = await tokenizer.encodeBatch([text], false);
  const [whole = []] = await tokenizer.encodeBatch([text], true);
  const extra = whole.length - plain.length;
  for (let before = 0; before <= extra; before++) {
    const after = whole.slice(before + plain.length);
    if (isJoin(whole, whole.slice(0, before), [...plain, ...after])) return { before: whole.slice(0, before), after };
  }
  return null;
}

function joined(chunks: readonly Int32Array[]): Int32Array {
  const ids = new Int32Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    ids.set(chunk, at);
    at += chunk.length;
  }
  return ids;
}
