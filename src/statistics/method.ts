/**
 * Which uncertainty belongs to which number. Intervals are for the population the documents come from, live and final.
 *
 * | score | while it streams | final |
 * | --- | --- | --- |
 * | right or wrong | beta mixture, exact | Wilson |
 * | other means, Brier score | t mixture from 30 documents, approximate | Student's t |
 * | log-likelihood, perplexity, bits per byte | the same, on the log scale | t or ratio estimator, on the log scale |
 * | F1, MCC | t mixture of the delta method from 100 documents, approximate | BCa below 200 documents and for several classes, else delta method |
 * | BLEU, chrF, TER | none | BCa over documents up to 5 000, then the jackknife |
 * | median, mean of what is a number | none | none |
 *
 * The harness's own standard errors stand beside them.
 */
export type { Estimate } from './estimate';
export { finalEstimateSteps } from './final';
export { harnessStderrSteps } from './harness-stderr';
export { liveEstimate } from './live';
