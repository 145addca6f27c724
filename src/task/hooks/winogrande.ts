/** WinoGrande: two contexts up to the blank, one continuation behind it (lm-evaluation-harness 0.4.13). */
import { PyError } from '../../python/errors';
import type { Doc } from '../../python/value';
import type { NativeFunction } from './hook';
import { at, strip, textAt } from './python';

export const winogrande: readonly NativeFunction[] = [
  {
    name: 'lm_eval.tasks.winogrande.preprocess_winogrande.doc_to_text',
    fingerprints: ['854bb1f36f420066b261939b4e9e8bb5'],
    hook: { use: 'field', value: (doc) => answerOf(doc) },
  },
  {
    name: 'lm_eval.tasks.winogrande.preprocess_winogrande.doc_to_target',
    fingerprints: ['72af35bf551abdd23c5dd7610377ecea'],
    hook: { use: 'field', value: (doc) => strip(textAt(doc, 'sentence').slice(blankIn(doc) + 1)) },
  },
  {
    name: 'lm_eval.tasks.winogrande.preprocess_winogrande.doc_to_choice',
    fingerprints: ['f073a50806e212c477167ebf0ae768bc'],
    hook: { use: 'field', value: (doc) => [textAt(doc, 'option1'), textAt(doc, 'option2')].map((option) => textAt(doc, 'sentence').slice(0, blankIn(doc)) + option) },
  },
];

function answerOf(doc: Doc): bigint {
  const answer = at(doc, 'answer');
  if (answer === '1') return 0n;
  if (answer === '2') return 1n;
  throw new PyError('KeyError', JSON.stringify(answer));
}

function blankIn(doc: Doc): number {
  const place = textAt(doc, 'sentence').indexOf('_');
  if (place < 0) throw new PyError('ValueError', 'substring not found');
  return place;
}
