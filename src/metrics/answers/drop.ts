/** Answers of several spans as DROP compares them (Dua et al. 2019; the harness's code of it). */
import { parseFloatText } from '../../python/number';
import { reprFloat } from '../../python/print';
import { PyError } from '../../python/errors';
import { strip } from '../../python/string';
import { bestAssignment } from './assignment';
import { squeezed, withoutArticles, withoutPunctuation } from './normalize';

export type Spans = string | readonly string[];

/** The best of several golds, `em` and `f1` apart; golds whose first span is blank are left out. F1 to two decimals. */
export function drop(prediction: Spans, golds: readonly (readonly string[])[]): { readonly em: number; readonly f1: number } {
  const spans = bagged(prediction);
  let [em, f1] = [0, 0];
  for (const gold of golds) {
    if (squeezed(gold[0] ?? '') === '') continue;
    const wanted = bagged(gold);
    if (sameSpans(spans.texts, wanted.texts)) em = 1;
    f1 = Math.max(f1, twoDecimals(alignedF1(spans.bags, wanted.bags)));
  }
  return { em, f1 };
}

/** Split at blanks and hyphens; in each token punctuation goes unless it is a number, and numbers are written as Python writes a float. */
export function normalizeDrop(text: string): string {
  return text
    .split(/[ -]/)
    .map((token) => {
      const lower = token.toLowerCase();
      const plain = numberOf(lower) === null ? withoutPunctuation(lower) : lower;
      const number = numberOf(plain);
      return withoutArticles(number === null ? plain : reprFloat(number));
    })
    .filter((token) => token !== '')
    .join(' ');
}

type Bags = { readonly texts: readonly string[]; readonly bags: readonly ReadonlySet<string>[] };

function bagged(spans: Spans): Bags {
  const texts = (typeof spans === 'string' ? [spans] : spans).map(normalizeDrop);
  return { texts, bags: texts.map((text) => new Set(text === '' ? [] : text.split(' '))) };
}

function sameSpans(ours: readonly string[], theirs: readonly string[]): boolean {
  const [a, b] = [new Set(ours), new Set(theirs)];
  return ours.length === theirs.length && a.size === b.size && Array.from(a).every((text) => b.has(text));
}

function alignedF1(ours: Bags['bags'], theirs: Bags['bags']): number {
  const scores = theirs.map((gold) => ours.map((bag) => (sharesNumbers(gold, bag) ? bagF1(bag, gold) : 0)));
  return bestAssignment(scores) / Math.max(ours.length, theirs.length);
}

/** A gold with numbers is met only by an answer with one of them. */
function sharesNumbers(gold: ReadonlySet<string>, bag: ReadonlySet<string>): boolean {
  const numbers = Array.from(gold).filter((word) => numberOf(word) !== null);
  return numbers.length === 0 || numbers.some((word) => bag.has(word));
}

function bagF1(bag: ReadonlySet<string>, gold: ReadonlySet<string>): number {
  const same = Array.from(gold).filter((word) => bag.has(word)).length;
  const [precision, recall] = [bag.size === 0 ? 1 : same / bag.size, gold.size === 0 ? 1 : same / gold.size];
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** What Python's `float()` makes of a text; null where it takes none. */
function numberOf(text: string): number | null {
  try {
    return strip(text, null, 'both') === '' ? null : parseFloatText(text);
  } catch (error) {
    if (error instanceof PyError) return null;
    throw error;
  }
}

/** numpy's `round(value, 2)`: half to even of the hundredfold. */
function twoDecimals(value: number): number {
  const hundredfold = value * 100;
  const floor = Math.floor(hundredfold);
  const rest = hundredfold - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return (up ? floor + 1 : floor) / 100;
}
