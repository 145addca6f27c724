import type { RougeScore } from '../metrics/rouge/rouge';
import type { PyRandom } from '../python/random';
import { linearQuantile } from './bootstrap';
import { numpyChoice } from './numpy-choice';

export type RougeAggregate = { readonly low: RougeScore; readonly mid: RougeScore; readonly high: RougeScore };

/**
 * rouge_score's BootstrapAggregator: quantiles of the means of `resamples` draws of documents, `mid` their median. `random` goes on from
 * one type of ROUGE to the next. One document: its score three times.
 */
export function aggregateRouge(scores: readonly RougeScore[], random: PyRandom, confidence: number, resamples: number): RougeAggregate {
  const parts = (['precision', 'recall', 'fmeasure'] as const).map((part) => ({ values: scores.map((score) => score[part]), means: new Float64Array(resamples) }));
  const indices = new Uint32Array(scores.length);
  for (let i = 0; i < resamples; i++) {
    numpyChoice(random, scores.length, indices);
    for (const { values, means } of parts) {
      let total = 0;
      for (const index of indices) total += values[index] ?? NaN;
      means[i] = total / indices.length;
    }
  }
  const [precisions, recalls, fmeasures] = parts.map(({ means }) => means.sort());
  const at = (p: number): RougeScore => ({ precision: quantile(precisions, p), recall: quantile(recalls, p), fmeasure: quantile(fmeasures, p) });
  const tail = (1 - confidence) / 2;
  return { low: at(tail), mid: at(0.5), high: at(1 - tail) };
}

function quantile(sorted: Float64Array | undefined, p: number): number {
  return sorted === undefined ? NaN : linearQuantile(sorted, p);
}
