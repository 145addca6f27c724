import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricEntry } from '../../src/config/definition';
import { PythonHook } from '../../src/config/python-hook';
import { dumps } from '../../src/python/json';
import type { Doc, PyValue } from '../../src/python/value';
import { prepareTask } from '../../src/task/prepare';
import { sampleLineText } from '../../src/task/sample-line';
import type { ModelResponse } from '../../src/model/request';
import { context, definition, type Fields } from './definition';

const row = (fields: Readonly<Record<string, PyValue>>): Doc => new Map(Object.entries(fields));
const hook = (name: string): PythonHook => new PythonHook(`lm_eval.tasks.${name}`);
const entry = (metric: string, aggregation: string | PythonHook | null = 'mean'): MetricEntry => ({ metric, aggregation, higherIsBetter: null, options: {} });
const prepare = (fields: Fields, metrics: readonly MetricEntry[], docs: readonly Doc[]) => prepareTask({ ...definition({ test_split: 'test', ...fields }), metrics }, context({ test: docs }));

const scored = (id: string, logLikelihood: number): ModelResponse => ({ kind: 'loglikelihood', id, logLikelihood, greedy: false, tokenIds: [1], tokenLogprobs: [logLikelihood], tokenGreedy: [false], truncated: 0 });

test('winogrande: contexts by functions, as the harness asks them', async () => {
  const name = 'winogrande.preprocess_winogrande';
  const task = await prepare(
    { doc_to_text: hook(`${name}.doc_to_text`), doc_to_target: hook(`${name}.doc_to_target`), doc_to_choice: hook(`${name}.doc_to_choice`) },
    [entry('acc')],
    [row({ sentence: 'Ann met Bea, and _ smiled. ', option1: 'Ann', option2: 'Bea', answer: '2' })],
  );
  const { requests, outcomes } = task.document(0);
  assert.deepEqual(requests.map((request) => 'context' in request && 'continuation' in request && [request.context, request.continuation]), [['Ann met Bea, and Ann', ' smiled.'], ['Ann met Bea, and Bea', ' smiled.']]);
  const [outcome] = outcomes(requests.map(({ id }, index) => scored(id, -index - 1)));
  assert.deepEqual(task.metrics.map(({ metric }) => outcome && metric.value(outcome)), [{ kind: 'number', value: 0 }]);
});

test('a text is scored as it is put together, by the words it had', async () => {
  const name = 'wikitext.preprocess_wikitext';
  const task = await prepare(
    { outputType: 'loglikelihood_rolling', doc_to_target: hook(`${name}.wikitext_detokenizer`), process_results: hook(`${name}.process_results`) },
    [entry('word_perplexity', null), entry('bits_per_byte', 'bits_per_byte')],
    [row({ page: 'a @-@ b , c' })],
  );
  const document = task.document(0);
  const [request] = document.requests;
  assert.ok(request?.kind === 'loglikelihood_rolling' && request.text === 'a-b, c' && document.partialOutcome === undefined);
  const response = { ...scored(request.id, -6), kind: 'loglikelihood_rolling' } as ModelResponse;
  const [outcome] = document.outcomes([response]);
  assert.ok(outcome !== undefined);
  const values = task.metrics.map(({ metric }) => metric.value(outcome));
  assert.deepEqual(values, [{ kind: 'weighted', logLikelihood: -6, weight: 5 }, { kind: 'weighted', logLikelihood: -6, weight: 11 }]);
  assert.deepEqual(task.metrics.map(({ metric }) => [metric.aggregation, metric.higherIsBetter]), [['weighted_perplexity', false], ['bits_per_byte', false]]);
  const line = JSON.parse(sampleLineText(document, [response], { filter: 'none', hash: 'h', names: ['word_perplexity', 'bits_per_byte'], values, outcome })) as Readonly<Record<string, unknown>>;
  assert.deepEqual([line['word_perplexity'], line['bits_per_byte'], line['filtered_resps']], [[-6, 5], [-6, 11], ['-6.0']]);
});

test('generated answers: what the function sees went through the filters', async () => {
  const name = 'coqa.utils';
  const docs = [row({ story: 'S', questions: new Map([['input_text', ['Q?']]]), answers: new Map([['input_text', ['London']]]) })];
  const task = await prepare(
    {
      outputType: 'generate_until', doc_to_text: hook(`${name}.doc_to_text`), doc_to_target: hook(`${name}.doc_to_target`), process_results: hook(`${name}.process_results`),
      filters: [{ name: 'raw', steps: [{ function: 'take_first', options: {} }] }, { name: 'small', steps: [{ function: 'lowercase', options: {} }, { function: 'take_first', options: {} }] }],
    },
    [entry('em'), entry('f1')],
    docs,
  );
  const document = task.document(0);
  const [request] = document.requests;
  assert.ok(request?.kind === 'generate_until' && request.context === 'S\n\nQ: Q?\n\nA:');
  const outcomes = document.outcomes([{ kind: 'generate_until', id: request.id, text: ' In LONDON\nQ:', tokenIds: [1], finishReason: 'stop', truncated: 0 }]);
  assert.deepEqual(outcomes.map((outcome) => outcome.kind === 'own' && outcome.generated?.result), [' In LONDON\nQ:', ' in london\nq:']);
  assert.deepEqual(outcomes.map((outcome) => outcome.kind === 'own' && dumps(new Map(outcome.values))), ['{"em": 0.0, "f1": 0.6666666666666666}', '{"em": 0.0, "f1": 0.6666666666666666}']);
});

test('what a function does not give, or an aggregation does not take, is said', async () => {
  const fields: Fields = { outputType: 'loglikelihood_rolling', doc_to_target: 'page', process_results: hook('wikitext.preprocess_wikitext.process_results') };
  const docs = [row({ page: 'a' })];
  await assert.rejects(prepare(fields, [entry('own', null)], docs), /own.*Say its aggregation: mean/);
  for (const [metric, message] of [[entry('own'), /gives no 'own', but word_perplexity/], [entry('word_perplexity', 'mean'), /a number was expected, not \(-1, 1\)|a number was expected/]] as const) {
    const task = await prepare(fields, [metric], docs);
    const [outcome] = task.document(0).outcomes([{ ...scored('example/0/0/0', -1), kind: 'loglikelihood_rolling' } as ModelResponse]);
    assert.throws(() => outcome && task.metrics[0]?.metric.value(outcome), message);
  }
});

test('rows: a function that leaves some out is asked for all of them, and the limit counts what is left', async () => {
  const docs = Array.from({ length: 7 }, (_, index) => row({ subject: index % 2 === 0 ? 'law' : 'logic', n: BigInt(index) }));
  const limits: (number | null)[] = [];
  const given = context({ test: docs }, { limit: 2 });
  const process_docs = new PythonHook('utils.process_law', { file: '/x/utils.py', code: { kind: 'here', fingerprint: FILTER, member: 'process_law', bound: {}, needs: [], source: '' } });
  const task = await prepareTask(
    { ...definition({ test_split: 'test', process_docs, doc_to_text: '{{n}}', doc_to_target: 0, doc_to_choice: ['a', 'b'] }), metrics: [entry('acc')] },
    { ...given, rows: (split, limit) => { limits.push(limit); return given.rows(split, limit); } },
  );
  assert.deepEqual([task.documents, task.original, limits], [2, 4, [null]]);
  assert.deepEqual([0, 1].map((index) => task.document(index).doc.get('n')), [0n, 2n]);
});

const FILTER = 'a4c06194ca0af040e2695d19b8035dbe';
