import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PythonHook } from '../../src/config/python-hook';
import type { Doc, PyValue } from '../../src/python/value';
import { prepareTask } from '../../src/task/prepare';
import { previewDocument } from '../../src/task/preview';
import { context, definition, type Fields } from './definition';

const row = (fields: Readonly<Record<string, PyValue>>): Doc => new Map(Object.entries(fields));
const base: Fields = { test_split: 'test', doc_to_text: '{{q}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc'] };
const prepare = (fields: Fields, docs: readonly Doc[] = [row({ q: 'a', label: 0n }), row({ q: 'b', label: 1n })]) =>
  prepareTask(definition({ ...base, ...fields }), context({ test: docs }));

const refused: readonly (readonly [what: string, fields: Fields, code: string, message: RegExp])[] = [
  ['an option of generation that is not known', { outputType: 'generate_until', doc_to_choice: null, generation_kwargs: { typical_p: 0.5 }, metrics: ['exact_match'] }, 'bad-generation-option', /typical_p/],
  ['a python hook', { process_docs: new PythonHook('utils.process_docs') }, 'python-hook', /utils\.process_docs/],
  ['an unknown metric', { metrics: ['rouge'] }, 'unsupported-metric', /"rouge".*Available: acc, /],
  ['a metric of another output type', { metrics: ['word_perplexity'] }, 'unsupported-metric', /word_perplexity/],
  ['a filter on scores', { filters: [{ name: 'x', steps: [{ function: 'regex', options: {} }] }] }, 'unsupported-filter', /regex/],
  ['no split to evaluate', { test_split: null }, 'missing-key', /test_split/],
  ['no rows', { test_split: 'empty' }, 'no-documents', /"empty" has no rows/],
  ['no choices', { doc_to_choice: null }, 'missing-key', /doc_to_choice/],
  ['a column that is not there', { doc_to_text: '{{question}}' }, 'unknown-column', /"question".*q, label/],
  ['a template that does not parse', { doc_to_text: '{{q' }, 'template-error', /doc_to_text/],
  ['a template that fails', { doc_to_text: '{{q + 1}}' }, 'template-error', /doc_to_text: can only concatenate/],
  ['choices that are no list', { doc_to_choice: '{{q}}' }, 'template-error', /doc_to_choice: the template must print a Python list/],
  ['choices that are not text', { doc_to_choice: [false, true] }, 'template-error', /choice 0 must be text, not False \(bool\); in a task file yes, no, .* need quotes/],
];
for (const [what, fields, code, message] of refused) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(prepare(fields), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a later document that fails is named', async () => {
  const task = await prepare({}, [row({ q: 'a', label: 0n }), row({ q: 'b', label: null })]);
  assert.throws(() => task.document(1), { code: 'bad-document', message: /^Document 1: doc_to_target must give a choice or its index, not None/ });
});

test('an answer that is not among the choices counts as wrong, with a warning', async () => {
  const task = await prepare({}, [row({ q: 'a', label: 0n }), row({ q: 'b', label: 7n }), row({ q: 'c', label: 'maybe' })]);
  const golds = [0, 1, 2].map((index) => {
    const [outcome] = task.document(index).outcomes([]);
    return outcome?.kind === 'multiple_choice' ? outcome.gold : null;
  });
  assert.deepEqual(golds, [0, -100, -100]);
  assert.deepEqual([0, 1, 2].map((index) => task.document(index).lacksGold), [false, true, true]);
});

test('an aggregation that fits the metric is taken, another refused', async () => {
  const entry = (aggregation: string) => ({ ...definition({ ...base }), metrics: [{ metric: 'acc', aggregation, higherIsBetter: false, options: {} }] });
  const docs = context({ test: [row({ q: 'a', label: 0n })] });
  const task = await prepareTask(entry('median'), docs);
  assert.deepEqual(task.metrics.map(({ metric, higherIsBetter }) => [metric.name, metric.aggregation, higherIsBetter]), [['acc', 'median', false]]);
  await assert.rejects(prepareTask(entry('f1'), docs), { code: 'unsupported-metric' });
});

test('several right answers: the first document decides', async () => {
  const several = await prepare({ doc_to_target: '{{golds}}' }, [row({ q: 'a', golds: [0n, 1n] }), row({ q: 'b', golds: [5n] }), row({ q: 'c', golds: 'x' })]);
  const gold = (index: number): unknown => {
    const [outcome] = several.document(index).outcomes([]);
    return outcome?.kind === 'multiple_choice' ? outcome.gold : null;
  };
  assert.deepEqual([gold(0), gold(1)], [[0, 1], [-100]]);
  assert.throws(() => gold(2), { code: 'bad-document' });
});

test('preview: plain JSON of one document', async () => {
  const task = await prepare({}, [row({ q: 'é', label: 1n, big: 12345678901234567890n, nested: [new Map([['k', 1.5]])] })]);
  assert.deepEqual(previewDocument(task, 0), {
    task: 'example',
    doc_id: 0,
    doc: { q: 'é', label: 1, big: '12345678901234567890', nested: [{ k: 1.5 }] },
    requests: [
      { type: 'loglikelihood', context: 'é', continuation: ' no' },
      { type: 'loglikelihood', context: 'é', continuation: ' yes' },
    ],
    target: 1,
  });
});

test('rolling requests carry window and stride, words and bytes count the whole text', async () => {
  const rolling = definition({ outputType: 'loglikelihood_rolling', test_split: 'test', doc_to_target: 'text', metrics: ['word_perplexity'], rolling: { window: 128, stride: 64 } });
  const task = await prepareTask(rolling, context({ test: [row({ text: ' a  b é\n' })] }));
  const document = task.document(0);
  assert.deepEqual(document.requests, [{ kind: 'loglikelihood_rolling', id: 'example/0/0/0', text: ' a  b é\n', window: 128, stride: 64 }]);
  const [outcome] = document.outcomes([{ kind: 'loglikelihood_rolling', id: 'example/0/0/0', logLikelihood: -3, greedy: false, tokenIds: [1, 2], tokenLogprobs: [-1, -2], tokenGreedy: [false, false], truncated: 0 }]);
  assert.deepEqual(outcome, { kind: 'loglikelihood_rolling', logLikelihood: -3, words: 5, bytes: 9, tokens: 2 });
});
