/** Whatever the values are: no crash, and an interval that is in order, holds its value, and is there only where it means something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MetricValue } from '../../src/metrics/score';
import type { Estimate } from '../../src/statistics/estimate';
import { AGGREGATIONS, columnOf, comparedOf, finalOf, harnessStderrOf, isCounted, liveOf, usual, wild } from './values';

function sound({ value, interval, method }: Estimate, holdsValue: boolean): void {
  assert.equal(interval === null, method === null);
  if (interval === null) return;
  const [low, high] = interval;
  assert.ok(low <= high, `${low} > ${high}`);
  const slack = 1e-9 * Math.max(1, Math.abs(value));
  if (holdsValue) assert.ok(low - slack <= value && value <= high + slack, `${value} is not in ${low}, ${high}`);
}

for (const aggregation of AGGREGATIONS) {
  test(`${aggregation}: intervals hold their value`, () => {
    fc.assert(
      fc.property(fc.array(usual(aggregation), { minLength: 1, maxLength: 40 }), fc.constantFrom(0.8, 0.95, 0.99), (values, confidence) => {
        const final = finalOf(aggregation, values, confidence);
        // A BCa interval is made of replicates and may lie beside a value at the border of its range.
        sound(final, final.method !== 'bca');
        sound(liveOf(aggregation, values, 100, confidence), true);
        if (values.length === 1) assert.equal(final.interval, null);
      }),
      { numRuns: aggregation === 'f1' || aggregation === 'matthews_corrcoef' || isCounted(aggregation) ? 8 : 100 },
    );
  });

  test(`${aggregation}: any values at all are survived`, () => {
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 12 }), (values) => {
        finalOf(aggregation, values, 0.95);
        liveOf(aggregation, values, values.length, 0.95);
        comparedOf(aggregation, columnOf(values), columnOf(values), { baseline: Uint32Array.from(values.keys()), other: Uint32Array.from(values.keys()) }, 0.95);
        const stderr = harnessStderrOf('any', aggregation, values, 20);
        assert.ok(stderr === 'N/A' || Number.isFinite(stderr));
      }),
      { numRuns: 60 },
    );
  });
}

test('values that are all equal have an interval', () => {
  const ones = Array.from({ length: 20 }, (): MetricValue => ({ kind: 'number', value: 1 }));
  const { interval, method } = finalOf('mean', ones, 0.95);
  assert.equal(method, 'wilson');
  assert.ok(interval !== null && interval[0] > 0.8 && interval[0] < 0.9 && interval[1] === 1);
  const halves = ones.map((): MetricValue => ({ kind: 'number', value: 0.5 }));
  assert.deepEqual(finalOf('mean', halves, 0.95).interval, [0.5, 0.5]);
});

test('multiclass correlation has an interval whatever the number of documents', () => {
  const values = Array.from({ length: 300 }, (_, index): MetricValue => ({ kind: 'pair', gold: index % 3, prediction: (index * 7) % 5 === 0 ? 0 : index % 3 }));
  const { interval, method, value } = finalOf('matthews_corrcoef', values, 0.95);
  assert.equal(method, 'bca');
  assert.ok(interval !== null && interval[0] < value && value < interval[1]);
});

for (const [what, aggregation, pair] of [
  ['F1 without a true positive', 'f1', (index: number) => [index % 2, index % 3 === 0 ? 1 : 0]],
  ['correlation with a single prediction', 'matthews_corrcoef', (index: number) => [index % 2, 1]],
] as const) {
  test(`${what} has no interval: 0 is where the formula ends, not what was measured`, () => {
    for (const n of [20, 150, 400]) {
      const values = Array.from({ length: n }, (_, index): MetricValue => {
        const [gold = 0, prediction = 0] = pair(index);
        return { kind: 'pair', gold, prediction: aggregation === 'f1' && gold === 1 ? 0 : prediction };
      });
      const none = { value: 0, stderr: null, interval: null, method: null, approximate: false };
      assert.deepEqual(finalOf(aggregation, values, 0.95), none);
      assert.deepEqual(liveOf(aggregation, values, 1000, 0.95), none);
    }
  });
}
