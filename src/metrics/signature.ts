import type { PyValue } from '../python/value';
import { dumps } from '../python/json';
import type { Metric } from './metric';

/** The package whose numbers Assay's are. */
const SACREBLEU = '2.6.0';
const HARNESS = 'lm-eval-0.4.13';

/**
 * What a number depends on besides texts and model, as sacrebleu writes it: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0`.
 * A metric without a signature of its own has its options and its aggregation. `severalTargets`: documents may differ in how many they have.
 */
export function signatureOf({ signature, aggregation }: Pick<Metric, 'signature' | 'aggregation'>, options: Readonly<Record<string, PyValue>>, severalTargets: boolean): string {
  if (signature !== undefined) return `nrefs:${severalTargets ? 'var' : '1'}|${signature}|version:${SACREBLEU}`;
  const given = Object.entries(options).map(([key, value]) => `${key}:${typeof value === 'string' ? value : dumps(value)}|`);
  return `${given.join('')}agg:${aggregation}|version:${HARNESS}`;
}
