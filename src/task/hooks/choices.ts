/** Multiple-choice tasks whose prompts are put together by code: LogiQA, MathQA, MedQA and their kin (lm-evaluation-harness 0.4.13). */
import { literalEval } from '../../python/literal';
import { PyError } from '../../python/errors';
import { str } from '../../python/print';
import { strip as stripText } from '../../python/string';
import { getItem } from '../../python/subscript';
import type { Doc, PyValue } from '../../python/value';
import type { NativeFunction } from './hook';
import { at, compiled, indexIn, items, strip, text, textAt, texts } from './python';

const LETTERS = ['A', 'B', 'C', 'D'];
/** As many as there are of both. */
const lettered = (options: readonly PyValue[]): string => options.slice(0, LETTERS.length).map((option, index) => `${LETTERS[index] ?? ''}. ${str(option)}\n`).join('');

export const choices: readonly NativeFunction[] = [
  {
    name: 'lm_eval.tasks.logiqa.utils_logiqa.doc_to_text',
    fingerprints: ['c9f1c7a0ed26e8b1a59620c96438c8ce'],
    hook: { use: 'field', value: (doc) => `Passage: ${textAt(doc, 'context')}\nQuestion: ${textAt(doc, 'question')}\nChoices:\n${lettered(items(at(doc, 'options')))}Answer:` },
  },
  {
    name: 'lm_eval.tasks.logiqa.utils_logiqa.doc_to_target',
    fingerprints: ['cced85f978ff0d2927a330ec55120482'],
    hook: { use: 'field', value: (doc) => indexIn(['a', 'b', 'c', 'd'], strip(textAt(doc, 'label'))) },
  },
  {
    name: 'lm_eval.tasks.logiqa2.utils_logiqa2.doc_to_text',
    fingerprints: ['454eeba3c26ca313207bcd0b6f551da3'],
    hook: { use: 'field', value: (doc) => `Passage: ${textAt(doc, 'text')}\nQuestion: ${textAt(doc, 'question')}\n${lettered(items(at(doc, 'options')))}Answer:` },
  },
  {
    name: 'lm_eval.tasks.mathqa.utils.doc_to_choice',
    fingerprints: ['78fc8f5acaa898742b7b0eb8bc5c2b63'],
    hook: {
      use: 'field',
      value: (doc) => compiled('[abcd] \\) .*?, |e \\) .*?$').findAll(textAt(doc, 'options')).map((found) => stripText(Array.from(text(found as PyValue)).slice(4).join(''), ' ,', 'right')),
    },
  },
  {
    name: 'lm_eval.tasks.medmcqa.utils_medmcqa.doc_to_text',
    fingerprints: ['cf15516cff0d3dabc511e90d46ee1d78'],
    hook: { use: 'field', value: (doc) => `Question: ${textAt(doc, 'question')}\nChoices:\n${lettered(['opa', 'opb', 'opc', 'opd'].map((option) => at(doc, option)))}Answer:` },
  },
  {
    name: 'lm_eval.tasks.medqa.preprocess_medqa.doc_to_text',
    fingerprints: ['26d700a7fd01d127a570c78ecef2feb0'],
    hook: { use: 'field', value: (doc) => `Question: ${str(at(doc, 'sent1'))}\n${lettered(['ending0', 'ending1', 'ending2', 'ending3'].map((option) => at(doc, option)))}Answer:` },
  },
  { name: 'lm_eval.tasks.medqa.preprocess_medqa.doc_to_target', fingerprints: ['1238a18e0adad139824cc02a49164d8d'], hook: { use: 'field', value: (doc) => at(doc, 'label') } },
  {
    name: 'lm_eval.tasks.pubmedqa.preprocess_pubmedqa.doc_to_text',
    fingerprints: ['d1e705011f8c5f8daa25ad7907a72d5b'],
    hook: { use: 'field', value: (doc) => `Abstract: ${texts(at(doc, 'CONTEXTS')).join('\n')}\nQuestion: ${str(at(doc, 'QUESTION'))}\nAnswer:` },
  },
  { name: 'lm_eval.tasks.race.preprocess_race.doc_to_text', fingerprints: ['00f990573cd5b249c1b357ed97bbc842'], hook: { use: 'field', value: article } },
  {
    name: 'lm_eval.tasks.race.preprocess_race.doc_to_choice',
    fingerprints: ['c2c8d4ab3f94365ec6d578d7abd45199'],
    hook: { use: 'field', value: (doc) => [0n, 1n, 2n, 3n].map((index) => getItem(getItem(lastProblem(doc), 'options'), index)) },
  },
  { name: 'lm_eval.tasks.race.preprocess_race.doc_to_target', fingerprints: ['98306429ce731d3458652d3916f5ce96'], hook: { use: 'field', value: (doc) => answerIndex(lastProblem(doc)) } },
  { name: 'lm_eval.tasks.webqs.utils.doc_to_choice', fingerprints: ['56385d51761d053c89d53be544ea8c66'], hook: { use: 'field', value: (doc) => aliases(doc) } },
  { name: 'lm_eval.tasks.webqs.utils.doc_to_target', fingerprints: ['6d72aa028a75df3d5fd4bcb504c61ace'], hook: { use: 'field', value: (doc) => aliases(doc).map((_, index) => BigInt(index)) } },
];

const problems = (doc: Doc): PyValue[] => items(literalEval(textAt(doc, 'problems')));

function lastProblem(doc: Doc): PyValue {
  const last = problems(doc).at(-1);
  if (last === undefined) throw new PyError('IndexError', 'list index out of range');
  return last;
}

function answerIndex(problem: PyValue): bigint {
  const index = LETTERS.indexOf(str(getItem(problem, 'answer')));
  if (index < 0) throw new PyError('KeyError', JSON.stringify(getItem(problem, 'answer')));
  return BigInt(index);
}

/** Earlier questions with their answers; a blank at a question's end is filled in. */
function article(doc: Doc): string {
  const earlier = problems(doc).slice(0, -1).map((problem) => {
    const question = text(getItem(problem, 'question'));
    const answer = text(getItem(getItem(problem, 'options'), answerIndex(problem)));
    return question.endsWith('  _  .') ? `${question.slice(0, -5)}${answer}\n` : `Question: ${question}\nAnswer: ${answer}\n`;
  });
  return `Article: ${textAt(doc, 'article')}\n\n${earlier.join('')}${text(getItem(lastProblem(doc), 'question'))}`;
}

/** In order, without those that begin with the one before them. */
function aliases(doc: Doc): string[] {
  const sorted = texts(at(doc, 'answers')).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (sorted.length === 0) throw new PyError('IndexError', 'list index out of range');
  return sorted.reduce<string[]>((kept, alias, index) => (index > 0 && alias.startsWith(kept.at(-1) ?? '') ? kept : [...kept, alias]), []);
}
