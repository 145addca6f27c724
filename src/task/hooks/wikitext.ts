/** WikiText and C4: the likelihood of a text whose tokens are put together again, by the words and bytes it had before (lm-evaluation-harness 0.4.13). */
import { PyTuple, type PyValue } from '../../python/value';
import { TextSize } from '../text-size';
import type { Answers, Hook, NativeFunction } from './hook';
import { replaced, sub, textAt } from './python';

const detokenized = (column: string): Hook => ({ use: 'field', value: (doc) => detokenize(textAt(doc, column)) });
const sizedBy = (column: string): Hook => ({ use: 'results', values: (doc, answers) => perWordAndByte(textAt(doc, column), answers) });

export const wikitext: readonly NativeFunction[] = [
  { name: 'lm_eval.tasks.wikitext.preprocess_wikitext.wikitext_detokenizer', fingerprints: ['f7d444e98ac14169f29d4bbc37d74ca6'], hook: detokenized('page') },
  { name: 'lm_eval.tasks.wikitext.preprocess_wikitext.process_results', fingerprints: ['6a4ac27a23e4ffae11ce6894811ffc46'], hook: sizedBy('page') },
  { name: 'lm_eval.tasks.c4.preprocess_c4.c4_detokenizer', fingerprints: ['ebb91e72d63593b4c2f8f55648bf8902'], hook: detokenized('text') },
  { name: 'lm_eval.tasks.c4.preprocess_c4.process_results', fingerprints: ['531b573f54c644b71b3c929b02e296e2'], hook: sizedBy('text') },
];

/** In this order: what an earlier one leaves is seen by the later ones. */
const BEFORE: readonly (readonly [old: string, replacement: string])[] = [
  [' @-@ ', '-'], [' @,@ ', ','], [' @.@ ', '.'], [' : ', ': '], [' ; ', '; '], [' . ', '. '], [' ! ', '! '], [' ? ', '? '], [' , ', ', '],
];
const BRACKETS: readonly (readonly [pattern: string, replacement: string])[] = [
  ['\\(\\s*([^\\)]*?)\\s*\\)', '(\\1)'],
  ['\\[\\s*([^\\]]*?)\\s*\\]', '[\\1]'],
  ['{\\s*([^}]*?)\\s*}', '{\\1}'],
  ['"\\s*([^"]*?)\\s*"', '"\\1"'],
  ["'\\s*([^']*?)\\s*'", "'\\1'"],
];
const AFTER: readonly (readonly [old: string, replacement: string])[] = [
  ['= = = =', '===='], ['= = =', '==='], ['= =', '=='], [' ° ', '°'], [' \n', '\n'], ['\n ', '\n'], [' N ', ' 1 '], [" 's", "'s"],
];

function detokenize(text: string): string {
  let left = sub("/' [0-9]/", "/'[0-9]/", replaced(text, "s '", "s'"));
  for (const [old, replacement] of BEFORE) left = replaced(left, old, replacement);
  for (const [pattern, replacement] of BRACKETS) left = sub(pattern, replacement, left);
  for (const [old, replacement] of AFTER) left = replaced(left, old, replacement);
  return left;
}

function perWordAndByte(original: string, answers: Answers): ReadonlyMap<string, PyValue> {
  const logLikelihood = answers.kind === 'scores' ? (answers.logLikelihoods[0] ?? NaN) : NaN;
  const { words, bytes } = new TextSize().add(original);
  const by = (weight: number): PyTuple => new PyTuple([logLikelihood, BigInt(weight)]);
  return new Map([['word_perplexity', by(words)], ['byte_perplexity', by(bytes)], ['bits_per_byte', by(bytes)]]);
}
