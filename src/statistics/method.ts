/** Which uncertainty belongs to which number, while it streams and after. Intervals are for the population, live and final. */
import type { Interval } from '../protocol/events';
import { aggregationOf, numbersOf, squaredError, weightedOf } from '../metrics/aggregation';
import { binaryCounts, labelled } from '../metrics/classification';
import type { AggregationName, MetricValue } from '../metrics/metric';
import { betaMixture, betaMixtureKappa, rho2Optimal, tMixture } from './anytime';
import { bcaInterval, completed, harnessBootstrapSteps, replicatesOf } from './bootstrap';
import { f1Delta, mccDelta } from './corpus';
import { meanT } from './mean';
import { mean, sampleDeviation, standardError } from './moments';
import { wilson } from './proportion';
import { ratioEstimate, residualDeviation } from './ratio';
import { jackknife, statisticOf } from './resampled';
import { zCritical } from './special';

export type Estimate = {
  readonly value: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  /** null where there is no interval. */
  readonly method: string | null;
  readonly approximate: boolean;
};

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
    default:
      return none;
  }
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

/**
 * The harness's standard error (lm-evaluation-harness 0.4.13): "N/A" where it has none, for one document, or with bootstraps
 * switched off; also where the harness raises (a single resample, a perplexity that overflows).
 */
export function harnessStderr(metric: string, aggregation: AggregationName, values: readonly MetricValue[], bootstrapIters: number): number | 'N/A' {
  return completed(harnessStderrSteps(metric, aggregation, values, bootstrapIters));
}

/** The same in steps: a hundred thousand resamples take seconds. */
export function* harnessStderrSteps(
  metric: string,
  aggregation: AggregationName,
  values: readonly MetricValue[],
  bootstrapIters: number,
): Generator<void, number | 'N/A'> {
  const { stderr } = aggregationOf(aggregation);
  if (stderr === 'none' || values.length < 2 || bootstrapIters <= 0) return 'N/A';
  if (stderr === 'sample') {
    const numbers = numbersOf(values);
    return numbers === null ? 'N/A' : finite(standardError(numbers));
  }
  const statistic = statisticOf(aggregation, values);
  if (statistic === null) return 'N/A';
  return finite(yield* harnessBootstrapSteps(values.length, statistic, CAPPED.has(metric) ? Math.min(bootstrapIters, CAPPED_ITERATIONS) : bootstrapIters));
}

function finite(stderr: number): number | 'N/A' {
  return Number.isFinite(stderr) ? stderr : 'N/A';
}
