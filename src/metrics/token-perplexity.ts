import { define } from './define';
import type { RollingOutcome } from './metric';

/** exp(-log-likelihood per token), over the corpus. Comparable only between models that tokenise alike; the harness has none. */
export const tokenPerplexity = define<RollingOutcome>({
  name: 'token_perplexity',
  outputTypes: ['loglikelihood_rolling'],
  aggregation: 'weighted_perplexity',
  higherIsBetter: false,
  form: 'perplexity',
  value: ({ logLikelihood, tokens }) => ({ kind: 'weighted', logLikelihood, weight: tokens }),
});
