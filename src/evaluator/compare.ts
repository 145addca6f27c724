/** Paired comparison of two runs that are on disk (`assay compare`). */
import type { CompareOutcome } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { reportError } from '../protocol/results';
import { type ComparedRun, compareRuns } from '../run/comparisons';
import { foldRun, type Folded } from './replay';

/** A is the baseline. Runs that cannot be read are in `errors`; tasks only one of them finished are left out. */
export async function compareFolders(runA: string, runB: string, signal: AbortSignal): Promise<CompareOutcome> {
  try {
    const [a, b] = [await foldRun(runA, signal), await foldRun(runB, signal)];
    const names = a.run.checkpoint.name === b.run.checkpoint.name ? [a.run.id, b.run.id] : [a.run.checkpoint.name, b.run.checkpoint.name];
    const [baseline = '', other = ''] = names;
    const comparisons = await compareRuns(compared(baseline, a), compared(other, b), a.run.options.confidence, signal);
    if (comparisons.length === 0) throw new AssayError('nothing-to-compare', { a: runA, b: runB });
    return { version: 1, comparisons, errors: [] };
  } catch (error) {
    return { version: 1, comparisons: [], errors: [reportError(AssayError.from(error).toJSON(), null, null)] };
  }
}

function compared(name: string, { run, results }: Folded): ComparedRun {
  return { name, precision: run.options.precision, tasks: results.tasks };
}
