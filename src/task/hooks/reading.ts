/** Questions about a text: CoQA, DROP, and summaries of CNN/DailyMail (lm-evaluation-harness 0.4.13). */
import { coqa } from '../../metrics/answers/coqa';
import { drop, type Spans } from '../../metrics/answers/drop';
import { cnnDailymailRouge } from '../../metrics/rouge/task-scores';
import { truth } from '../../python/compare';
import { PyError } from '../../python/errors';
import { dictEntries } from '../../python/methods';
import { str } from '../../python/print';
import { getItem } from '../../python/subscript';
import { type Doc, PyTuple, type PyValue } from '../../python/value';
import { type Answers, dict, type NativeFunction } from './hook';
import { at, items, strip, text, textAt, texts } from './python';
import { mapped } from './rows';

const generated = (answers: Answers): PyValue => (answers.kind === 'generated' ? answers.result : null);
const values = (numbers: Readonly<Record<string, PyValue>>): ReadonlyMap<string, PyValue> => dict(numbers) as ReadonlyMap<string, PyValue>;

export const reading: readonly NativeFunction[] = [
  { name: 'lm_eval.tasks.coqa.utils.doc_to_text', fingerprints: ['cb5bbd438015556f0b49f2da7c7f9af4'], hook: { use: 'field', value: conversation } },
  { name: 'lm_eval.tasks.coqa.utils.doc_to_target', fingerprints: ['1291dfd56c8c8da2a6e065ae495c1e7a'], hook: { use: 'field', value: lastAnswers } },
  {
    name: 'lm_eval.tasks.coqa.utils.process_results',
    fingerprints: ['a75307794868081ec81db5f8c0d8f0ae'],
    hook: { use: 'results', values: (doc, answers) => values(coqa(text(generated(answers)), lastAnswers(doc))) },
  },
  {
    name: 'lm_eval.tasks.drop.utils.process_docs',
    fingerprints: ['2af85cb48e3093fd7b9290f8ea09e218'],
    hook: mapped((doc) => ({ id: at(doc, 'query_id'), passage: at(doc, 'passage'), question: at(doc, 'question'), answers: dropAnswers(doc) })),
  },
  {
    name: 'lm_eval.tasks.drop.utils.process_results',
    fingerprints: ['0a2243725a944f4756a841daf6b18aa2'],
    hook: { use: 'results', values: (doc, answers) => values(drop(spansOf(generated(answers)), items(at(doc, 'answers')).map(texts))) },
  },
  {
    name: 'lm_eval.tasks.cnn_dailymail.utils.process_results',
    fingerprints: ['576b27a47a5b498f80f2d9e70645d1c3'],
    hook: {
      use: 'results',
      values: (doc, answers) => {
        const { summary_length, ...scores } = cnnDailymailRouge(doc.has('highlights') ? textAt(doc, 'highlights') : '', text(generated(answers)));
        return values({ ...scores, summary_length: BigInt(summary_length) });
      },
    },
  },
];

function conversation(doc: Doc): string {
  const questions = items(at(doc, 'questions', 'input_text'));
  const answers = items(at(doc, 'answers', 'input_text')).slice(0, -1);
  const turns = Array.from({ length: Math.max(questions.length, answers.length) }, (_, turn) => {
    const answer = answers[turn] ?? null;
    return `Q: ${str(questions[turn] ?? null)}\n\n${answer === null ? 'A:' : `A: ${str(answer)}\n\n`}`;
  });
  return `${textAt(doc, 'story')}\n\n${turns.join('')}`;
}

/** Of the last question: the answer, and others' where they differ by more than capitals. */
function lastAnswers(doc: Doc): string[] {
  const turn = BigInt(items(at(doc, 'questions', 'input_text')).length - 1);
  const answers = [textAt(doc, 'answers', 'input_text', turn)];
  const others = doc.get('additional_answers') ?? null;
  for (const [, other] of truth(others) ? dictEntries(others) : []) {
    const answer = text(getItem(getItem(other, 'input_text'), turn));
    if (!answers.some((known) => known.toLowerCase() === answer.toLowerCase())) answers.push(answer);
  }
  return answers;
}

/** The answer and those of the annotators, each once: a number, spans, or a date. Lists, as a Dataset has them. */
function dropAnswers(doc: Doc): PyValue[] {
  const validated = at(doc, 'validated_answers');
  const others = items(getItem(validated, 'number')).map((number, index) => ({
    number, date: getItem(getItem(validated, 'date'), BigInt(index)), spans: getItem(getItem(validated, 'spans'), BigInt(index)),
  }));
  const answer = at(doc, 'answer');
  const seen = new Set<string>();
  const all: PyValue[] = [];
  for (const one of [{ number: getItem(answer, 'number'), date: getItem(answer, 'date'), spans: getItem(answer, 'spans') }, ...others]) {
    const spans = spansOfAnswer(one);
    const key = JSON.stringify(spans);
    if (seen.has(key)) continue;
    seen.add(key);
    all.push(spans);
  }
  return all;
}

function spansOfAnswer({ number, date, spans }: Readonly<Record<'number' | 'date' | 'spans', PyValue>>): string[] {
  if (number !== '') return [str(number)];
  const found = texts(spans);
  if (found.length > 0) return found;
  return [strip(['day', 'month', 'year'].map((part) => text(getItem(date, part))).join(' '))];
}

/** The harness hands over the list of what the filters left. */
function spansOf(result: PyValue): Spans {
  if (typeof result === 'string') return [result];
  if (Array.isArray(result) || result instanceof PyTuple) throw new PyError('TypeError', 'DROP takes one answer, and no filter chooses one');
  return [str(result)];
}
