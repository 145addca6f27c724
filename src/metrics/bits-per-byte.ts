import { define } from './define';
import type { RollingOutcome } from './metric';

/** Bits the model needs for a UTF-8 byte of the corpus: log2 of byte_perplexity. */
export const bitsPerByte = define<RollingOutcome>({
  name: 'bits_per_byte',
  outputTypes: ['loglikelihood_rolling'],
  aggregation: 'bits_per_byte',
  higherIsBetter: false,
  form: 'score',
  value: ({ logLikelihood, bytes }) => ({ kind: 'weighted', logLikelihood, weight: bytes }),
});
