/** Answers to questions: SQuAD 1 and 2, CoQA, DROP, exact matches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bestAssignment } from '../../src/metrics/answers/assignment';
import { coqa } from '../../src/metrics/answers/coqa';
import { drop, normalizeDrop, type Spans } from '../../src/metrics/answers/drop';
import { normalizeAnswer } from '../../src/metrics/answers/normalize';
import { scoreAnswer, scoreBest, squad } from '../../src/metrics/answers/squad';
import { squadV2 } from '../../src/metrics/answers/squad-v2';
import { exactMatchText } from '../../src/metrics/exact-match-text';
import type { PyValue } from '../../src/python/value';
import { casesOf, close, the } from './cases';

type Texts = readonly string[];

for (const item of casesOf('squad_normalize')) {
  test(item.id, () => assert.deepEqual(the<Texts>(item.inputs, 'texts').map(normalizeAnswer), the(item.expected, 'texts')));
}

for (const item of casesOf('squad_answer')) {
  test(item.id, () => {
    const [prediction, answers] = [the<string>(item.inputs, 'prediction'), the<Texts>(item.inputs, 'answers')];
    const scores = answers.map((answer) => scoreAnswer(prediction, answer));
    const [exact, f1] = [Math.max(...scores.map((score) => score.exact)), Math.max(...scores.map((score) => score.f1))];
    close({ exact, f1, f1_v1: scoreBest(prediction, answers, 1).f1 }, item.expected, item.id);
  });
}

for (const item of casesOf('squad')) {
  test(item.id, () => close(squad(the(item.inputs, 'predictions'), the(item.inputs, 'answers')), item.expected, item.id));
}

for (const item of casesOf('squad_v2')) {
  test(item.id, () => {
    const [probabilities, answers] = [the<readonly number[]>(item.inputs, 'no_answer_probabilities'), the<readonly Texts[]>(item.inputs, 'answers')];
    const questions = the<Texts>(item.inputs, 'predictions').map((prediction, index) => ({ prediction, noAnswerProbability: probabilities[index] ?? NaN, golds: answers[index] ?? [] }));
    const scores = squadV2(questions, the(item.options, 'no_answer_threshold'));
    close(scores, item.expected, item.id);
    assert.deepEqual(Object.keys(scores), Object.keys(item.expected));
  });
}

for (const item of casesOf('coqa')) {
  test(item.id, () => close(coqa(the(item.inputs, 'prediction'), the(item.inputs, 'golds')), item.expected, item.id));
}

for (const item of casesOf('drop')) {
  test(item.id, () => close(drop(the<Spans>(item.inputs, 'prediction'), the(item.inputs, 'golds')), item.expected, item.id));
}

for (const item of casesOf('drop_normalize')) {
  test(item.id, () => assert.deepEqual(the<Texts>(item.inputs, 'texts').map(normalizeDrop), the(item.expected, 'texts')));
}

for (const item of casesOf('exact_match')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const metric = exactMatchText.configure?.(item.options as Record<string, PyValue>) ?? exactMatchText;
    const [predictions, references] = [the<readonly PyValue[]>(item.inputs, 'predictions'), the<readonly PyValue[]>(item.inputs, 'references')];
    const each = predictions.map((result, index) => {
      const value = metric.value({ kind: 'generate_until', result, gold: references[index] ?? null, severalTargets: false });
      return value.kind === 'number' && value.value === 1;
    });
    // Of many at once the harness's number can be another: its arrays are as wide as the longest of them.
    if (item.expected['each'] !== undefined) assert.deepEqual(each, item.expected['each']);
    else close(each.filter(Boolean).length / each.length, the(item.expected, 'exact_match'), item.id);
  });
}

test('the best assignment is the best of all', () => {
  const all = (scores: readonly (readonly number[])[], row: number, taken: ReadonlySet<number>): number => {
    const scored = scores[row];
    if (scored === undefined) return 0;
    return Math.max(all(scores, row + 1, taken), ...scored.flatMap((score, column) => (taken.has(column) ? [] : [score + all(scores, row + 1, new Set([...taken, column]))])));
  };
  const size = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(size.chain(([rows, columns]) => fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })), (scores) => {
      assert.ok(Math.abs(bestAssignment(scores) - all(scores, 0, new Set())) < 1e-12);
    }),
  );
});
