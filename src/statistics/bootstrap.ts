/** Resampling of documents with replacement, in steps: between two of them the caller can do something else. */
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
export function* harnessBootstrapSteps(documents: number, statistic: Statistic, iterations: number): Generator<void, number> {
  const size = Math.min(CHUNK, iterations);
  const chunks = Math.floor(iterations / size);
  const replicates = new Float64Array(size * chunks);
  const resampling = new Resampling(documents, statistic);
  for (let chunk = 0; chunk < chunks; chunk++) yield* resampling.fill(replicates.subarray(chunk * size, (chunk + 1) * size), new PyRandom(chunk));
  return sampleDeviation(replicates);
}

/** Replicates of a statistic, drawn with Random(0): the same every time. */
export function* replicateSteps(documents: number, statistic: Statistic, resamples: number): Generator<void, Float64Array> {
  const replicates = new Float64Array(resamples);
  yield* new Resampling(documents, statistic).fill(replicates, new PyRandom(0));
  return replicates;
}

/** Draws between two steps: some ten milliseconds. */
export const DRAWS_PER_STEP = 1 << 18;

class Resampling {
  private readonly indices: Uint32Array;
  private drawn = 0;

  constructor(
    private readonly documents: number,
    private readonly statistic: Statistic,
  ) {
    this.indices = new Uint32Array(documents);
  }

  *fill(replicates: Float64Array, random: PyRandom): Generator<void, void> {
    const { documents, indices } = this;
    for (let i = 0; i < replicates.length; i++) {
      for (let from = 0; from < documents; ) {
        const to = Math.min(documents, from + DRAWS_PER_STEP - this.drawn);
        for (let j = from; j < to; j++) indices[j] = Math.floor(random.random() * documents);
        this.drawn += to - from;
        from = to;
        if (this.drawn < DRAWS_PER_STEP) continue;
        this.drawn = 0;
        yield;
      }
      replicates[i] = this.statistic(indices);
    }
  }
}

/** Bias-corrected and accelerated (Efron 1987). `jackknife`: the statistic without each document. */
export function bcaInterval(replicates: ArrayLike<number>, observed: number, jackknife: ArrayLike<number>, confidence: number): Interval {
  const sorted = Float64Array.from(replicates).sort();
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return null;
  if (least === most) return [least, most];
  const below = sorted.reduce((count, value) => count + (value < observed ? 1 : value === observed ? 0.5 : 0), 0) / sorted.length;
  const bias = normalQuantile(below);
  const acceleration = accelerationOf(jackknife);
  const level = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  const tail = (1 - confidence) / 2;
  return [linearQuantile(sorted, level(tail)), linearQuantile(sorted, level(1 - tail))];
}

/** Σu³/(6(Σu²)^1.5), u = mean − value */
function accelerationOf(jackknife: ArrayLike<number>): number {
  const centre = mean(jackknife);
  let [squares, cubes] = [0, 0];
  for (let i = 0; i < jackknife.length; i++) {
    const u = centre - (jackknife[i] ?? NaN);
    squares += u * u;
    cubes += u ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Between the two values next to p·(n − 1), linearly. */
export function linearQuantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
