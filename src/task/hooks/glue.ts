/** GLUE and SuperGLUE: MNLI, COPA, WSC, ReCoRD and CommitmentBank (lm-evaluation-harness 0.4.13). */
import { scoreAnswer } from '../../metrics/answers/squad';
import { argmax } from '../../metrics/choice';
import { equals } from '../../python/compare';
import { PyError } from '../../python/errors';
import { split } from '../../python/string';
import type { Doc, PyValue } from '../../python/value';
import { type Answers, dict, type NativeFunction } from './hook';
import { at, int, items, replaced, strip, sub, text, textAt, texts } from './python';
import { mapped } from './rows';

export const glue: readonly NativeFunction[] = [
  {
    name: 'lm_eval.tasks.glue.mnli.utils.doc_to_text',
    fingerprints: ['1bad3532d8be2a301e1893095ac8235d'],
    hook: {
      use: 'field',
      value: (doc) => {
        const hypothesis = strip(textAt(doc, 'hypothesis'));
        return `${textAt(doc, 'premise')}\nQuestion: ${hypothesis}${hypothesis.endsWith('.') ? '' : '.'} True, False or Neither?\nAnswer:`;
      },
    },
  },
  {
    name: 'lm_eval.tasks.super_glue.copa.utils.doc_to_text',
    fingerprints: ['6c4ce662b6183ef54d85ad58793ebf2c'],
    hook: { use: 'field', value: (doc) => `${withoutLast(strip(textAt(doc, 'premise')))} ${connector(at(doc, 'question'))}` },
  },
  {
    name: 'lm_eval.tasks.super_glue.copa.utils.doc_to_target',
    fingerprints: ['90d65f94e7cd5088a1e468d92568db56'],
    hook: { use: 'field', value: (doc) => ` ${begun(textAt(doc, equals(at(doc, 'label'), 0n) ? 'choice1' : 'choice2'))}` },
  },
  {
    name: 'lm_eval.tasks.super_glue.copa.utils.doc_to_choice',
    fingerprints: ['609db2a01ee8e91e8cec188fcd6d879d'],
    hook: { use: 'field', value: (doc) => [` ${begun(textAt(doc, 'choice1'))}`, ` ${begun(textAt(doc, 'choice2'))}`] },
  },
  { name: 'lm_eval.tasks.super_glue.wsc.preprocess_wsc.default_doc_to_text', fingerprints: ['41f9f02431c18515e8425939ac520bc2'], hook: { use: 'field', value: pronounQuestion } },
  { name: 'lm_eval.tasks.super_glue.record.util.doc_to_text', fingerprints: ['007e97eafb650725358b749497c85da0'], hook: { use: 'field', value: highlights } },
  {
    name: 'lm_eval.tasks.super_glue.record.util.doc_to_target',
    fingerprints: ['c9dbf2e3d911bf4d56eb72cf94d65b65'],
    hook: { use: 'field', value: (doc) => filledIn(doc, textAt(doc, 'answers', 0n)) },
  },
  {
    name: 'lm_eval.tasks.super_glue.record.util.doc_to_choice',
    fingerprints: ['6b9c172cb0cf73966db0fb7e008548f4'],
    hook: { use: 'field', value: (doc) => texts(at(doc, 'entities')).map((entity) => filledIn(doc, entity)) },
  },
  {
    name: 'lm_eval.tasks.super_glue.record.util.process_docs',
    fingerprints: ['fa019eea0b3a12518b1ccea4cd8d4a3a'],
    hook: mapped((doc) => ({ passage: at(doc, 'passage'), query: at(doc, 'query'), entities: sortedOnce(texts(at(doc, 'entities'))), answers: sortedOnce(texts(at(doc, 'answers'))) })),
  },
  { name: 'lm_eval.tasks.super_glue.record.util.process_results', fingerprints: ['8ac976cd544112f9a2c286120c32e61d'], hook: { use: 'results', values: entityScores } },
  { name: 'lm_eval.tasks.super_glue.cb.aggregate.cb_multi_fi', fingerprints: ['2760cb41554b32f1b1e1933b7a9006b6'], hook: { use: 'aggregation', name: 'f1_three_classes' } },
];

const withoutLast = (text: string): string => Array.from(text).slice(0, -1).join('');

function connector(question: PyValue): string {
  if (question === 'cause') return 'because';
  if (question === 'effect') return 'therefore';
  throw new PyError('KeyError', JSON.stringify(question));
}

/** With a small first letter. */
function begun(choice: string): string {
  const [first, ...rest] = Array.from(choice);
  if (first === undefined) throw new PyError('IndexError', 'string index out of range');
  return first.toLowerCase() + rest.join('');
}

/** The place of the pronoun counts words. */
function pronounQuestion(doc: Doc): string {
  const [raw, pronoun] = [textAt(doc, 'text'), textAt(doc, 'span2_text')];
  const before = split(raw, null, -1).slice(0, Number(int(at(doc, 'span2_index')))).join(' ');
  const characters = Array.from(raw);
  const behind = characters.slice(Array.from(before).length + Array.from(pronoun).length + 1).join('');
  return `Passage: ${detokenized(`${before} *${pronoun}*${behind}`)}\nQuestion: In the passage above, does the pronoun "*${pronoun}*" refer to "*${textAt(doc, 'span1_text')}*"?\nAnswer:`;
}

function detokenized(text: string): string {
  const pairs = [[" n't", "n't"], [' )', ')'], ['( ', '('], ['" ', '"'], [' "', '"']] as const;
  return sub(" (['.,])", '\\1', pairs.reduce((left, [old, replacement]) => replaced(left, old, replacement), text));
}

function highlights(doc: Doc): string {
  const [first = '', ...rest] = split(strip(textAt(doc, 'passage')), '\n@highlight\n', -1);
  return `${first}\n\n${rest.map((highlight) => `  - ${highlight}.\n`).join('')}`;
}

function filledIn(doc: Doc, entity: string): string {
  return replaced(`  - ${textAt(doc, 'query')}`, '@placeholder', entity);
}

/** By code points, as Python sorts. */
function sortedOnce(list: readonly string[]): string[] {
  return Array.from(new Set(list)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function entityScores(doc: Doc, answers: Answers): ReadonlyMap<string, PyValue> {
  const best = answers.kind === 'scores' ? argmax(answers.logLikelihoods) : 0;
  const prediction = textAt(doc, 'entities', BigInt(best));
  const scores = items(at(doc, 'answers')).map((answer) => scoreAnswer(prediction, text(answer)));
  return dict({ f1: Math.max(...scores.map(({ f1 }) => f1)), em: BigInt(Math.max(...scores.map(({ exact }) => exact))) }) as ReadonlyMap<string, PyValue>;
}
