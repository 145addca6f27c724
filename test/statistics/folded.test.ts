/** Folded numbers are those that all values at once would give, by the plain formulas of `recomputed`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { harnessStderrSteps } from '../../src/metrics/aggregations/harness-stderr';
import { aggregationOf, type AggregationName } from '../../src/metrics/aggregations/registry';
import { liveEstimate } from '../../src/metrics/aggregations/running-score';
import type { MetricValue } from '../../src/metrics/score';
import { ScoreColumn } from '../../src/metrics/score-column';
import type { Estimate } from '../../src/statistics/estimate';
import * as recomputed from './recomputed';
import { AGGREGATIONS, comparedOf, completed, isCounted, liveOf, sets, usual } from './values';

const isCorpus = (aggregation: AggregationName): boolean => aggregation === 'f1' || aggregation === 'matthews_corrcoef';
/** Where F1 or correlation are 0 for want of a hit or of a second class, the plain formulas say an interval of no width. */
const saysTooMuch = (aggregation: AggregationName, values: readonly MetricValue[], { value }: Estimate): boolean =>
  isCorpus(aggregation) && value === 0 && recomputed.isZeroByConvention(aggregation, values);
/** Sorting what is no number gives no number worth agreeing on. */
const hasNoMedian = (aggregation: AggregationName, values: readonly MetricValue[]): boolean =>
  aggregation === 'median' && values.some((value) => value.kind === 'number' && Number.isNaN(value.value));

function alike(got: Estimate, want: Estimate): void {
  assert.equal(got.method, want.method);
  assert.equal(got.approximate, want.approximate);
  close(got.value, want.value);
  close(got.stderr, want.stderr);
  assert.equal(got.interval === null, want.interval === null);
  got.interval?.forEach((end, index) => close(end, want.interval?.[index]));
}

function close(got: number | null, want: number | null | undefined): void {
  if (typeof got === 'number' && typeof want === 'number' && Number.isFinite(got)) assert.ok(Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${got}, expected ${want}`);
  else assert.equal(got, want);
}

/** An order that is not the documents'. */
function shuffled(length: number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  return order.sort((a, b) => ((a * 7919) % 104_729) - ((b * 7919) % 104_729));
}

function inAnyOrder(values: readonly MetricValue[]): ScoreColumn {
  const column = new ScoreColumn(values.length);
  for (const index of shuffled(values.length)) column.set(index, values[index] as MetricValue);
  return column;
}

for (const aggregation of AGGREGATIONS) {
  describe(aggregation, () => {
    test('live: the running number is the recomputed one after every document', () => {
      fc.assert(
        fc.property(sets(aggregation, 150), fc.constantFrom(0.8, 0.95), (values, confidence) => {
          const running = aggregationOf(aggregation).running();
          const every = Math.max(1, Math.floor(values.length / 12));
          for (const [index, value] of values.entries()) {
            const before = values.slice(0, index);
            if (index % every === 0 && !hasNoMedian(aggregation, values.slice(0, index + 1)) && !saysTooMuch(aggregation, before, liveEstimate(running, 400, confidence))) {
              const want = recomputed.liveEstimate(aggregation, before, 400, confidence);
              alike(liveEstimate(running, 400, confidence), want);
              const partial = recomputed.aggregationOf(aggregation).aggregate([...before, value]);
              alike(liveEstimate(running, 400, confidence, value), { ...want, value: partial });
            }
            running.add(value);
          }
          assert.equal(running.n, values.length);
        }),
        { numRuns: 120 },
      );
    });

    test('final: equal to the last bit, whatever the order documents came in', () => {
      fc.assert(
        fc.property(sets(aggregation, 60), (values) => {
          const column = inAnyOrder(values);
          assert.equal(aggregationOf(aggregation).value(column), recomputed.aggregationOf(aggregation).aggregate(values));
          const got = completed(aggregationOf(aggregation).final(column, 0.95));
          if (!saysTooMuch(aggregation, values, got)) assert.deepEqual(got, recomputed.finalEstimate(aggregation, values, 0.95));
          assert.equal(completed(harnessStderrSteps('a metric', aggregationOf(aggregation), column, 20)), recomputed.harnessStderr('a metric', aggregation, values, 20));
        }),
        { numRuns: isCorpus(aggregation) ? 20 : isCounted(aggregation) ? 6 : 150 },
      );
    });

    test('comparisons: equal to the last bit, and of the pairs alone', () => {
      fc.assert(
        fc.property(sets(aggregation, 40), sets(aggregation, 40), (first, second) => {
          const n = Math.min(first.length, second.length);
          const want = recomputed.comparePaired(aggregation, first.slice(0, n), second.slice(0, n), 0.95);
          const all = Uint32Array.from({ length: n }, (_, index) => index);
          assert.deepEqual(comparedOf(aggregation, inAnyOrder(first), inAnyOrder(second), { baseline: all, other: all }, 0.95), want);
          // The other has its documents the other way round, and one in front that the baseline does not know.
          const turned = inAnyOrder([...second, ...second.slice(0, 1)].reverse());
          const back = all.map((index) => turned.length - 1 - index);
          if (second.length > 0) assert.deepEqual(comparedOf(aggregation, inAnyOrder(first), turned, { baseline: all, other: back }, 0.95), want);
        }),
        { numRuns: isCounted(aggregation) ? 6 : 100 },
      );
    });
  });
}

test('many documents: live numbers stay those of the plain formulas', () => {
  const n = 20_000;
  const of: Partial<Record<AggregationName, (index: number) => MetricValue>> = {
    mean: (i) => ({ kind: 'number', value: 1e6 + Math.sin(i) }),
    perplexity: (i) => ({ kind: 'number', value: -30 + Math.sin(i * i) }),
    weighted_perplexity: (i) => ({ kind: 'weighted', logLikelihood: -(100 + (i % 900)) * (2.5 + 1e-4 * Math.sin(i)), weight: 100 + (i % 900) }),
    bits_per_byte: (i) => ({ kind: 'weighted', logLikelihood: i === 0 ? -1e6 : -(100 + (i % 900)) * (2.5 + 0.1 * Math.sin(i)), weight: 100 + (i % 900) }),
    median: (i) => ({ kind: 'number', value: Math.sin(i) }),
    matthews_corrcoef: (i) => ({ kind: 'pair', gold: i % 5, prediction: (i * i) % 7 === 0 ? i % 3 : i % 5 }),
  };
  for (const [name, value] of Object.entries(of)) {
    const aggregation = name as AggregationName;
    const values = Array.from({ length: n }, (_, index) => value(index));
    const running = aggregationOf(aggregation).running();
    for (const item of values) running.add(item);
    const [got, want] = [liveEstimate(running, 50_000, 0.95), recomputed.liveEstimate(aggregation, values, 50_000, 0.95)];
    alike(got, want);
    if (got.stderr !== null && want.stderr !== null) assert.ok(Math.abs(got.stderr / want.stderr - 1) < 1e-9, `${name}: ${got.stderr}, expected ${want.stderr}`);
  }
});

test('BLEU and its kin: the live standard error is near that of the jackknife', () => {
  for (const aggregation of AGGREGATIONS.filter(isCounted)) {
    const values = fc.sample(usual(aggregation), { numRuns: 400, seed: 7 });
    const { stderr, interval } = liveOf(aggregation, values, 400, 0.95);
    const jackknifed = recomputed.jackknifedStderr(aggregation, values);
    assert.ok(interval !== null && stderr !== null && Math.abs(stderr / jackknifed - 1) < 0.05, `${aggregation}: ${stderr}, expected about ${jackknifed}`);
  }
});
