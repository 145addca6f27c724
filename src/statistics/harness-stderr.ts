import { stderrKind } from '../metrics/aggregation';
import type { AggregationName } from '../metrics/metric';
import type { ScoreColumn } from '../metrics/score-column';
import { harnessBootstrapSteps } from './bootstrap';
import { standardError } from './moments';
import { statisticOf } from './resampled';

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
  aggregation: AggregationName,
  column: ScoreColumn,
  bootstrapIters: number,
): Generator<void, number | 'N/A'> {
  const kind = stderrKind(aggregation);
  if (kind === 'none' || column.length < 2 || bootstrapIters <= 0) return 'N/A';
  if (kind === 'sample') {
    const numbers = column.numbers();
    return numbers === null ? 'N/A' : finite(standardError(numbers));
  }
  const statistic = statisticOf(aggregation, column);
  if (statistic === null) return 'N/A';
  return finite(yield* harnessBootstrapSteps(column.length, statistic, CAPPED.has(metric) ? Math.min(bootstrapIters, CAPPED_ITERATIONS) : bootstrapIters));
}

function finite(stderr: number): number | 'N/A' {
  return Number.isFinite(stderr) ? stderr : 'N/A';
}
