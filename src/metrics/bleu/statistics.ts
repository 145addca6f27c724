import { strip } from '../../python/string';
import { NgramTable, ngramTotals } from '../ngram-table';
import { TOKENIZERS, type TokenizerName } from './tokenizers';

export type BleuText = { readonly tokenize: TokenizerName; readonly lowercase: boolean; readonly maxOrder: number };

export const BLEU_TEXT: BleuText = { tokenize: '13a', lowercase: false, maxOrder: 4 };

/**
 * What BLEU needs of a segment (sacrebleu 2.6.0): tokens of the hypothesis, tokens of the reference nearest in length (of two the
 * shorter), then for n = 1 … maxOrder the n-grams that match, then those there are. All of them add up over a corpus.
 */
export function bleuStatistics(hypothesis: string, references: readonly string[], { tokenize, lowercase, maxOrder }: BleuText = BLEU_TEXT): number[] {
  const tokensOf = (text: string): string[] => TOKENIZERS[tokenize](strip(lowercase ? text.toLowerCase() : text, null, 'right'));
  const tokens = tokensOf(hypothesis);
  const table = new NgramTable(maxOrder);
  let nearest: number | null = null;
  for (const reference of references) {
    const theirs = tokensOf(reference);
    table.addMost(theirs);
    nearest = nearest === null ? theirs.length : nearer(tokens.length, nearest, theirs.length);
  }
  return [tokens.length, nearest ?? 0, ...table.matches(tokens), ...ngramTotals(tokens.length, maxOrder)];
}

function nearer(length: number, first: number, second: number): number {
  const [a, b] = [Math.abs(length - first), Math.abs(length - second)];
  return a === b ? Math.min(first, second) : a < b ? first : second;
}
