import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isScoreRequest, type ScoreRequest, type ScoreResponse } from '../../src/model/request';
import { parseJson } from '../../src/python/json';
import type { Doc } from '../../src/python/value';
import { prepareTask } from '../../src/task/prepare';
import { docHash } from '../../src/task/doc-hash';
import { sampleLineText } from '../../src/task/sample-line';
import { context, definition, type Fields } from './definition';

/** What lm-evaluation-harness 0.4.13 wrote for the first documents of these tasks (see test/fixtures/task). */
type Expected = {
  readonly doc_id: number;
  readonly target: unknown;
  readonly arguments: readonly (readonly string[])[];
  readonly resps: readonly (readonly (number | readonly [number, boolean])[])[];
  readonly metrics: readonly string[];
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
};

const fixtures = join(__dirname, '../fixtures');
const lines = (file: string): string[] => readFileSync(join(fixtures, file), 'utf8').split('\n').filter((line) => line !== '');

function rows(file: string): Doc[] {
  return lines(`data/${file}.jsonl`).map((line) => {
    const row = parseJson(line);
    assert.ok(row instanceof Map);
    return new Map([...row].map(([key, value]) => [String(key), value]));
  });
}

const sst2: Fields = {
  training_split: 'sst2_train',
  validation_split: 'sst2_validation',
  doc_to_text: 'Review: {{sentence}}\nSentiment:',
  doc_to_target: 'label',
  doc_to_choice: ['negative', 'positive'],
};

const tasks: readonly (readonly [name: string, shots: number, fields: Fields])[] = [
  ['sst2_local', 0, { ...sst2, metrics: ['acc', 'f1', 'mcc', 'brier_score'] }],
  ['sst2_local_4shot', 4, { ...sst2, metrics: ['acc', 'acc_norm', 'acc_bytes'] }],
  ['sst2_local_first_n', 3, {
    ...sst2,
    description: 'Decide whether each review is negative or positive.\n\n',
    fewshot: { sampler: 'first_n', split: 'sst2_train' },
    fewshot_delimiter: '\n---\n',
    target_delimiter: ' => ',
    metrics: ['acc'],
  }],
  ['sst2_csv', 0, {
    validation_split: 'sst2_validation',
    doc_to_text: '{{sentence}}\nQuestion: Is this sentence positive or negative?\nAnswer:',
    doc_to_target: "{{['negative','positive'][label]}}",
    doc_to_choice: "{{['negative','positive']}}",
    metrics: ['acc'],
  }],
  ['cola_local', 0, {
    training_split: 'cola_train',
    validation_split: 'cola_validation',
    doc_to_text: '{{sentence}}\nQuestion: Does this sentence make sense?\nAnswer:',
    doc_to_target: 'label',
    doc_to_choice: ['no', 'yes'],
    metrics: ['mcc', 'acc'],
  }],
  ['piqa_local', 0, {
    validation_split: 'piqa_validation',
    doc_to_text: 'Question: {{goal}}\nAnswer:',
    doc_to_target: 'label',
    doc_to_choice: '{{[sol1, sol2]}}',
    metrics: ['acc', 'acc_norm', 'acc_mutual_info'],
  }],
  ['piqa_partial', 1, {
    training_split: 'piqa_train',
    validation_split: 'piqa_validation',
    doc_to_text: '{{label}}',
    doc_to_choice: "{{[sol1 ~ ' This is how to do it:', sol2 ~ ' This is how to do it:']}}",
    doc_to_target: '{{goal}}',
    metrics: ['acc'],
  }],
  ['last_word', 0, {
    outputType: 'loglikelihood',
    test_split: 'last_word',
    doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}",
    doc_to_target: "{{' '+text.split(' ')[-1]}}",
    metrics: ['perplexity', 'acc'],
  }],
  ['heldout', 0, {
    outputType: 'loglikelihood_rolling',
    test_split: 'heldout',
    doc_to_target: '{{page}}',
    metrics: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  }],
];

const argumentsOf = (request: ScoreRequest): string[] => (request.kind === 'loglikelihood' ? [request.context, request.continuation] : [request.text]);

function response(request: ScoreRequest, answer: number | readonly [number, boolean] | undefined): ScoreResponse {
  const [logLikelihood, greedy] = typeof answer === 'object' ? answer : [answer ?? NaN, false];
  return { kind: request.kind, id: request.id, logLikelihood, greedy, tokenIds: [7], tokenLogprobs: [logLikelihood], tokenGreedy: [greedy], truncated: 0 };
}

/** In memory the harness holds numpy integers, which its fixture spells as text. */
const spelled = (value: unknown): unknown => (Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' && /^\d+$/.test(item) ? Number(item) : item)) : value);

for (const [name, numFewshot, fields] of tasks) {
  test(`${name}: requests, hashes and values are the harness's`, async () => {
    const splits = [fields.training_split, fields.validation_split, fields.test_split].filter((split) => typeof split === 'string');
    const task = await prepareTask(definition({ ...fields, task: name }), context(Object.fromEntries(splits.map((split) => [split, rows(split)])), { numFewshot }));
    const expected = lines(`task/${name}.jsonl`).map((line) => JSON.parse(line) as Expected & Record<string, unknown>);
    assert.ok(expected.length > 0);
    for (const want of expected) {
      const document = task.document(want.doc_id);
      const requests = document.requests.filter(isScoreRequest);
      assert.deepEqual(requests.map(argumentsOf), want.arguments);
      assert.deepEqual(document.requests.map(({ id }) => id), want.arguments.map((_, index) => `${name}/${want.doc_id}/${index}/0`));
      const responses = requests.map((request, index) => response(request, want.resps[index]?.[0]));
      const [outcome] = document.outcomes(responses);
      assert.ok(outcome !== undefined);
      const metrics = task.metrics.map(({ metric }) => metric);
      const line = JSON.parse(sampleLineText(document, responses, {
        filter: 'none', hash: docHash(document.doc), names: metrics.map((metric) => metric.name), values: metrics.map((metric) => metric.value(outcome)), outcome,
      })) as Record<string, unknown>;
      assert.deepEqual([line['doc_hash'], line['prompt_hash'], line['target_hash']], [want.doc_hash, want.prompt_hash, want.target_hash]);
      assert.equal(line['target'], String(want.target));
      assert.deepEqual(line['metrics'], want.metrics);
      for (const metric of want.metrics) assert.deepEqual(line[metric], spelled(want[metric]));
    }
  });
}

test('limit keeps the examples of the documents before it', async () => {
  const splits = { sst2_train: rows('sst2_train'), sst2_validation: rows('sst2_validation') };
  const task = definition({ ...sst2, metrics: ['acc'] });
  const all = await prepareTask(task, context(splits, { numFewshot: 4 }));
  const some = await prepareTask(task, context(splits, { numFewshot: 4, limit: 5 }));
  assert.equal(some.original, 872);
  assert.equal(some.documents, 5);
  assert.deepEqual(some.document(4).requests, all.document(4).requests);
});
