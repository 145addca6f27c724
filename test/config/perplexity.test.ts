import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { perplexityName, perplexityTask, textColumn, type PerplexitySource } from '../../src/config/perplexity';

const source = (file: string, more: Partial<PerplexitySource> = {}): PerplexitySource => {
  return { kind: 'perplexity', file: path.resolve('/d', file), name: null, textColumn: null, context: null, stride: null, ...more };
};

test('a text is one document, other files have one a row', () => {
  const text = perplexityTask(source('heldout.txt'), 'heldout', 'page');
  assert.deepEqual([text.task, text.outputType, text.dataset.path, text.dataset.kwargs['sample_by'], text.doc_to_target, text.test_split], ['heldout', 'loglikelihood_rolling', 'text', 'document', 'text', 'test']);
  assert.deepEqual(text.dataset.dataFiles, { test: [path.resolve('/d/heldout.txt')] });
  assert.deepEqual(text.metrics?.map(({ metric }) => metric), ['word_perplexity', 'byte_perplexity', 'bits_per_byte', 'token_perplexity']);
  assert.equal(text.rolling, null);
  const builders = ['x.jsonl', 'x.json', 'x.csv', 'x.PARQUET'].map((file) => perplexityTask(source(file), 'x', 'page'));
  assert.deepEqual(builders.map(({ dataset, doc_to_target }) => [dataset.path, doc_to_target]), [['json', 'page'], ['json', 'page'], ['csv', 'page'], ['parquet', 'page']]);
});

test('windows that overlap', () => {
  assert.deepEqual(perplexityTask(source('x.txt', { context: 512, stride: 256 }), 'x', 'text').rolling, { window: 512, stride: 256 });
  assert.deepEqual(perplexityTask(source('x.txt', { stride: 256 }), 'x', 'text').rolling, { window: null, stride: 256 });
});

test('the text column: asked for, else `text`, else the only one of text', () => {
  const columns = [{ name: 'id', isText: false }, { name: 'page', isText: true }];
  assert.equal(textColumn(null, columns), 'page');
  assert.equal(textColumn('page', columns), 'page');
  assert.equal(textColumn('pgae', columns), null);
  assert.equal(textColumn(null, [...columns, { name: 'title', isText: true }]), null);
  assert.equal(textColumn(null, [...columns, { name: 'text', isText: true }]), 'text');
  assert.equal(textColumn(null, [{ name: 'id', isText: false }]), null);
});

test('heldout, then heldout-2', () => {
  const taken = new Set<string>();
  const names = ['a/heldout.txt', 'b/heldout.txt', 'c/heldout.jsonl'].map((file) => perplexityName(source(file), taken));
  assert.deepEqual([...names, perplexityName(source('x.txt', { name: 'mine' }), taken)], ['heldout', 'heldout-2', 'heldout-3', 'mine']);
});
