import { split } from '../../python/string';
import { NgramTable, ngramTotals } from '../ngram-table';
import { chrf, type ChrfFormula, CHRF_FORMULA } from './score';

export type ChrfText = { readonly charOrder: number; readonly wordOrder: number; readonly lowercase: boolean; readonly whitespace: boolean };

export const CHRF_TEXT: ChrfText = { charOrder: 6, wordOrder: 0, lowercase: false, whitespace: false };
/** chrF++ */
export const CHRF_WORDS_TEXT: ChrfText = { ...CHRF_TEXT, wordOrder: 2 };

/**
 * What chrF needs of a segment (sacrebleu 2.6.0): for characters n = 1 … charOrder, then words n = 1 … wordOrder the n-grams of the
 * hypothesis, of the reference, and those that match. Of several references the one that gives the segment most, the first of equals.
 */
export function chrfStatistics(hypothesis: string, references: readonly string[], text: ChrfText = CHRF_TEXT, formula: ChrfFormula = CHRF_FORMULA): number[] {
  const units = unitsOf(hypothesis, text);
  let [best, most]: [number[], number] = [new Array<number>(3 * (text.charOrder + text.wordOrder)).fill(0), -1];
  for (const reference of references) {
    const counts = against(units, unitsOf(reference, text), text);
    const score = references.length === 1 ? 0 : chrf(counts, formula);
    if (score > most) [best, most] = [counts, score];
  }
  return best;
}

type Units = { readonly characters: readonly string[]; readonly words: readonly string[] };

function unitsOf(given: string, { lowercase, whitespace, wordOrder }: ChrfText): Units {
  const text = lowercase ? given.toLowerCase() : given;
  const words = split(text, null, -1);
  return { characters: Array.from(whitespace ? text : words.join('')), words: wordOrder === 0 ? [] : words.flatMap(withoutMark) };
}

const MARK = /[!-/:-@[-`{-~]/;

/** One punctuation mark is split off a word: its last character, else its first. */
function withoutMark(word: string): readonly string[] {
  const [first = '', second] = word;
  if (second === undefined) return [word];
  const last = word.slice(-1);
  if (MARK.test(last)) return [word.slice(0, -1), last];
  return MARK.test(first) ? [first, word.slice(first.length)] : [word];
}

function against(hypothesis: Units, reference: Units, { charOrder, wordOrder }: ChrfText): number[] {
  return [...compared(hypothesis.characters, reference.characters, charOrder), ...compared(hypothesis.words, reference.words, wordOrder)];
}

function compared(hypothesis: readonly string[], reference: readonly string[], orders: number): number[] {
  const matches = NgramTable.of(reference, orders).matches(hypothesis);
  const [ours, theirs] = [ngramTotals(hypothesis.length, orders), ngramTotals(reference.length, orders)];
  // Where the reference has no n-gram of an order, the hypothesis has none to be wrong about.
  return matches.flatMap((found, place) => [theirs[place] === 0 ? 0 : (ours[place] ?? 0), theirs[place] ?? 0, found]);
}
