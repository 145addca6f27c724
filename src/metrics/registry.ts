import type { OutputType } from '../config/definition';
import { acc } from './acc';
import { accBytes } from './acc-bytes';
import { accMutualInfo } from './acc-mutual-info';
import { accNorm } from './acc-norm';
import { bitsPerByte } from './bits-per-byte';
import { bleu } from './bleu/bleu';
import { brierScore } from './brier-score';
import { bytePerplexity } from './byte-perplexity';
import { chrf, chrfWords } from './chrf/chrf';
import { squadExact, squadF1 } from './answers/metrics';
import { entityF1 } from './entity-f1';
import { expectedCalibrationError } from './expected-calibration-error';
import { exactMatch } from './exact-match';
import { exactMatchText } from './exact-match-text';
import { f1 } from './f1';
import { mcc } from './mcc';
import type { Metric } from './metric';
import { perplexity } from './perplexity';
import { rouge1, rouge2, rougeL, rougeLsum } from './rouge/metrics';
import { ter } from './ter/ter';
import { tokenPerplexity } from './token-perplexity';
import { wordPerplexity } from './word-perplexity';

const METRICS: readonly Metric[] = [
  acc, accNorm, accBytes, accMutualInfo, exactMatch, exactMatchText, f1, mcc, brierScore, expectedCalibrationError,
  perplexity,
  wordPerplexity, bytePerplexity, bitsPerByte, tokenPerplexity,
  bleu, chrf, chrfWords, ter, rouge1, rouge2, rougeL, rougeLsum, squadExact, squadF1, entityF1,
];

/** null where no such metric is known for this output type. */
export function findMetric(name: string, outputType: OutputType): Metric | null {
  return metricsOf(outputType).find((metric) => metric.name === name) ?? null;
}

export function metricNames(outputType: OutputType): readonly string[] {
  return metricsOf(outputType).map(({ name }) => name);
}

function metricsOf(outputType: OutputType): readonly Metric[] {
  return METRICS.filter(({ outputTypes }) => outputTypes.some((type) => type === outputType));
}
