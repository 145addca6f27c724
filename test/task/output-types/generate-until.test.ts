import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilterPipeline } from '../../../src/config/definition';
import type { GenerateResponse } from '../../../src/model/request';
import type { Doc, PyValue } from '../../../src/python/value';
import { prepareTask } from '../../../src/task/prepare';
import { previewDocument } from '../../../src/task/preview';
import { sampleLineText } from '../../../src/task/sample-line';
import { context, definition, type Fields } from '../definition';

const rows: readonly Doc[] = [new Map<string, PyValue>([['q', 'Two and two?'], ['a', '4'], ['label', 1n]])];
const task = (fields: Fields = {}, docs: readonly Doc[] = rows): ReturnType<typeof prepareTask> =>
  prepareTask(definition({ outputType: 'generate_until', test_split: 'test', doc_to_text: 'Q: {{q}}\nA:', doc_to_target: '{{a}}', ...fields }), context({ test: docs }));
const says = (text: string, id = 'example/0/0/0'): GenerateResponse => ({ kind: 'generate_until', id, text, tokenIds: [3, 4], finishReason: 'stop', truncated: 0 });

test('one request a repeat, with the harness’s generation kwargs and a seed of its own', async () => {
  const plain = (await task()).document(0).requests;
  assert.deepEqual(plain.map((request) => (request.kind === 'generate_until' ? [request.id, request.context, [...request.kwargs]] : [])), [
    ['example/0/0/0', 'Q: Two and two?\nA:', [['temperature', 0], ['do_sample', false], ['max_gen_toks', 256n], ['until', ['\n\n']]]],
  ]);
  const repeated = (await task({ repeats: 3, generation_kwargs: { temperature: 1n } })).document(0).requests;
  const again = (await task({ repeats: 3, generation_kwargs: { temperature: 1n } })).document(0).requests;
  assert.deepEqual(repeated.map(({ id }) => id), ['example/0/0/0', 'example/0/0/1', 'example/0/0/2']);
  const seeds = repeated.map((request) => (request.kind === 'generate_until' ? request.seed : null));
  assert.equal(new Set(seeds).size, 3);
  assert.deepEqual(again, repeated);
});

test('an outcome a filter, the target in the type of what it is compared with', async () => {
  const filters: FilterPipeline[] = [
    { name: 'digits', steps: [{ function: 'regex', options: { regex_pattern: '\\d' } }, { function: 'take_first', options: {} }] },
    { name: 'number', steps: [{ function: 'map', options: { mapping_dict: new Map([[' 4', 4n]]) } }, { function: 'take_first', options: {} }] },
    { name: 'all', steps: [{ function: 'remove_whitespace', options: {} }] },
  ];
  const prepared = await task({ filters });
  assert.deepEqual(prepared.filters, ['digits', 'number', 'all']);
  const outcomes = prepared.document(0).outcomes([says(' 4')]);
  assert.deepEqual(outcomes.map((outcome) => (outcome.kind === 'generate_until' ? [outcome.result, outcome.gold] : [])), [['4', '4'], [4n, 4n], [['4'], '4']]);
  const [metric] = prepared.metrics;
  assert.deepEqual(outcomes.map((outcome) => metric?.metric.value(outcome)), Array(3).fill({ kind: 'number', value: 1 }));
});

test('with choices the target is one of them, a list is several targets', async () => {
  const chosen = (await task({ doc_to_target: 'label', doc_to_choice: ['no', 'yes'] })).document(0).outcomes([says('yes')])[0];
  assert.deepEqual(chosen, { kind: 'generate_until', result: 'yes', gold: 'yes', severalTargets: false });
  const several = (await task({ doc_to_target: '{{["4", "four"]}}' })).document(0).outcomes([says('four')])[0];
  assert.deepEqual(several, { kind: 'generate_until', result: 'four', gold: ['4', 'four'], severalTargets: true });
});

test('a filter that fails on an answer names the document', async () => {
  const filters = [{ name: 'x', steps: [{ function: 'regex', options: { group_select: 3n, regex_pattern: '\\d' } }] }];
  const prepared = await task({ filters });
  assert.throws(() => prepared.document(0).outcomes([says('4')]), { code: 'bad-document', message: /Document 0: .*group_select 3/ });
});

test('the sample line has repeats in one instance, and what was filtered', async () => {
  const document = (await task({ repeats: 2 })).document(0);
  const responses = [says(' 4'), says(' 5', 'example/0/0/1')];
  const [outcome] = document.outcomes(responses);
  assert.ok(outcome);
  const line = JSON.parse(sampleLineText(document, responses, { filter: 'none', hash: 'h', names: ['exact_match'], values: [{ kind: 'number', value: 0 }], outcome })) as Record<string, unknown>;
  assert.deepEqual([line['resps'], line['filtered_resps'], line['target'], line['exact_match']], [[[' 4', ' 5']], [' 4'], '4', 0]);
  assert.deepEqual(Object.keys(line['arguments'] as object), ['gen_args_0']);
  assert.deepEqual(line['assay'], { tokens: [2, 2], finish_reasons: ['stop', 'stop'], truncated: [0, 0] });
});

test('preview shows context and generation kwargs', async () => {
  assert.deepEqual(previewDocument(await task({ generation_kwargs: { until: ['\n'], max_gen_toks: 4n } }), 0).requests, [
    { type: 'generate_until', context: 'Q: Two and two?\nA:', generation_kwargs: { until: ['\n'], max_gen_toks: 4 } },
  ]);
});
