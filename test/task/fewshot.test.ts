import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskDefinition } from '../../src/config/definition';
import { rowsInMemory } from '../../src/dataset/rows-in-memory';
import { PyRandom } from '../../src/python/random';
import type { Doc } from '../../src/python/value';
import { drawExamples } from '../../src/task/fewshot';
import { definition } from './definition';

const rows = (count: number): Doc[] => Array.from({ length: count }, (_, index) => new Map([['n', BigInt(index)]]));

/** The numbers of each document's examples. */
async function drawn(task: TaskDefinition, pool: readonly Doc[], documents: readonly Doc[], count: number, signal = new AbortController().signal): Promise<number[][]> {
  const examples = await drawExamples(task, rowsInMemory(pool), rowsInMemory(documents), count, { seed: 1234, signal });
  return documents.map((_, index) => examples(index).map((row) => Number(row.get('n'))));
}

test('no splits named for examples and test: one more is drawn, the document itself left out', async () => {
  const pool = rows(30);
  const random = new PyRandom(1234);
  const wanted = [0, 24].map((own) => random.sample(Array.from({ length: 30 }, (_, index) => index), 3).filter((n) => n !== own).slice(0, 2));
  assert.deepEqual(await drawn(definition({ validation_split: 'v' }), pool, [pool[0] ?? new Map(), pool[24] ?? new Map()], 2), wanted);
});

test('a test split that is not the few-shot split: exactly as many are drawn', async () => {
  // random.Random(1234) of CPython: sample(range(30), 2) twice.
  assert.deepEqual(await drawn(definition({ test_split: 't', fewshot: { split: 's' } }), rows(30), rows(2), 2), [[24, 14], [3, 0]]);
});

test('copies of the document in the pool are replaced by another draw', async () => {
  const copies = [...Array.from({ length: 6 }, (): Doc => new Map([['n', 9n]])), ...rows(3)];
  const groups = await drawn(definition({ validation_split: 'v' }), copies, [new Map([['n', 9n]])], 3);
  assert.deepEqual(groups.map((group) => group.sort()), [[0, 1, 2]]);
});

test('first_n takes them in order, without the document itself', async () => {
  const first = definition({ test_split: 's', fewshot: { sampler: 'first_n', split: 's' } });
  assert.deepEqual(await drawn(first, rows(4), rows(3), 2), [[1, 2], [0, 2], [0, 1]]);
});

test('too few rows: an error that says how many there are', async () => {
  await assert.rejects(drawn(definition({ validation_split: 'v' }), rows(2), rows(1), 2), { code: 'too-few-examples' });
  const first = definition({ test_split: 't', fewshot: { sampler: 'first_n', split: 's' } });
  await assert.rejects(drawn(first, rows(2), rows(1), 3), { code: 'too-few-examples' });
});

test('a cancel is heard between the draws of many documents', async () => {
  const controller = new AbortController();
  const drawing = drawn(definition({ test_split: 't', fewshot: { split: 's' } }), rows(30), rows(50_000), 5, controller.signal);
  controller.abort();
  await assert.rejects(drawing, { code: 'cancelled' });
});
