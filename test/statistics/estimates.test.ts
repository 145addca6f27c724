/** Whatever the values are: no crash, and an interval that is in order, holds its value, and is there only where it means something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AggregationName, MetricValue } from '../../src/metrics/metric';
import { comparePaired } from '../../src/statistics/comparison';
import { finalEstimate, harnessStderr, liveEstimate, type Estimate } from '../../src/statistics/method';

const AGGREGATIONS: readonly AggregationName[] = [
  'mean', 'median', 'nanmean', 'perplexity', 'weighted_perplexity', 'bits_per_byte', 'f1', 'matthews_corrcoef', 'brier_score',
];

const logLikelihood = fc.double({ min: -2000, max: 0, noNaN: true });
const weights = fc.integer({ min: 0, max: 3000 });
const wild: fc.Arbitrary<MetricValue> = fc.oneof(
  fc.double().map((value): MetricValue => ({ kind: 'number', value })),
  fc.record({ kind: fc.constant('pair' as const), gold: fc.integer({ min: -100, max: 3 }), prediction: fc.integer({ min: -1, max: 3 }) }),
  fc.record({ kind: fc.constant('weighted' as const), logLikelihood, weight: weights }),
  fc.record({ kind: fc.constant('probabilities' as const), gold: fc.integer({ min: -3, max: 3 }), probabilities: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }) }),
);

/** Values as a metric of this aggregation gives them. */
function usual(aggregation: AggregationName): fc.Arbitrary<MetricValue> {
  switch (aggregation) {
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return fc.record({ kind: fc.constant('weighted' as const), logLikelihood: fc.double({ min: -500, max: 0, noNaN: true }), weight: fc.integer({ min: 100, max: 3000 }) });
    case 'f1':
    case 'matthews_corrcoef':
      return fc.record({ kind: fc.constant('pair' as const), gold: fc.integer({ min: 0, max: 1 }), prediction: fc.integer({ min: 0, max: 1 }) });
    case 'brier_score':
      return fc.double({ min: 0, max: 1, noNaN: true }).chain((p) => fc.integer({ min: 0, max: 1 }).map((gold) => ({ kind: 'probabilities' as const, gold, probabilities: [p, 1 - p] })));
    case 'perplexity':
      return fc.double({ min: -50, max: 0, noNaN: true }).map((value) => ({ kind: 'number', value }));
    default:
      return fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })).map((value) => ({ kind: 'number', value }));
  }
}

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
        const final = finalEstimate(aggregation, values, confidence);
        // A BCa interval is made of replicates and may lie beside a value at the border of its range.
        sound(final, final.method !== 'bca');
        sound(liveEstimate(aggregation, values, 100, confidence), true);
        if (values.length === 1) assert.equal(final.interval, null);
      }),
      { numRuns: aggregation === 'f1' || aggregation === 'matthews_corrcoef' ? 8 : 100 },
    );
  });

  test(`${aggregation}: any values at all are survived`, () => {
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 12 }), (values) => {
        finalEstimate(aggregation, values, 0.95);
        liveEstimate(aggregation, values, values.length, 0.95);
        comparePaired(aggregation, values, values, 0.95);
        const stderr = harnessStderr('any', aggregation, values, 20);
        assert.ok(stderr === 'N/A' || Number.isFinite(stderr));
      }),
      { numRuns: 60 },
    );
  });
}

test('values that are all equal have an interval', () => {
  const ones = Array.from({ length: 20 }, (): MetricValue => ({ kind: 'number', value: 1 }));
  const { interval, method } = finalEstimate('mean', ones, 0.95);
  assert.equal(method, 'wilson');
  assert.ok(interval !== null && interval[0] > 0.8 && interval[0] < 0.9 && interval[1] === 1);
  const halves = ones.map((): MetricValue => ({ kind: 'number', value: 0.5 }));
  assert.deepEqual(finalEstimate('mean', halves, 0.95).interval, [0.5, 0.5]);
});

test('multiclass correlation has an interval whatever the number of documents', () => {
  const values = Array.from({ length: 300 }, (_, index): MetricValue => ({ kind: 'pair', gold: index % 3, prediction: (index * 7) % 5 === 0 ? 0 : index % 3 }));
  const { interval, method, value } = finalEstimate('matthews_corrcoef', values, 0.95);
  assert.equal(method, 'bca');
  assert.ok(interval !== null && interval[0] < value && value < interval[1]);
});
