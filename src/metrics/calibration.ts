import { argmax } from './choice';

export const BINS = 15;

/**
 * Expected calibration error (Guo et al. 2017): Σ |bin|/n · |accuracy − mean confidence| over bins of equal width, (low, high], of the
 * likeliest label's probability; the first of equals is the likeliest. A confidence of exactly 0 falls in no bin. NaN of nothing.
 */
export function expectedCalibrationError(golds: readonly number[], probabilities: readonly (readonly number[])[], bins = BINS): number {
  const sums = new Float64Array(1 + 2 * bins);
  for (const [index, given] of probabilities.entries()) {
    const label = argmax(given);
    for (const [place, count] of binned(given[label] ?? NaN, label === golds[index], bins).entries()) sums[place] = (sums[place] ?? 0) + count;
  }
  return calibrationError(sums);
}

/** What the error is made of, for one document: 1, then by bin its rightness and its confidence. All of them add up. */
export function binned(confidence: number, isRight: boolean, bins = BINS): number[] {
  const counts = new Array<number>(1 + 2 * bins).fill(0);
  counts[0] = 1;
  const bin = binOf(confidence, bins);
  if (bin >= 0) [counts[1 + 2 * bin], counts[2 + 2 * bin]] = [isRight ? 1 : 0, confidence];
  return counts;
}

/** From sums of `binned`: |bin| · |accuracy − mean confidence| is the distance of a bin's two sums. */
export function calibrationError(sums: ArrayLike<number>): number {
  let total = 0;
  for (let place = 1; place < sums.length; place += 2) total += Math.abs((sums[place] ?? NaN) - (sums[place + 1] ?? NaN));
  return total / (sums[0] ?? NaN);
}

/**
 * Σ |bin|/n · (gap² − a(1 − a)/(|bin| − 1)), a = accuracy of a bin: without what few documents a bin add to the square of the gap
 * (Bröcker 2012; Kumar et al. 2019). May be negative. Bins of a single document are left out.
 */
export function debiasedSquaredCalibration(right: readonly boolean[], confidences: readonly number[], bins = 15): number {
  const sums = Array.from({ length: bins }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const [index, confidence] of confidences.entries()) {
    const bin = sums[binOf(confidence, bins)];
    if (bin === undefined) continue;
    bin.count++;
    bin.confidence += confidence;
    if (right[index] === true) bin.right++;
  }
  return sums.reduce((total, { count, right: hits, confidence }) => {
    const accuracy = hits / count;
    return count < 2 ? total : total + (count / confidences.length) * ((accuracy - confidence / count) ** 2 - (accuracy * (1 - accuracy)) / (count - 1));
  }, 0);
}

/** Edges as `linspace` has them. −1 outside of all. */
function binOf(confidence: number, bins: number): number {
  const edge = (place: number): number => (place === bins ? 1 : place * (1 / bins));
  for (let place = 0; place < bins; place++) if (confidence > edge(place) && confidence <= edge(place + 1)) return place;
  return -1;
}
