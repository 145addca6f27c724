import { define } from './define';
import type { RollingOutcome } from './metric';

/** exp(-log-likelihood per whitespace-separated word), over the corpus. */
export const wordPerplexity = define<RollingOutcome>({
  name: 'word_perplexity',
  outputTypes: ['loglikelihood_rolling'],
  aggregation: 'weighted_perplexity',
  higherIsBetter: false,
  form: 'perplexity',
  value: ({ logLikelihood, words }) => ({ kind: 'weighted', logLikelihood, weight: words }),
});
