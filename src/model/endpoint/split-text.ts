/** Which of the echoed tokens belong to a part of a prompt, by the server's own tokens. */
import type { Echoed } from './echoed';

export type PromptPlaces = {
  /** The prompt's tokens: [first, end). Before `first` stand tokens the server added (a BOS). */
  readonly first: number;
  readonly end: number;
  /** Where each token of the prompt, and the end, lies in its text, in UTF-16 units. */
  readonly places: readonly number[];
};

/** Where the prompt's text lies among its tokens; null where tokens and text cannot be brought together. */
export function placesOf(prompt: string, echoed: Echoed): PromptPlaces | null {
  const found = byTexts(prompt, withFirst(prompt, echoed.texts)) ?? byOffsets(prompt, echoed);
  if (found === null) return null;
  const { first, end, places } = found;
  const isAdded = end > first && places[1] === places[0] && echoed.tokens[first]?.logprob === null;
  return isAdded ? { first: first + 1, end, places: places.slice(1) } : found;
}

/** `prompt_logprobs` does not name the first token: it is what the others leave of the prompt. */
function withFirst(prompt: string, texts: readonly string[] | null): readonly string[] | null {
  if (texts === null || texts[0] !== '') return texts;
  const rest = texts.join('');
  return prompt.endsWith(rest) ? [prompt.slice(0, prompt.length - rest.length), ...texts.slice(1)] : texts;
}

/**
 * The first token that belongs to the text from `place` on; `straddles`: it begins before.
 * null: there is none.
 */
export function tokenAt({ first, end, places }: PromptPlaces, place: number): { readonly index: number; readonly straddles: boolean } | null {
  for (let index = first; index < end; index++) {
    const [begin = 0, next = 0] = [places[index - first], places[index - first + 1]];
    if (begin >= place && next > place) return { index, straddles: false };
    if (begin < place && next > place) return { index, straddles: true };
  }
  return null;
}

/** The texts of the tokens, one after the other, are the prompt, perhaps with something before and behind it. */
function byTexts(prompt: string, texts: readonly string[] | null): PromptPlaces | null {
  if (texts === null) return null;
  const starts = [0];
  for (const text of texts) starts.push((starts.at(-1) ?? 0) + text.length);
  const begin = texts.join('').indexOf(prompt);
  const first = begin < 0 ? -1 : starts.findLastIndex((start, index) => start === begin && (index === 0 || (starts[index - 1] ?? 0) < begin));
  const end = starts.indexOf(begin + prompt.length);
  if (first < 0 || end < first) return null;
  return { first, end, places: starts.slice(first, end + 1).map((start) => start - begin) };
}

/** By `text_offset`, which counts code points; tokens that begin behind the prompt were generated. */
function byOffsets(prompt: string, { offsets, texts, promptTokens }: Echoed): PromptPlaces | null {
  if (offsets === null || offsets[0] !== 0 || offsets.some((offset, index) => offset < (offsets[index - 1] ?? 0))) return null;
  const units = unitsOf(prompt);
  const length = units.length - 1;
  const behind = offsets.findIndex((offset) => offset >= length);
  const end = behind < 0 ? offsets.length : behind;
  // Tokens of something else than the whole prompt have offsets, too.
  const isWhole = texts === null ? promptTokens === 0 || promptTokens === end : (offsets[end - 1] ?? 0) + [...(texts[end - 1] ?? '')].length >= length;
  return isWhole ? { first: 0, end, places: [...offsets.slice(0, end).map((offset) => units[offset] ?? prompt.length), prompt.length] } : null;
}

/** UTF-16 units before each code point, and before the end. */
function unitsOf(text: string): number[] {
  const units = [0];
  for (const character of text) units.push((units.at(-1) ?? 0) + character.length);
  return units;
}
