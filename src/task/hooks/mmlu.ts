/** MMLU in its variants: one file of all subjects, of which a task takes one (lm-evaluation-harness 0.4.13). */
import { str } from '../../python/print';
import type { Doc, PyValue } from '../../python/value';
import { literalEval } from '../../python/literal';
import { equals } from '../../python/compare';
import type { Hook, HookCall, NativeFunction } from './hook';
import { at, indexIn, items, strip, textAt } from './python';
import { filtered, mapped } from './rows';

/** `process_SUBJECT`, or a subject that the module binds. */
const subjectOf = ({ bound, member }: HookCall): PyValue => bound['subject'] ?? (member ?? '').replace(/^process_/, '');

export const mmlu: readonly NativeFunction[] = [
  {
    name: 'lm_eval.tasks.openai-mmmlu.default.utils.process_docs',
    fingerprints: ['cd4e88a7f7d527fc44ba4f238cbcbfe4'],
    hook: (call): Hook => {
      const subject = subjectOf(call);
      return filtered((doc) => equals(withoutFile(at(doc, 'Subject')), subject));
    },
  },
  {
    name: 'lm_eval.tasks.global_mmlu.full.am.utils.process_docs',
    fingerprints: ['a4c06194ca0af040e2695d19b8035dbe'],
    hook: (call): Hook => {
      const subject = subjectOf(call);
      return filtered((doc) => equals(at(doc, 'subject'), subject));
    },
  },
  {
    name: 'lm_eval.tasks.mmlusr.question_and_answer.utils.process_docs',
    fingerprints: ['99cd04f369918e56b8ee940631c397e8'],
    hook: mapped((doc) => ({ choices: [1, 2, 3, 4].map((choice) => orEmpty(at(doc, `choice${choice}`))), answer: strip(String(orEmpty(at(doc, 'answer')))) })),
  },
  { name: 'lm_eval.tasks.afrimmlu.translate.prompt_3.utils.doc_to_choice', fingerprints: ['534d16bbb5df838a4c0c74f56a4f21c7'], hook: { use: 'field', value: (doc) => literalEval(textAt(doc, 'choices')) } },
  {
    name: 'lm_eval.tasks.tmmluplus.default.utils.process_docs',
    fingerprints: ['710bbfc37a6e400ced4f1531b02f7204'],
    hook: mapped((doc) => ({ questions: at(doc, 'question'), choices: lettersOf(doc, 'ABCD'), goal: indexIn(['A', 'B', 'C', 'D'], at(doc, 'answer')) })),
  },
  {
    name: 'lm_eval.tasks.tmlu.default.utils.process_docs',
    fingerprints: ['48a6c9bc89e3bf5941322751331bcea9'],
    hook: mapped((doc) => {
      const more = ['E', 'F'].filter((letter) => (doc.get(letter) ?? '') !== '');
      return { questions: at(doc, 'question'), choices: lettersOf(doc, `ABCD${more.join('')}`), goal: indexIn(['A', 'B', 'C', 'D', ...more], at(doc, 'answer')) };
    }),
  },
  {
    name: 'lm_eval.tasks.bigbench.utils.filter_multiple_choice',
    fingerprints: ['ab01852e161c444f4dfc9837d6fbcd65'],
    hook: filtered((doc) => items(at(doc, 'multiple_choice_targets')).length > 0),
  },
  {
    name: 'lm_eval.tasks.eus_exams.utils.process_docs',
    fingerprints: ['8922b6618b5b41ba9566e3b239ef4715'],
    hook: filtered((doc) => [0n, 1n, 2n, 3n].some((index) => equals(index, at(doc, 'answer'))) && !equals(at(doc, 'candidates'), ['', '', '', ''])),
  },
  {
    name: 'lm_eval.tasks.mlqa.utils.process_docs',
    fingerprints: ['12bbf996d3123b75dd63260a60c9ea31'],
    hook: mapped((doc) => ({ context: at(doc, 'context'), question: at(doc, 'question'), answers: at(doc, 'answers', 'text') })),
  },
  { name: 'lm_eval.utils.weighted_f1_score', fingerprints: [], hook: { use: 'aggregation', name: 'f1_weighted' } },
  { name: 'lm_eval.tasks.aradice.winogrande.metrics.micro_f1_score', fingerprints: ['0dd574698ac61f133c341c404eeae5a3'], hook: { use: 'aggregation', name: 'f1_micro' } },
  { name: 'lm_eval.tasks.paloma.paloma_utils.doc_to_target', fingerprints: ['630ca497448d46dd85df821123dadf29'], hook: { use: 'field', value: (doc) => str(at(doc, 'text')) } },
  { name: 'lm_eval.tasks.crows_pairs.utils.doc_to_choice', fingerprints: ['df3cc58d06b92b8f0724352aac860d06'], hook: { use: 'field', value: (doc) => [at(doc, 'sent_more'), at(doc, 'sent_less')] } },
  {
    name: 'lm_eval.tasks.crows_pairs.utils.process_results',
    fingerprints: ['11bc174247fcccc5e1e657f00d461714'],
    hook: {
      use: 'results',
      values: (_doc, answers) => {
        const [more = NaN, less = NaN] = answers.kind === 'scores' ? answers.logLikelihoods : [];
        return new Map([['likelihood_diff', Math.abs(more - less)], ['pct_stereotype', more > less ? 1 : 0]]);
      },
    },
  },
];

const orEmpty = (value: PyValue): PyValue => value ?? '';
const lettersOf = (doc: Doc, letters: string): PyValue[] => Array.from(letters, (letter) => at(doc, letter));

/** Some subjects are names of files. */
function withoutFile(subject: PyValue): PyValue {
  if (typeof subject !== 'string') return subject;
  const marker = ['_test.csv', '_test-'].find((one) => subject.includes(one));
  return marker === undefined ? subject : subject.slice(0, subject.indexOf(marker));
}
