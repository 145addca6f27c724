/** Two checkpoints' scores over sums of counts, on the same documents. */
import type { Interval } from '../protocol/events';
import { PyRandom } from '../python/random';
import { bcaInterval, DRAWS_PER_STEP, replicateSteps } from './bootstrap';
import type { PairedComparison } from './comparison';
import { tTwoSided, zCritical } from './special';
import { CountTable, jackknifeStderr, type OfSums, RESAMPLED_AT_MOST, RESAMPLES, sumsOf } from './summed-counts';

/** Up to this many documents every exchange of answers is tried. */
const ALL_EXCHANGES_AT_MOST = 12;

/**
 * Difference of the scores; its interval from documents drawn for both checkpoints alike (BCa), its p-value from exchanging the two
 * checkpoints' answers to documents at random (Noreen 1989; Riezler and Maxwell 2005). Beyond 5 000 documents both from the
 * jackknife's standard error. The counts lie one kind after the other.
 */
export function* compareCountsSteps(score: OfSums, baseline: readonly Float64Array[], other: readonly Float64Array[], confidence: number): Generator<void, PairedComparison | null> {
  const width = baseline.length;
  const n = baseline[0]?.length ?? 0;
  const difference: OfSums = (sums) => score(sums.subarray(width)) - score(sums.subarray(0, width));
  const sums = sumsOf([...baseline, ...other]);
  const observed = difference(sums);
  if (n === 0 || Number.isNaN(observed)) return null;
  if (n === 1) return { difference: observed, stderr: null, interval: null, p_value: null, n };
  const table = new CountTable([...baseline, ...other]);
  const without = table.jackknife(difference);
  const stderr = jackknifeStderr(without);
  if (n > RESAMPLED_AT_MOST) {
    const half = zCritical(confidence) * stderr;
    const p = stderr === 0 ? (observed === 0 ? 1 : 0) : tTwoSided(observed / stderr, n - 1);
    return { difference: observed, stderr, interval: [observed - half, observed + half], p_value: p, n };
  }
  const replicates = yield* replicateSteps(n, table.statistic(difference), RESAMPLES);
  const interval: Interval = bcaInterval(replicates, observed, without, confidence);
  return { difference: observed, stderr, interval, p_value: yield* exchangeSteps(table, sums, difference, observed), n };
}

/** Share of exchanges that make a difference as large as the observed one. */
function* exchangeSteps(table: CountTable, sums: Float64Array, difference: OfSums, observed: number): Generator<void, number> {
  const { documents: n } = table;
  const least = Math.abs(observed) * (1 - 1e-9);
  const exchanged = exchangedSums(table, sums);
  let extreme = 0;
  if (n <= ALL_EXCHANGES_AT_MOST) {
    const all = 1 << n;
    for (let mask = 0; mask < all; mask++) if (Math.abs(difference(exchanged((document) => (mask >> document) & 1))) >= least) extreme++;
    return extreme / all;
  }
  const random = new PyRandom(0);
  let [bits, drawn] = [0, 0];
  const draw = (document: number): number => {
    if (document % 32 === 0) bits = random.next32();
    return (bits >>> document % 32) & 1;
  };
  for (let i = 0; i < RESAMPLES; i++) {
    if (Math.abs(difference(exchanged(draw))) >= least) extreme++;
    if ((drawn += n) < DRAWS_PER_STEP) continue;
    drawn = 0;
    yield;
  }
  return (extreme + 1) / (RESAMPLES + 1);
}

/** Sums after some documents' answers have changed sides; `takes` is asked once a document, in order. */
function exchangedSums({ counts, width, documents }: CountTable, sums: Float64Array): (takes: (document: number) => number) => Float64Array {
  const half = width / 2;
  const result = new Float64Array(width);
  return (takes) => {
    result.set(sums);
    for (let document = 0; document < documents; document++) {
      if (takes(document) === 0) continue;
      const base = document * width;
      for (let place = 0; place < half; place++) {
        const moved = (counts[base + half + place] ?? 0) - (counts[base + place] ?? 0);
        result[place] = (result[place] ?? 0) + moved;
        result[half + place] = (result[half + place] ?? 0) - moved;
      }
    }
    return result;
  };
}
