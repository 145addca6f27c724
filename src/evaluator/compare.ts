/** Paired comparison of two runs that are on disk (`assay compare`). */
import type { CompareOutcome } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { reportError } from '../protocol/results';
import { compareMetrics } from '../run/comparisons';
import { replay } from './replay';
import { comparedMetrics } from './run-checkpoint';

/** A is the baseline. Runs that cannot be read are in `errors`; tasks only one of them finished are left out. */
export async function compareRuns(runA: string, runB: string): Promise<CompareOutcome> {
  try {
    const [a, b] = [await replay(runA), await replay(runB)];
    const names = a.run.checkpoint.name === b.run.checkpoint.name ? [a.run.id, b.run.id] : [a.run.checkpoint.name, b.run.checkpoint.name];
    const [baseline = '', other = ''] = names;
    const comparisons = compareMetrics(
      { name: baseline, metrics: comparedMetrics(a.results) },
      { name: other, metrics: comparedMetrics(b.results) },
      a.run.options.confidence,
    );
    if (comparisons.length === 0) throw new AssayError('nothing-to-compare', { a: runA, b: runB });
    return { version: 1, comparisons, errors: [] };
  } catch (error) {
    return { version: 1, comparisons: [], errors: [reportError(AssayError.from(error).toJSON(), null, null)] };
  }
}
