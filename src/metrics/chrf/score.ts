/** chrF from sums over a corpus (Popović 2015, 2017; sacrebleu 2.6.0). */

export type ChrfFormula = { readonly beta: number; readonly epsSmoothing: boolean };

export const CHRF_FORMULA: ChrfFormula = { beta: 2, epsSmoothing: false };

const EPSILON = 1e-16;

/** `sums`: of `chrfStatistics`, three an order. 0 … 100. */
export function chrf(sums: ArrayLike<number>, { beta, epsSmoothing }: ChrfFormula = CHRF_FORMULA): number {
  const factor = beta ** 2;
  const orders = sums.length / 3;
  let [smoothed, precisions, recalls, effective] = [0, 0, 0, 0];
  for (let order = 0; order < orders; order++) {
    const [ours, theirs, found] = [sums[3 * order] ?? 0, sums[3 * order + 1] ?? 0, sums[3 * order + 2] ?? 0];
    const precision = ours > 0 ? found / ours : EPSILON;
    const recall = theirs > 0 ? found / theirs : EPSILON;
    const weighted = factor * precision + recall;
    smoothed += weighted > 0 ? ((1 + factor) * precision * recall) / weighted : EPSILON;
    if (ours === 0 || theirs === 0) continue;
    precisions += precision;
    recalls += recall;
    effective++;
  }
  if (epsSmoothing) return (100 * smoothed) / orders;
  if (precisions + recalls === 0) return 0;
  const [precision, recall] = [precisions / effective, recalls / effective];
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
}
