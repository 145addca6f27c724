import { define } from './define';
import type { LoglikelihoodOutcome } from './metric';

/** exp(-mean log-likelihood of a target): per target, not per token. */
export const perplexity = define<LoglikelihoodOutcome>({
  name: 'perplexity',
  outputTypes: ['loglikelihood'],
  aggregation: 'perplexity',
  higherIsBetter: false,
  form: 'perplexity',
  value: ({ logLikelihood }) => ({ kind: 'number', value: logLikelihood }),
});
