/**
 * Every number from all values at once, by the plainest formulas: what folded numbers are held against.
 * Nothing here is fast, and nothing here is part of the product.
 */
import type { Interval } from '../../src/protocol/events';
import { PyRandom } from '../../src/python/random';
import { bleu } from '../../src/metrics/bleu/score';
import { chrf } from '../../src/metrics/chrf/score';
import type { AggregationName } from '../../src/metrics/aggregations/registry';
import type { MetricValue } from '../../src/metrics/score';
import { ter } from '../../src/metrics/ter/statistics';
import { betaMixture, betaMixtureKappa, rho2Optimal, tMixture } from '../../src/statistics/anytime';
import { bcaInterval } from '../../src/statistics/bootstrap';
import type { PairedComparison } from '../../src/statistics/comparison';
import { f1Delta, mccDelta } from '../../src/statistics/corpus';
import { mcnemarExact } from '../../src/statistics/mcnemar';
import { meanT } from '../../src/statistics/mean';
import type { Estimate } from '../../src/statistics/estimate';
import { pairedT } from '../../src/statistics/paired';
import { wilson } from '../../src/statistics/proportion';
import { perplexityDifference, ratioEstimate } from '../../src/statistics/ratio';
import { zCritical } from '../../src/statistics/special';
import { tango } from '../../src/statistics/tango';

type Statistic = (indices: Uint32Array) => number;
type Aggregation = { readonly name: AggregationName; readonly aggregate: (values: readonly MetricValue[]) => number; readonly stderr: 'sample' | 'bootstrap' | 'none' };

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** NaN of nothing. */
function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Divisor n − 1; exactly 0 where all are equal, NaN for fewer than two. */
function sampleDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return NaN;
  let total = 0;
  let equal = true;
  for (let i = 0; i < n; i++) {
    total += values[i] ?? NaN;
    equal &&= values[i] === values[0];
  }
  if (equal) return 0;
  const average = total / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] ?? NaN) - average) ** 2;
  return Math.sqrt(squares / (n - 1));
}

/** s/√n */
function standardError(values: readonly number[]): number {
  return sampleDeviation(values) / Math.sqrt(values.length);
}

/** null where a value is not a plain number. */
function numbersOf(values: readonly MetricValue[]): number[] | null {
  const numbers: number[] = [];
  for (const value of values) {
    if (value.kind !== 'number') return null;
    numbers.push(value.value);
  }
  return numbers;
}

type Weighted = { readonly logLikelihoods: readonly number[]; readonly weights: readonly number[] };

/** null where a value has no weight. */
function weightedOf(values: readonly MetricValue[]): Weighted | null {
  const logLikelihoods: number[] = [];
  const weights: number[] = [];
  for (const value of values) {
    if (value.kind !== 'weighted') return null;
    logLikelihoods.push(value.logLikelihood);
    weights.push(value.weight);
  }
  return { logLikelihoods, weights };
}

/** Squared distance of the probabilities from the gold's one-hot vector; a negative gold counts from the end. NaN where it is none of them. */
function squaredError(value: MetricValue): number {
  if (value.kind !== 'probabilities' || typeof value.gold !== 'number') return NaN;
  const { probabilities } = value;
  const gold = value.gold < 0 ? value.gold + probabilities.length : value.gold;
  if (probabilities[gold] === undefined) return NaN;
  return probabilities.reduce((sum, p, index) => sum + (p - (index === gold ? 1 : 0)) ** 2, 0);
}

/** The upper of the middle two where their number is even. */
function upperMedian(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function nanMean(numbers: readonly number[]): number {
  return mean(numbers.filter((number) => !Number.isNaN(number)));
}

function ofNumbers(formula: (numbers: readonly number[]) => number): Aggregation['aggregate'] {
  return (values) => {
    const numbers = numbersOf(values);
    return numbers === null ? NaN : formula(numbers);
  };
}

/** Log-likelihood per unit of weight. */
function rate(values: readonly MetricValue[]): number {
  const weighted = weightedOf(values);
  return weighted === null ? NaN : sum(weighted.logLikelihoods) / sum(weighted.weights);
}

function brier(values: readonly MetricValue[]): number {
  const sizes = new Set(values.map((value) => (value.kind === 'probabilities' ? value.probabilities.length : NaN)));
  return sizes.size > 1 ? NaN : mean(values.map(squaredError));
}

function f1(values: readonly MetricValue[]): number {
  const pairs = labelled(values);
  const counts = pairs === null ? null : binaryCounts(pairs);
  return counts === null || values.length === 0 ? NaN : f1OfCounts(counts);
}

function matthews(values: readonly MetricValue[]): number {
  const pairs = labelled(values);
  return pairs === null || values.length === 0 ? NaN : mccOfConfusion(confusion(pairs));
}

/** Counts added up, document after document. */
function ofCounts(name: AggregationName, width: number, score: (sums: readonly number[]) => number): Aggregation {
  return {
    name,
    aggregate: (values) => {
      const rows = values.map((value) => (value.kind === 'counts' && value.counts.length === width ? value.counts : null));
      if (rows.length === 0 || rows.includes(null)) return NaN;
      return score(Array.from({ length: width }, (_, place) => sum(rows.map((row) => row?.[place] ?? NaN))));
    },
    stderr: 'bootstrap',
  };
}

/** The delta method over all values: one document's deviation, the gradient from differences over one standard error to both sides, at most half the sum. */
function countedDeviation(aggregation: AggregationName, values: readonly MetricValue[]): number {
  const rows = values.map((value) => (value.kind === 'counts' ? [...value.counts] : []));
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  const sums = Array.from({ length: width }, (_, place) => sum(rows.map((row) => row[place] ?? NaN)));
  const covariance = (i: number, j: number): number =>
    sum(rows.map((row) => ((row[i] ?? NaN) - (sums[i] ?? NaN) / n) * ((row[j] ?? NaN) - (sums[j] ?? NaN) / n))) / (n - 1);
  const scoreOf = (counts: readonly number[]): number => aggregationOf(aggregation).aggregate([{ kind: 'counts', counts }]);
  const gradient = sums.map((total, place) => {
    const step = Math.min(Math.sqrt(covariance(place, place) * n), total / 2);
    if (step === 0) return 0;
    return ((scoreOf(sums.with(place, total + step)) - scoreOf(sums.with(place, total - step))) / (2 * step)) * n;
  });
  return Math.sqrt(Math.max(0, sum(gradient.flatMap((a, i) => gradient.map((b, j) => a * b * covariance(i, j))))));
}

export function jackknifedStderr(aggregation: AggregationName, values: readonly MetricValue[]): number {
  const statistic = countedStatistic(aggregation, values);
  return statistic === null ? NaN : jackknifeStderr(jackknife(values.length, statistic));
}

const COUNTED: readonly AggregationName[] = ['bleu', 'chrf', 'chrf++', 'ter'];

/** A score of counts over the documents at `indices`; null where there is no score. */
function countedStatistic(aggregation: AggregationName, values: readonly MetricValue[]): Statistic | null {
  const { aggregate } = aggregationOf(aggregation);
  if (values.some((value) => Number.isNaN(aggregate([value])))) return null;
  return (indices) => aggregate(Array.from(indices, (index) => values[index] as MetricValue));
}

function countedEstimate(aggregation: AggregationName, value: number, values: readonly MetricValue[], confidence: number): Estimate {
  const statistic = countedStatistic(aggregation, values);
  if (statistic === null || (value === 0 && aggregation !== 'ter')) return { value, stderr: null, interval: null, method: null, approximate: false };
  const without = jackknife(values.length, statistic);
  const interval = bcaInterval(replicatesOf(values.length, statistic, BCA_RESAMPLES), value, without, confidence);
  return { value, stderr: jackknifeStderr(without), interval, method: 'bca', approximate: true };
}

function jackknifeStderr(without: readonly number[]): number {
  const n = without.length;
  if (without.every((one) => one === without[0])) return 0;
  const centre = mean(without);
  return Math.sqrt(((n - 1) / n) * sum(without.map((one) => (one - centre) ** 2)));
}

/** Documents drawn for both alike; answers exchanged for the p-value, all ways up to twelve documents. */
function compareCounts(aggregation: AggregationName, baseline: readonly MetricValue[], other: readonly MetricValue[], confidence: number): PairedComparison | null {
  const { aggregate } = aggregationOf(aggregation);
  const n = baseline.length;
  const of = (first: readonly MetricValue[], second: readonly MetricValue[]): number => aggregate(second) - aggregate(first);
  const observed = of(baseline, other);
  if (Number.isNaN(observed)) return null;
  if (n === 1) return { difference: observed, stderr: null, interval: null, p_value: null, n };
  const at = (values: readonly MetricValue[], indices: Uint32Array): MetricValue[] => Array.from(indices, (index) => values[index] as MetricValue);
  const statistic: Statistic = (indices) => of(at(baseline, indices), at(other, indices));
  const without = jackknife(n, statistic);
  const interval = bcaInterval(replicatesOf(n, statistic, BCA_RESAMPLES), observed, without, confidence);
  const isExtreme = (takes: (document: number) => boolean): boolean => {
    const drawn = baseline.map((_, document) => takes(document));
    const pick = (kept: readonly MetricValue[], taken: readonly MetricValue[]): MetricValue[] => drawn.map((takes, index) => (takes ? taken : kept)[index] as MetricValue);
    return Math.abs(of(pick(baseline, other), pick(other, baseline))) >= Math.abs(observed) * (1 - 1e-9);
  };
  let extreme = 0;
  if (n <= 12) {
    for (let mask = 0; mask < 2 ** n; mask++) if (isExtreme((document) => (mask & (1 << document)) !== 0)) extreme++;
    return { difference: observed, stderr: jackknifeStderr(without), interval, p_value: extreme / 2 ** n, n };
  }
  const random = new PyRandom(0);
  for (let i = 0; i < BCA_RESAMPLES; i++) {
    let bits = 0;
    if (isExtreme((document) => {
      if (document % 32 === 0) bits = random.next32();
      return (bits & (1 << document % 32)) !== 0;
    })) extreme++;
  }
  return { difference: observed, stderr: jackknifeStderr(without), interval, p_value: (extreme + 1) / (BCA_RESAMPLES + 1), n };
}

/** Those of labels are held against scikit-learn's values (test/metrics/label-values). */
const AGGREGATIONS: Readonly<Partial<Record<AggregationName, Aggregation>>> = {
  mean: { name: 'mean', aggregate: ofNumbers(mean), stderr: 'sample' },
  median: { name: 'median', aggregate: ofNumbers(upperMedian), stderr: 'bootstrap' },
  nanmean: { name: 'nanmean', aggregate: ofNumbers(nanMean), stderr: 'bootstrap' },
  perplexity: { name: 'perplexity', aggregate: ofNumbers((numbers) => Math.exp(-mean(numbers))), stderr: 'bootstrap' },
  weighted_perplexity: { name: 'weighted_perplexity', aggregate: (values) => Math.exp(-rate(values)), stderr: 'none' },
  bits_per_byte: { name: 'bits_per_byte', aggregate: (values) => -rate(values) / Math.LN2, stderr: 'none' },
  f1: { name: 'f1', aggregate: f1, stderr: 'bootstrap' },
  matthews_corrcoef: { name: 'matthews_corrcoef', aggregate: matthews, stderr: 'bootstrap' },
  brier_score: { name: 'brier_score', aggregate: brier, stderr: 'none' },
  bleu: ofCounts('bleu', 10, (sums) => bleu(sums).score),
  chrf: ofCounts('chrf', 18, chrf),
  'chrf++': ofCounts('chrf++', 24, chrf),
  ter: ofCounts('ter', 2, ter),
};

export function aggregationOf(name: AggregationName): Aggregation {
  const aggregation = AGGREGATIONS[name];
  if (aggregation === undefined) throw new RangeError(`${name} is not recomputed here`);
  return aggregation;
}

/** One gold and one prediction a document. */
type Labelled = { readonly golds: readonly number[]; readonly predictions: readonly number[] };

/** null where a value is no pair, or has several golds: these formulas know one. */
function labelled(values: readonly MetricValue[]): Labelled | null {
  const golds: number[] = [];
  const predictions: number[] = [];
  for (const value of values) {
    if (value.kind !== 'pair' || typeof value.gold !== 'number') return null;
    golds.push(value.gold);
    predictions.push(value.prediction);
  }
  return { golds, predictions };
}

/** Counts of documents by (gold, prediction). */
type BinaryCounts = { readonly tp: number; readonly fp: number; readonly fn: number; readonly tn: number };

/** null where another label than 0 and 1 occurs, which scikit-learn's binary average refuses. */
function binaryCounts({ golds, predictions }: Labelled): BinaryCounts | null {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (const [index, gold] of golds.entries()) {
    const prediction = predictions[index];
    if ((gold !== 0 && gold !== 1) || (prediction !== 0 && prediction !== 1)) return null;
    if (gold === prediction) {
      if (gold === 1) tp++;
      else tn++;
    } else if (gold === 1) fn++;
    else fp++;
  }
  return { tp, fp, fn, tn };
}

/** 2tp / (2tp + fp + fn); 0 where that is 0/0. */
function f1OfCounts({ tp, fp, fn }: BinaryCounts): number {
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

/** Square table of counts by gold (row) and prediction (column), over the labels that occur. */
function confusion({ golds, predictions }: Labelled): number[][] {
  const labels = [...new Set([...golds, ...predictions])].sort((a, b) => a - b);
  const place = new Map(labels.map((label, index) => [label, index]));
  const table = labels.map(() => labels.map(() => 0));
  for (const [index, gold] of golds.entries()) {
    const row = table[place.get(gold) ?? 0];
    const column = place.get(predictions[index] ?? NaN) ?? 0;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}

/** Multiclass Matthews correlation; 0 where one side has a single class. */
function mccOfConfusion(table: readonly (readonly number[])[]): number {
  let [total, trace, cross, goldSquares, predictedSquares] = [0, 0, 0, 0, 0];
  for (const [label, row] of table.entries()) {
    const gold = row.reduce((sum, count) => sum + count, 0);
    const predicted = table.reduce((sum, other) => sum + (other[label] ?? 0), 0);
    total += gold;
    trace += row[label] ?? 0;
    cross += gold * predicted;
    goldSquares += gold * gold;
    predictedSquares += predicted * predicted;
  }
  const predictedSpread = total * total - predictedSquares;
  const goldSpread = total * total - goldSquares;
  if (predictedSpread * goldSpread === 0) return 0;
  return (total * trace - cross) / Math.sqrt(predictedSpread * goldSpread);
}

/** null where the values are not what the aggregation takes, or it is no formula over documents that can be resampled. */
function statisticOf(aggregation: AggregationName, values: readonly MetricValue[]): Statistic | null {
  if (COUNTED.includes(aggregation)) return countedStatistic(aggregation, values);
  switch (aggregation) {
    case 'f1':
    case 'matthews_corrcoef':
      return corpusStatistic(aggregation, values);
    case 'perplexity':
    case 'mean':
    case 'median':
    case 'nanmean': {
      const numbers = numbersOf(values);
      return numbers === null ? null : numberStatistic(aggregation, numbers);
    }
    default:
      return null;
  }
}

function numberStatistic(aggregation: 'perplexity' | 'mean' | 'median' | 'nanmean', numbers: readonly number[]): Statistic {
  const table = Float64Array.from(numbers);
  const mean = (indices: Uint32Array): number => {
    let total = 0;
    for (let i = 0; i < indices.length; i++) total += table[indices[i] ?? 0] ?? NaN;
    return total / indices.length;
  };
  if (aggregation === 'mean') return mean;
  if (aggregation === 'perplexity') return (indices) => Math.exp(-mean(indices));
  const of = aggregation === 'median' ? upperMedian : nanMean;
  return (indices) => of(Array.from(indices, (index) => table[index] ?? NaN));
}

function corpusStatistic(aggregation: 'f1' | 'matthews_corrcoef', values: readonly MetricValue[]): Statistic | null {
  const pairs = labelled(values);
  if (pairs === null) return null;
  const labels = [...new Set([...pairs.golds, ...pairs.predictions])].sort((a, b) => a - b);
  const size = labels.length;
  const cells = Uint32Array.from(pairs.golds, (gold, index) => labels.indexOf(gold) * size + labels.indexOf(pairs.predictions[index] ?? NaN));
  const counts = new Uint32Array(size * size);
  const positive = labels.indexOf(1);
  const negative = labels.indexOf(0);
  if (aggregation === 'f1' && labels.some((label) => label !== 0 && label !== 1)) return null;
  const count = (gold: number, prediction: number): number => (gold < 0 || prediction < 0 ? 0 : (counts[gold * size + prediction] ?? 0));
  return (indices) => {
    counts.fill(0);
    for (let i = 0; i < indices.length; i++) {
      const cell = cells[indices[i] ?? 0] ?? 0;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    if (aggregation === 'f1') {
      return f1OfCounts({ tp: count(positive, positive), fp: count(negative, positive), fn: count(positive, negative), tn: count(negative, negative) });
    }
    return mccOfConfusion(labels.map((_, row) => Array.from(counts.subarray(row * size, (row + 1) * size))));
  };
}

/** Leave-one-out values of a corpus statistic. */
function jackknife(documents: number, statistic: Statistic): number[] {
  const indices = new Uint32Array(documents - 1);
  return Array.from({ length: documents }, (_, left) => {
    for (let i = 0; i < indices.length; i++) indices[i] = i < left ? i : i + 1;
    return statistic(indices);
  });
}

/** Replicates of a statistic, drawn with Random(0): the same every time. */
function replicatesOf(documents: number, statistic: Statistic, resamples: number): number[] {
  const random = new PyRandom(0);
  const indices = new Uint32Array(documents);
  return Array.from({ length: resamples }, () => {
    for (let j = 0; j < documents; j++) indices[j] = Math.floor(random.random() * documents);
    return statistic(indices);
  });
}

function harnessBootstrapStderr(documents: number, statistic: Statistic, iterations: number): number {
  const size = Math.min(1000, iterations);
  const chunks = Math.floor(iterations / size);
  const replicates: number[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const random = new PyRandom(chunk);
    for (let i = 0; i < size; i++) {
      const indices = new Uint32Array(documents);
      for (let j = 0; j < documents; j++) indices[j] = Math.floor(random.random() * documents);
      replicates.push(statistic(indices));
    }
  }
  return sampleDeviation(replicates);
}

/** Fewest documents for a live interval of log-likelihoods, and of corpus scores: before that it is too narrow too often. */
const LIVE_SCORES_FROM = 30;
const LIVE_CORPUS_FROM = 100;
/** Below this many documents a corpus score's delta method covers too little. */
const BCA_BELOW = 200;
/** More than two classes have no delta formula here; beyond this many documents resampling them would take seconds. */
const BCA_AT_MOST = 5_000;
const BCA_RESAMPLES = 10_000;

/** Numbers that are averaged, or null. */
function averaged(aggregation: AggregationName, values: readonly MetricValue[]): number[] | null {
  if (aggregation === 'mean') return numbersOf(values);
  return aggregation === 'brier_score' ? values.map(squaredError) : null;
}

function isRightOrWrong(numbers: readonly number[]): boolean {
  return numbers.every((value) => value === 0 || value === 1);
}

/** The number over all documents of the set with its fixed-sample interval. */
export function finalEstimate(aggregation: AggregationName, values: readonly MetricValue[], confidence: number): Estimate {
  const value = aggregationOf(aggregation).aggregate(values);
  const none: Estimate = { value, stderr: null, interval: null, method: null, approximate: false };
  const n = values.length;
  if (n < 2 || Number.isNaN(value)) return none;
  if (COUNTED.includes(aggregation)) return countedEstimate(aggregation, value, values, confidence);
  const numbers = averaged(aggregation, values);
  if (numbers !== null) {
    if (aggregation === 'mean' && isRightOrWrong(numbers)) {
      return { ...none, stderr: standardError(numbers), interval: wilson(Math.round(value * n), n, confidence), method: 'wilson' };
    }
    const { stderr, interval } = meanT(numbers, confidence);
    return { ...none, stderr, interval, method: 't' };
  }
  switch (aggregation) {
    case 'perplexity': {
      const { stderr, interval } = meanT(numbersOf(values) ?? [], confidence);
      return onLogScale(value, stderr, interval, 't-log', false);
    }
    case 'weighted_perplexity':
    case 'bits_per_byte': {
      const weighted = weightedOf(values);
      if (weighted === null) return none;
      const { stderr, interval } = ratioEstimate(weighted.logLikelihoods, weighted.weights, confidence);
      return fromRate(aggregation, value, stderr, interval, 'ratio', false);
    }
    case 'f1':
    case 'matthews_corrcoef':
      return corpusEstimate(aggregation, value, values, confidence);
    default:
      return none;
  }
}

/**
 * The number over the finished prefix of the random order, with an interval that holds however often one looks.
 * `total`: documents of the whole set; it fixes where the interval is tightest.
 */
export function liveEstimate(aggregation: AggregationName, values: readonly MetricValue[], total: number, confidence: number): Estimate {
  const alpha = 1 - confidence;
  const value = aggregationOf(aggregation).aggregate(values);
  const none: Estimate = { value, stderr: null, interval: null, method: null, approximate: false };
  const n = values.length;
  if (n === 0 || Number.isNaN(value)) return none;
  const numbers = averaged(aggregation, values);
  if (numbers !== null && aggregation === 'mean' && isRightOrWrong(numbers)) {
    const successes = numbers.reduce((sum, score) => sum + score, 0);
    return { ...none, stderr: n < 2 ? null : standardError(numbers), interval: betaMixture(successes, n, betaMixtureKappa(total, alpha), alpha), method: 'beta-mixture' };
  }
  const rho2 = rho2Optimal(Math.max(1, total / 4), alpha);
  const around = (centre: number, deviation: number, from: number): { stderr: number; interval: Interval } | null => {
    const half = n < from ? Infinity : tMixture(deviation, n, rho2, alpha);
    return Number.isFinite(half) ? { stderr: deviation / Math.sqrt(n), interval: [centre - half, centre + half] } : null;
  };
  const mixture = { method: 't-mixture', approximate: true } as const;
  if (numbers !== null) return { ...none, ...withMethod(around(mean(numbers), sampleDeviation(numbers), LIVE_SCORES_FROM), mixture) };
  switch (aggregation) {
    case 'perplexity': {
      const logLikelihoods = numbersOf(values) ?? [];
      const live = around(mean(logLikelihoods), sampleDeviation(logLikelihoods), LIVE_SCORES_FROM);
      return live === null ? none : onLogScale(value, live.stderr, live.interval, mixture.method, true);
    }
    case 'weighted_perplexity':
    case 'bits_per_byte': {
      const weighted = weightedOf(values);
      if (weighted === null) return none;
      const { rate } = ratioEstimate(weighted.logLikelihoods, weighted.weights, confidence);
      const deviation = residualDeviation(weighted.logLikelihoods, weighted.weights, rate) / mean(weighted.weights);
      const live = around(rate, deviation, LIVE_SCORES_FROM);
      return live === null ? none : fromRate(aggregation, value, live.stderr, live.interval, mixture.method, true);
    }
    case 'f1':
    case 'matthews_corrcoef': {
      const stderr = deltaStderr(aggregation, values);
      return stderr === null ? none : { ...none, ...withMethod(around(value, stderr * Math.sqrt(n), LIVE_CORPUS_FROM), mixture) };
    }
    case 'bleu':
    case 'chrf':
    case 'chrf++':
    case 'ter':
      if (n < LIVE_CORPUS_FROM || (value === 0 && aggregation !== 'ter')) return none;
      return { ...none, ...withMethod(around(value, countedDeviation(aggregation, values), LIVE_CORPUS_FROM), mixture) };
    default:
      return none;
  }
}

function residualDeviation(values: readonly number[], weights: readonly number[], rate: number): number {
  const residuals = values.map((value, index) => value - rate * (weights[index] ?? NaN));
  const squares = sum(residuals.map((e) => e * e));
  return squares < sum(values.map((value) => value * value)) * 1e-28 ? 0 : Math.sqrt(squares / (values.length - 1));
}

function withMethod<L extends object, M extends object>(live: L | null, method: M): (L & M) | object {
  return live === null ? {} : { ...live, ...method };
}

/** From the mean log-likelihood to exp of its negative. */
function onLogScale(value: number, stderr: number | null, interval: Interval, method: string, approximate: boolean): Estimate {
  return {
    value,
    stderr: stderr === null ? null : value * stderr,
    interval: interval === null ? null : [Math.exp(-interval[1]), Math.exp(-interval[0])],
    method: interval === null ? null : method,
    approximate: interval !== null && approximate,
  };
}

function fromRate(
  aggregation: 'weighted_perplexity' | 'bits_per_byte',
  value: number,
  stderr: number | null,
  interval: Interval,
  method: string,
  approximate: boolean,
): Estimate {
  if (aggregation === 'weighted_perplexity') return onLogScale(value, stderr, interval, method, approximate);
  return {
    value,
    stderr: stderr === null ? null : stderr / Math.LN2,
    interval: interval === null ? null : [-interval[1] / Math.LN2, -interval[0] / Math.LN2],
    method: interval === null ? null : method,
    approximate: interval !== null && approximate,
  };
}

function deltaStderr(aggregation: 'f1' | 'matthews_corrcoef', values: readonly MetricValue[]): number | null {
  const pairs = labelled(values);
  const cells = pairs === null ? null : binaryCounts(pairs);
  if (cells === null) return null;
  return aggregation === 'f1' ? f1Delta(cells).stderr : mccDelta(cells).stderr;
}

function corpusEstimate(aggregation: 'f1' | 'matthews_corrcoef', value: number, values: readonly MetricValue[], confidence: number): Estimate {
  const stderr = deltaStderr(aggregation, values);
  const shared = { value, stderr, approximate: true };
  if (values.length < BCA_BELOW || (stderr === null && values.length <= BCA_AT_MOST)) {
    const statistic = statisticOf(aggregation, values);
    if (statistic === null) return { ...shared, interval: null, method: null, approximate: false };
    const replicates = replicatesOf(values.length, statistic, BCA_RESAMPLES);
    return { ...shared, interval: bcaInterval(replicates, value, jackknife(values.length, statistic), confidence), method: 'bca' };
  }
  if (stderr === null) return { ...shared, interval: null, method: null, approximate: false };
  const half = zCritical(confidence) * stderr;
  const lowest = aggregation === 'f1' ? 0 : -1;
  return { ...shared, interval: [Math.max(lowest, value - half), Math.min(1, value + half)], method: 'delta' };
}

/** BLEU and its kin are capped by the harness at this many resamples, by the metric's name. */
const CAPPED: ReadonlySet<string> = new Set(['bleu', 'chrf', 'chrf++', 'ter']);
const CAPPED_ITERATIONS = 100;

export function harnessStderr(metric: string, aggregation: AggregationName, values: readonly MetricValue[], bootstrapIters: number): number | 'N/A' {
  const { stderr } = aggregationOf(aggregation);
  if (stderr === 'none' || values.length < 2 || bootstrapIters <= 0) return 'N/A';
  if (stderr === 'sample') {
    const numbers = numbersOf(values);
    return numbers === null ? 'N/A' : finite(standardError(numbers));
  }
  const statistic = statisticOf(aggregation, values);
  if (statistic === null) return 'N/A';
  return finite(harnessBootstrapStderr(values.length, statistic, CAPPED.has(metric) ? Math.min(bootstrapIters, CAPPED_ITERATIONS) : bootstrapIters));
}

function finite(stderr: number): number | 'N/A' {
  return Number.isFinite(stderr) ? stderr : 'N/A';
}

/**
 * For right/wrong: McNemar's exact p, Tango's interval and the four counts. For other means: Student's paired t.
 * For perplexities the documents' log-likelihoods are compared: `difference` is log-likelihood per word, byte or token
 * (per document for `perplexity`), so above 0 the other predicts better and exp(−difference) is the ratio of the perplexities;
 * for bits per byte it is in bits, below 0 is better. null where documents cannot be compared one by one (F1, MCC, other weights).
 */
export function comparePaired(
  aggregation: AggregationName,
  baseline: readonly MetricValue[],
  other: readonly MetricValue[],
  confidence: number,
): PairedComparison | null {
  const n = baseline.length;
  if (n === 0 || other.length !== n) return null;
  if (COUNTED.includes(aggregation)) return compareCounts(aggregation, baseline, other, confidence);
  switch (aggregation) {
    case 'mean':
    case 'perplexity': {
      const [a, b] = [numbersOf(baseline), numbersOf(other)];
      return a === null || b === null ? null : compareNumbers(a, b, aggregation === 'mean', confidence);
    }
    case 'brier_score':
      return compareNumbers(baseline.map(squaredError), other.map(squaredError), false, confidence);
    case 'weighted_perplexity':
    case 'bits_per_byte':
      return compareWeighted(aggregation, baseline, other, confidence);
    default:
      return null;
  }
}

function compareNumbers(baseline: readonly number[], other: readonly number[], mayBeRightOrWrong: boolean, confidence: number): PairedComparison | null {
  const n = baseline.length;
  const { difference, stderr, interval, p } = pairedT(baseline, other, confidence);
  if (difference === null || Number.isNaN(difference)) return null;
  const binary = mayBeRightOrWrong && [...baseline, ...other].every((value) => value === 0 || value === 1);
  if (!binary) return { difference, stderr, interval, p_value: p, n };
  const count = (first: number, second: number): number => baseline.reduce((total, value, index) => total + (value === first && other[index] === second ? 1 : 0), 0);
  const [onlyBaseline, onlyOther] = [count(1, 0), count(0, 1)];
  return {
    difference: (onlyOther - onlyBaseline) / n,
    stderr,
    interval: tango(onlyBaseline, onlyOther, n, confidence),
    p_value: mcnemarExact(onlyBaseline, onlyOther),
    n,
    both_right: count(1, 1),
    only_baseline: onlyBaseline,
    only_other: onlyOther,
    both_wrong: count(0, 0),
  };
}

function compareWeighted(
  aggregation: 'weighted_perplexity' | 'bits_per_byte',
  baseline: readonly MetricValue[],
  other: readonly MetricValue[],
  confidence: number,
): PairedComparison | null {
  const [a, b] = [weightedOf(baseline), weightedOf(other)];
  // Tokens of different tokenizers are different units.
  if (a === null || b === null || a.weights.some((weight, index) => weight !== b.weights[index])) return null;
  const compared = perplexityDifference(a.logLikelihoods, b.logLikelihoods, a.weights, confidence);
  if (Number.isNaN(compared.difference)) return null;
  const unit = aggregation === 'bits_per_byte' ? -1 / Math.LN2 : 1;
  const { interval, stderr } = compared;
  const scaled = interval === null ? null : ([interval[0] * unit, interval[1] * unit].sort((x, y) => x - y) as [number, number]);
  return {
    difference: compared.difference * unit,
    stderr: stderr === null ? null : Math.abs(stderr * unit),
    interval: scaled,
    p_value: compared.p,
    n: baseline.length,
  };
}

/** The score is 0 and nothing was measured: no true positive, or a single class on one side. */
export function isZeroByConvention(aggregation: AggregationName, values: readonly MetricValue[]): boolean {
  const pairs = labelled(values);
  if (pairs === null) return false;
  if (aggregation === 'f1') return binaryCounts(pairs)?.tp === 0;
  return new Set(pairs.golds).size < 2 || new Set(pairs.predictions).size < 2;
}
