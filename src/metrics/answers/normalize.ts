import { split } from '../../python/string';

/** ASCII only. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** Whole words by Python's `\b`. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

export function withoutPunctuation(text: string): string {
  return text.replace(PUNCTUATION, '');
}

export function withoutArticles(text: string): string {
  return squeezed(text.replace(ARTICLES, ' '));
}

export function squeezed(text: string): string {
  return split(text, null, -1).join(' ');
}

/** An answer as SQuAD compares it: lower case, no punctuation, then no articles, white space squeezed. */
export function normalizeAnswer(text: string): string {
  return withoutArticles(withoutPunctuation(text.toLowerCase()));
}
