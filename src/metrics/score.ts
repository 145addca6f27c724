/** A document's value: a number that is averaged, or what a corpus formula needs. */
export type MetricValue =
  | { readonly kind: 'number'; readonly value: number }
  /** Index of gold and prediction (f1, mcc). */
  | { readonly kind: 'pair'; readonly gold: number | readonly number[]; readonly prediction: number }
  /** Squared-error parts (brier_score). */
  | { readonly kind: 'probabilities'; readonly gold: number | readonly number[]; readonly probabilities: readonly number[] }
  /** Log-likelihood and weight (word, byte, token perplexity; bits per byte). */
  | { readonly kind: 'weighted'; readonly logLikelihood: number; readonly weight: number }
  /** What is added up over the corpus (bleu, chrf, chrf++, ter). */
  | { readonly kind: 'counts'; readonly counts: readonly number[] };

/** A document's value as the numbers need it: of probabilities, what their score is made of. */
export type Score =
  | Exclude<MetricValue, { readonly kind: 'probabilities' }>
  /** Squared distance of `classes` probabilities from the gold's one-hot vector; NaN where the gold is none of them. */
  | { readonly kind: 'squared-error'; readonly squaredError: number; readonly classes: number };

/** What a document's value comes as. */
export type Value = MetricValue | Score;

export function scoreOf(value: Value): Score {
  if (value.kind !== 'probabilities') return value;
  return { kind: 'squared-error', squaredError: squaredError(value.probabilities, value.gold), classes: value.probabilities.length };
}

/** A negative gold counts from the end. NaN where it is none of the classes, or there are several. */
function squaredError(probabilities: readonly number[], gold: number | readonly number[]): number {
  if (typeof gold !== 'number') return NaN;
  const place = gold < 0 ? gold + probabilities.length : gold;
  if (probabilities[place] === undefined) return NaN;
  return probabilities.reduce((sum, p, index) => sum + (p - (index === place ? 1 : 0)) ** 2, 0);
}
