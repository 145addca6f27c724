/** BLEU from sums over a corpus (Papineni et al. 2002; sacrebleu 2.6.0, compute_bleu). */

export type Smoothing = 'exp' | 'floor' | 'add-k' | 'none';

export type BleuFormula = {
  readonly smoothing: Smoothing;
  /** What `floor` puts in the place of no match, or what `add-k` adds. */
  readonly smoothValue: number;
  /** Orders of which there is no n-gram are left out. */
  readonly effectiveOrder: boolean;
};

/** As sacrebleu scores a corpus, and so the harness. */
export const BLEU_FORMULA: BleuFormula = { smoothing: 'exp', smoothValue: 0, effectiveOrder: false };

export type Bleu = {
  readonly score: number;
  /** Percent, one an order. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  /** With what `add-k` adds. */
  readonly matches: readonly number[];
  readonly totals: readonly number[];
};

/** ln 0 as sacrebleu has it. */
const LOG_OF_NOTHING = -9999999999;

/** `sums`: of `bleuStatistics`. */
export function bleu(sums: ArrayLike<number>, { smoothing, smoothValue, effectiveOrder }: BleuFormula = BLEU_FORMULA): Bleu {
  const orders = (sums.length - 2) / 2;
  const [length, referenceLength] = [sums[0] ?? 0, sums[1] ?? 0];
  const matches = Array.from({ length: orders }, (_, place) => sums[2 + place] ?? 0);
  const totals = Array.from({ length: orders }, (_, place) => sums[2 + orders + place] ?? 0);
  const brevityPenalty = length >= referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
  const precisions = new Array<number>(orders).fill(0);
  if (matches.every((count) => count === 0)) return { score: 0, precisions, brevityPenalty, matches, totals };
  let order = orders;
  let halving = 1;
  for (let n = 1; n <= orders; n++) {
    const more = smoothing === 'add-k' && n > 1 ? smoothValue : 0;
    const found = (matches[n - 1] ?? 0) + more;
    const total = (totals[n - 1] ?? 0) + more;
    [matches[n - 1], totals[n - 1]] = [found, total];
    if (total === 0) break;
    if (effectiveOrder) order = n;
    if (found > 0) precisions[n - 1] = (100 * found) / total;
    else if (smoothing === 'exp') precisions[n - 1] = 100 / ((halving *= 2) * total);
    else if (smoothing === 'floor') precisions[n - 1] = (100 * smoothValue) / total;
  }
  let logs = 0;
  for (let place = 0; place < order; place++) logs += log(precisions[place] ?? 0);
  return { score: brevityPenalty * Math.exp(logs / order), precisions, brevityPenalty, matches, totals };
}

function log(value: number): number {
  return value === 0 ? LOG_OF_NOTHING : Math.log(value);
}
