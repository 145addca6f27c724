import { harnessBootstrapSteps } from '../../statistics/bootstrap';
import { standardError } from '../../statistics/moments';
import type { ScoreColumn } from '../score-column';
import type { Aggregation } from './aggregation';

/** BLEU and its kin are capped by the harness at this many resamples, by the metric's name. */
const CAPPED: ReadonlySet<string> = new Set(['bleu', 'chrf', 'chrf++', 'ter']);
const CAPPED_ITERATIONS = 100;

/**
 * The harness's standard error (lm-evaluation-harness 0.4.13), in steps of some ten milliseconds: a hundred thousand resamples take seconds.
 * "N/A" where it has none, for one document, or with bootstraps switched off; also where the harness raises (a single resample, a
 * perplexity that overflows).
 */
export function* harnessStderrSteps(
  metric: string,
  { harnessStderr }: Aggregation,
  column: ScoreColumn,
  bootstrapIters: number,
): Generator<void, number | 'N/A'> {
  if (harnessStderr.kind === 'none' || column.length < 2 || bootstrapIters <= 0) return 'N/A';
  if (harnessStderr.kind === 'sample') {
    const numbers = column.numbers();
    return numbers === null ? 'N/A' : finite(standardError(numbers));
  }
  const statistic = harnessStderr.statistic(column);
  if (statistic === null) return 'N/A';
  return finite(yield* harnessBootstrapSteps(column.length, statistic, CAPPED.has(metric) ? Math.min(bootstrapIters, CAPPED_ITERATIONS) : bootstrapIters));
}

function finite(stderr: number): number | 'N/A' {
  return Number.isFinite(stderr) ? stderr : 'N/A';
}
