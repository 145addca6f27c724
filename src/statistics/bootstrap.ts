/** Resampling of documents with replacement. Random numbers are passed in, or the harness's own. */
import type { Interval } from '../protocol/events';
import { PyRandom } from '../python/random';
import { mean, sampleDeviation } from './moments';
import { normalCdf, normalQuantile } from './special';

/** A corpus statistic of the documents at `indices`. */
export type Statistic = (indices: Uint32Array) => number;

const CHUNK = 1000;

/**
 * The harness's standard error: chunk i of 1000 replicates draws with Random(i), a remainder is dropped
 * (lm-evaluation-harness 0.4.13, bootstrap_stderr). The same to the last bit for the same statistic.
 */
export function harnessBootstrapStderr(documents: number, statistic: Statistic, iterations: number): number {
  return completed(harnessBootstrapSteps(documents, statistic, iterations));
}

/** Draws between two steps: some tens of milliseconds. */
const DRAWS_PER_STEP = 1 << 20;

/** The same in steps, for a caller that has other things to do in between. */
export function* harnessBootstrapSteps(documents: number, statistic: Statistic, iterations: number): Generator<void, number> {
  const size = Math.min(CHUNK, iterations);
  const chunks = Math.floor(iterations / size);
  const replicates = new Float64Array(size * chunks);
  const indices = new Uint32Array(documents);
  let draws = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const random = new PyRandom(chunk);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < documents; j++) indices[j] = Math.floor(random.random() * documents);
      replicates[chunk * size + i] = statistic(indices);
      draws += documents;
      if (draws < DRAWS_PER_STEP) continue;
      draws = 0;
      yield;
    }
  }
  return sampleDeviation(replicates);
}

/** Runs steps to their end. */
export function completed<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Replicates of a statistic, drawn with Random(0): the same every time. */
export function replicatesOf(documents: number, statistic: Statistic, resamples: number): number[] {
  const random = new PyRandom(0);
  const indices = new Uint32Array(documents);
  return Array.from({ length: resamples }, () => {
    for (let j = 0; j < documents; j++) indices[j] = Math.floor(random.random() * documents);
    return statistic(indices);
  });
}

/** Linear quantiles of the replicates. */
export function percentileInterval(replicates: readonly number[], confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const sorted = replicates.toSorted((a, b) => a - b);
  return sorted.length === 0 ? null : [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}

/** Bias-corrected and accelerated (Efron 1987). `jackknife`: the statistic without each document. */
export function bcaInterval(replicates: readonly number[], observed: number, jackknife: readonly number[], confidence: number): Interval {
  const sorted = replicates.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return null;
  if (least === most) return [least, most];
  const below = sorted.reduce((count, value) => count + (value < observed ? 1 : value === observed ? 0.5 : 0), 0) / sorted.length;
  const bias = normalQuantile(below);
  const centre = mean(jackknife);
  const deviations = jackknife.map((value) => centre - value);
  const squares = deviations.reduce((total, u) => total + u * u, 0);
  const acceleration = squares === 0 ? 0 : deviations.reduce((total, u) => total + u ** 3, 0) / (6 * squares ** 1.5);
  const level = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  const tail = (1 - confidence) / 2;
  return [quantile(sorted, level(tail)), quantile(sorted, level(1 - tail))];
}

function quantile(sorted: readonly number[], p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
