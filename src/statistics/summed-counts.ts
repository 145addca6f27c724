/** Scores over sums of documents' counts (BLEU, chrF, TER): resampled, without each document, and what is known of them at the end. */
import { bcaInterval, replicateSteps, type Statistic } from './bootstrap';
import { bare, type Estimate } from './estimate';
import { allEqual, mean } from './moments';
import { zCritical } from './special';

/** Sums over documents, in document order, of counts that lie one kind after the other. */
export function sumsOf(counts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(counts, (lane) => {
    let total = 0;
    for (let i = 0; i < lane.length; i++) total += lane[i] ?? NaN;
    return total;
  });
}

/** A number made of sums of counts. */
export type OfSums = (sums: Float64Array) => number;

/** Beyond this many documents resampling takes seconds, and the score is close enough to normal. */
export const RESAMPLED_AT_MOST = 5_000;
export const RESAMPLES = 10_000;

/** Counts document by document: a resample reads each document's in one place. `lanes`: one kind of count after the other. */
export class CountTable {
  readonly documents: number;
  readonly width: number;
  readonly counts: Float64Array;

  constructor(lanes: readonly Float64Array[]) {
    this.width = lanes.length;
    this.documents = lanes[0]?.length ?? 0;
    this.counts = new Float64Array(this.documents * this.width);
    for (const [place, lane] of lanes.entries()) for (let i = 0; i < lane.length; i++) this.counts[i * this.width + place] = lane[i] ?? NaN;
  }

  statistic(score: OfSums): Statistic {
    const { counts, width } = this;
    const sums = new Float64Array(width);
    return (indices) => {
      sums.fill(0);
      for (let i = 0; i < indices.length; i++) {
        const base = (indices[i] ?? 0) * width;
        for (let place = 0; place < width; place++) sums[place] = (sums[place] ?? 0) + (counts[base + place] ?? NaN);
      }
      return score(sums);
    };
  }

  /** The score without each document, in document order: what comes before it and what comes after. */
  jackknife(score: OfSums): Float64Array {
    const { counts, width, documents } = this;
    const after = new Float64Array((documents + 1) * width);
    for (let i = documents * width - 1; i >= 0; i--) after[i] = (counts[i] ?? NaN) + (after[i + width] ?? 0);
    const before = new Float64Array(width);
    const sums = new Float64Array(width);
    return Float64Array.from({ length: documents }, (_, document) => {
      for (let place = 0; place < width; place++) sums[place] = (before[place] ?? 0) + (after[(document + 1) * width + place] ?? 0);
      for (let place = 0; place < width; place++) before[place] = (before[place] ?? 0) + (counts[document * width + place] ?? 0);
      return score(sums);
    });
  }
}

/** √((n−1)/n·Σ(value − mean)²) of the values without each document (Efron 1982, jackknife). */
export function jackknifeStderr(without: Float64Array): number {
  if (allEqual(without)) return 0;
  const centre = mean(without);
  let squares = 0;
  for (const value of without) squares += (value - centre) ** 2;
  return Math.sqrt(((without.length - 1) / without.length) * squares);
}

/** The score of some documents' counts, one kind after the other: BCa over documents while resampling takes no time to speak of, else normal with the jackknife's standard error. */
export function* countedEstimateSteps(
  { score, zeroIsUndefined }: { readonly score: OfSums; readonly zeroIsUndefined: boolean },
  lanes: readonly Float64Array[],
  confidence: number,
): Generator<void, Estimate> {
  const value = score(sumsOf(lanes));
  const n = lanes[0]?.length ?? 0;
  if (n < 2 || Number.isNaN(value) || (value === 0 && zeroIsUndefined)) return bare(value);
  const table = new CountTable(lanes);
  const without = table.jackknife(score);
  const stderr = jackknifeStderr(without);
  if (n > RESAMPLED_AT_MOST) {
    const half = zCritical(confidence) * stderr;
    return { value, stderr, interval: [Math.max(0, value - half), value + half], method: 'jackknife', approximate: true };
  }
  const replicates = yield* replicateSteps(n, table.statistic(score), RESAMPLES);
  const interval = bcaInterval(replicates, value, without, confidence);
  return { value, stderr, interval, method: interval === null ? null : 'bca', approximate: interval !== null };
}
