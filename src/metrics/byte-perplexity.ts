import { define } from './define';
import type { RollingOutcome } from './metric';

/** exp(-log-likelihood per UTF-8 byte), over the corpus. */
export const bytePerplexity = define<RollingOutcome>({
  name: 'byte_perplexity',
  outputTypes: ['loglikelihood_rolling'],
  aggregation: 'weighted_perplexity',
  higherIsBetter: false,
  form: 'perplexity',
  value: ({ logLikelihood, bytes }) => ({ kind: 'weighted', logLikelihood, weight: bytes }),
});
