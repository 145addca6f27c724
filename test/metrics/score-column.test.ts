import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregationOf } from '../../src/metrics/aggregations/registry';
import type { MetricValue } from '../../src/metrics/score';
import { scoreOf } from '../../src/metrics/score';
import { ScoreColumn } from '../../src/metrics/score-column';
import { AGGREGATIONS, columnOf, wild } from '../statistics/values';

test('what was set is what is there, in whatever order and mixture it came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(300), wild), { maxLength: 40 }), fc.nat(400), (entries, documents) => {
      const column = new ScoreColumn(documents);
      const kept = new Map<number, MetricValue>();
      for (const [index, value] of entries) {
        column.set(index, value);
        kept.set(index, value);
      }
      for (let index = 0; index < 301; index++) {
        const value = kept.get(index);
        assert.equal(column.has(index), value !== undefined);
        if (value === undefined) assert.throws(() => column.get(index), RangeError);
        else assert.deepEqual({ ...column.get(index) }, { ...scoreOf(value) });
      }
      assert.equal(column.length, Math.max(documents, ...[...kept.keys()].map((index) => index + 1)));
      assert.equal(column.isWhole, kept.size === column.length);
    }),
  );
});

test('a number of documents that are not all there is no number', () => {
  for (const aggregation of AGGREGATIONS) {
    const column = new ScoreColumn(3);
    assert.ok(Number.isNaN(aggregationOf(aggregation).value(column)));
    for (const index of [0, 2]) column.set(index, { kind: 'number', value: 1 });
    assert.ok(Number.isNaN(aggregationOf(aggregation).value(column)), aggregation);
  }
});

test('a document of several golds has no F1, and the value is kept', () => {
  const column = columnOf([{ kind: 'pair', gold: 1, prediction: 1 }, { kind: 'pair', gold: [0, 1], prediction: 1 }]);
  assert.ok(Number.isNaN(aggregationOf('f1').value(column)));
  assert.deepEqual(column.get(1), { kind: 'pair', gold: [0, 1], prediction: 1 });
  column.set(1, { kind: 'pair', gold: 0, prediction: 0 });
  assert.equal(aggregationOf('f1').value(column), 1);
});

test('a million documents of two metrics take less than 40 MB', () => {
  const n = 1_000_000;
  const before = process.memoryUsage().arrayBuffers;
  const columns = [new ScoreColumn(n), new ScoreColumn(n)];
  for (let index = n - 1; index >= 0; index--) {
    columns[0]?.set(index, { kind: 'number', value: index % 2 });
    columns[1]?.set(index, { kind: 'pair', gold: index % 2, prediction: 1 });
  }
  const taken = process.memoryUsage().arrayBuffers - before;
  assert.ok(taken < 40e6, `${taken} bytes`);
  assert.deepEqual(columns.map((column) => column.get(n - 1)), [{ kind: 'number', value: 1 }, { kind: 'pair', gold: 1, prediction: 1 }]);
});
