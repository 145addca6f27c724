import type { Aggregation } from './aggregation';
import { bitsPerByte } from './bits-per-byte';
import { bleu } from './bleu';
import { brierScore } from './brier-score';
import { chrf, chrfWithWords } from './chrf';
import { entityF1 } from './entity-f1';
import { expectedCalibrationError } from './expected-calibration-error';
import { f1 } from './f1';
import { f1Macro } from './f1-macro';
import { f1Micro } from './f1-micro';
import { f1ThreeClasses } from './f1-three-classes';
import { f1Weighted } from './f1-weighted';
import { matthewsCorrcoef } from './matthews-corrcoef';
import { mean } from './mean';
import { median } from './median';
import { nanmean } from './nanmean';
import { perplexity } from './perplexity';
import { ter } from './ter';
import { weightedPerplexity } from './weighted-perplexity';

/** In the order in which they are offered. */
export const aggregations = [mean, median, nanmean, perplexity, weightedPerplexity, bitsPerByte, f1, f1Macro, f1Micro, f1Weighted, f1ThreeClasses, matthewsCorrcoef, brierScore, expectedCalibrationError, entityF1, bleu, chrf, chrfWithWords, ter] as const;

export type AggregationName = (typeof aggregations)[number]['name'];

const byName: ReadonlyMap<string, Aggregation> = new Map(aggregations.map((aggregation) => [aggregation.name, aggregation]));

export function aggregationOf(name: AggregationName): Aggregation {
  const aggregation = byName.get(name);
  if (aggregation === undefined) throw new RangeError(`no aggregation ${name}`);
  return aggregation;
}
