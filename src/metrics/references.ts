/** A generated answer and its targets as texts, for metrics that compare texts. */
import { PyError } from '../python/errors';
import { repr } from '../python/print';
import type { PyValue } from '../python/value';
import type { GenerationOutcome } from './metric';

export type Compared = { readonly hypothesis: string; readonly references: readonly string[] };

/**
 * A list of one answer stands for it, as in the harness; of several targets each is a reference (the harness scores no such task:
 * it takes 1 for each document and raises). Throws PyError for what is no text.
 */
export function comparedTexts(metric: string, { result, gold }: GenerationOutcome): Compared {
  const [hypothesis, ...others] = Array.isArray(result) ? result : [result];
  if (others.length > 0) throw new PyError('AssertionError', `Pred must be a str, was ${repr(result)}: ${metric} takes one answer, and no filter chooses one`);
  const references = Array.isArray(gold) ? gold : [gold];
  if (references.length === 0) throw new PyError('ValueError', `${metric} has no target to compare with`);
  return { hypothesis: text(metric, hypothesis ?? null), references: references.map((reference) => text(metric, reference)) };
}

function text(metric: string, value: PyValue): string {
  if (typeof value !== 'string') throw new PyError('TypeError', `${metric} compares texts, and ${repr(value)} is none`);
  return value;
}
