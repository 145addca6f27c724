/** Documents' values a test can draw. */
import fc from 'fast-check';
import { bleuStatistics } from '../../src/metrics/bleu/statistics';
import { CHRF_WORDS_TEXT, chrfStatistics } from '../../src/metrics/chrf/statistics';
import type { MetricValue } from '../../src/metrics/score';
import { ScoreColumn } from '../../src/metrics/score-column';
import { terStatistics } from '../../src/metrics/ter/statistics';
import { harnessStderrSteps } from '../../src/metrics/aggregations/harness-stderr';
import { comparePairedSteps } from '../../src/metrics/aggregations/paired';
import { aggregationOf, type AggregationName, aggregations } from '../../src/metrics/aggregations/registry';
import { liveEstimate } from '../../src/metrics/aggregations/running-score';
import type { DocumentPairs, PairedComparison } from '../../src/statistics/comparison';
import type { Estimate } from '../../src/statistics/estimate';

/** Those that `recomputed` works out a second time; averages over labels, calibration and entities are held against their packages' values instead. */
export const AGGREGATIONS: readonly AggregationName[] = aggregations.map(({ name }) => name).filter((name) => !name.startsWith('f1_') && name !== 'expected_calibration_error' && name !== 'entity_f1');

/** Those over sums of counts. */
export type Counted = 'bleu' | 'chrf' | 'chrf++' | 'ter';

export function isCounted(name: AggregationName): name is Counted {
  return aggregationOf(name).takes.startsWith('counts');
}

/** The number over values. */
export function numberOf(name: AggregationName, values: readonly MetricValue[]): number {
  return aggregationOf(name).value(columnOf(values));
}

/** Of any kind, whatever the aggregation: what a hostile task file could bring about. */
export const wild: fc.Arbitrary<MetricValue> = fc.oneof(
  fc.double().map((value): MetricValue => ({ kind: 'number', value })),
  fc.record({ kind: fc.constant('pair' as const), gold: fc.oneof(fc.integer({ min: -100, max: 3 }), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 })), prediction: fc.integer({ min: -1, max: 3 }) }),
  fc.record({ kind: fc.constant('weighted' as const), logLikelihood: fc.double({ min: -2000, max: 0, noNaN: true }), weight: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({ kind: fc.constant('probabilities' as const), gold: fc.integer({ min: -3, max: 3 }), probabilities: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('counts' as const), counts: fc.array(fc.nat(9), { maxLength: 12 }) }),
);

const words = fc.array(fc.constantFrom('the', 'cat', 'sat', 'on', 'mat.', 'a'), { minLength: 1, maxLength: 9 }).map((drawn) => drawn.join(' '));
const COUNTED: Readonly<Record<Counted, (answer: string, target: string) => number[]>> = {
  bleu: (answer, target) => bleuStatistics(answer, [target]),
  chrf: (answer, target) => chrfStatistics(answer, [target]),
  'chrf++': (answer, target) => chrfStatistics(answer, [target], CHRF_WORDS_TEXT),
  ter: (answer, target) => terStatistics(answer, [target]),
};

/** As a metric of this aggregation gives them. */
export function usual(aggregation: AggregationName): fc.Arbitrary<MetricValue> {
  switch (aggregation) {
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return fc.record({ kind: fc.constant('weighted' as const), logLikelihood: fc.double({ min: -500, max: 0, noNaN: true }), weight: fc.integer({ min: 100, max: 3000 }) });
    case 'f1':
    case 'matthews_corrcoef':
      return fc.record({ kind: fc.constant('pair' as const), gold: fc.integer({ min: 0, max: 1 }), prediction: fc.integer({ min: 0, max: 1 }) });
    case 'brier_score':
      return fc.double({ min: 0, max: 1, noNaN: true }).chain((p) => fc.integer({ min: 0, max: 1 }).map((gold) => ({ kind: 'probabilities' as const, gold, probabilities: [p, 1 - p] })));
    case 'bleu':
    case 'chrf':
    case 'chrf++':
    case 'ter':
      return fc.tuple(words, words).map(([answer, target]) => ({ kind: 'counts', counts: COUNTED[aggregation](answer, target) }));
    case 'perplexity':
      return fc.double({ min: -50, max: 0, noNaN: true }).map((value) => ({ kind: 'number', value }));
    default:
      return fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })).map((value) => ({ kind: 'number', value }));
  }
}

/** Values of a whole set: as usual, all right or wrong, of several classes, nearly equal, with some that are no numbers, or of any kind. */
export function sets(aggregation: AggregationName, maxLength: number): fc.Arbitrary<MetricValue[]> {
  const options = { maxLength, size: 'max' as const };
  const rightOrWrong = fc.array(fc.constantFrom(0, 0, 1).map((value): MetricValue => ({ kind: 'number', value })), options);
  const classes = fc.array(fc.record({ kind: fc.constant('pair' as const), gold: fc.integer({ min: -2, max: 3 }), prediction: fc.integer({ min: 0, max: 3 }) }), options);
  const noNumbers = fc.array(fc.constantFrom(0, 0.25, NaN, -Infinity).map((value): MetricValue => ({ kind: 'number', value })), options);
  const nearly = fc.array(fc.integer({ min: 100, max: 300 }).map((weight): MetricValue => ({ kind: 'weighted', logLikelihood: -3.3 * weight, weight })), options);
  const weightless = fc.array(fc.integer({ min: 0, max: 2 }).map((weight): MetricValue => ({ kind: 'weighted', logLikelihood: -1 - weight, weight })), options);
  return fc.oneof(fc.array(usual(aggregation), options), rightOrWrong, classes, noNumbers, nearly, weightless, fc.array(wild, options));
}

/** A whole column, its documents in order. */
export function columnOf(values: readonly MetricValue[]): ScoreColumn {
  const column = new ScoreColumn(values.length);
  for (const [index, value] of values.entries()) column.set(index, value);
  return column;
}

/** Runs steps to their end. */
export function completed<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export function finalOf(aggregation: AggregationName, values: readonly MetricValue[], confidence: number): Estimate {
  return completed(aggregationOf(aggregation).final(columnOf(values), confidence));
}

export function liveOf(aggregation: AggregationName, values: readonly MetricValue[], total: number, confidence: number): Estimate {
  const running = aggregationOf(aggregation).running();
  for (const value of values) running.add(value);
  return liveEstimate(running, total, confidence);
}

export function harnessStderrOf(metric: string, aggregation: AggregationName, values: readonly MetricValue[], iterations: number): number | 'N/A' {
  return completed(harnessStderrSteps(metric, aggregationOf(aggregation), columnOf(values), iterations));
}

export function comparedOf(aggregation: AggregationName, baseline: ScoreColumn, other: ScoreColumn, pairs: DocumentPairs, confidence: number): PairedComparison | null {
  return completed(comparePairedSteps(aggregationOf(aggregation), baseline, other, pairs, confidence));
}
