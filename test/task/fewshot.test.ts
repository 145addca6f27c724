import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PyRandom } from '../../src/python/random';
import type { Doc } from '../../src/python/value';
import { drawExamples } from '../../src/task/fewshot';
import { definition } from './definition';

const rows = (count: number): Doc[] => Array.from({ length: count }, (_, index) => new Map([['n', BigInt(index)]]));
const numbers = (examples: readonly (readonly Doc[])[]): number[][] => examples.map((group) => group.map((row) => Number(row.get('n'))));

test('no splits named for examples and test: one more is drawn, the document itself left out', () => {
  const pool = rows(30);
  const random = new PyRandom(1234);
  const wanted = [0, 24].map((own) => random.sample(Array.from({ length: 30 }, (_, index) => index), 3).filter((n) => n !== own).slice(0, 2));
  assert.deepEqual(numbers(drawExamples(definition({ validation_split: 'v' }), pool, [pool[0] ?? new Map(), pool[24] ?? new Map()], 2, 1234)), wanted);
});

test('a test split that is not the few-shot split: exactly as many are drawn', () => {
  const drawn = drawExamples(definition({ test_split: 't', fewshot: { split: 's' } }), rows(30), rows(2), 2, 1234);
  // random.Random(1234) of CPython: sample(range(30), 2) twice.
  assert.deepEqual(numbers(drawn), [[24, 14], [3, 0]]);
});

test('copies of the document in the pool are replaced by another draw', () => {
  const copies = [...Array.from({ length: 6 }, (): Doc => new Map([['n', 9n]])), ...rows(3)];
  const drawn = drawExamples(definition({ validation_split: 'v' }), copies, [new Map([['n', 9n]])], 3, 1234);
  assert.deepEqual(numbers(drawn).map((group) => [...group].sort()), [[0, 1, 2]]);
});

test('first_n takes them in order, without the document itself', () => {
  const first = definition({ test_split: 's', fewshot: { sampler: 'first_n', split: 's' } });
  assert.deepEqual(numbers(drawExamples(first, rows(4), rows(3), 2, 1234)), [[1, 2], [0, 2], [0, 1]]);
});

test('too few rows: an error that says how many there are', () => {
  assert.throws(() => drawExamples(definition({ validation_split: 'v' }), rows(2), rows(1), 2, 1234), { code: 'too-few-examples' });
  const first = definition({ test_split: 't', fewshot: { sampler: 'first_n', split: 's' } });
  assert.throws(() => drawExamples(first, rows(2), rows(1), 3, 1234), { code: 'too-few-examples' });
});
