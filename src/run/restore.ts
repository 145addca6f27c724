/** A journal's documents as the tasks of a run know them: what a resume goes on from, and all that a replay shows. */
import type { JournalReader } from './journal';
import { documentOrder } from './order';
import type { RunPlan } from './plan';
import type { RunReporter } from './reporter';
import { TaskRun } from './task-run';

/** Points of a replayed curve: as many as a screen can tell apart. */
const REPLAYED_POINTS = 200;

/** Tasks of the plan with nothing answered yet, by name. */
export function taskRuns({ tasks, options }: Pick<RunPlan, 'tasks' | 'options'>): Map<string, TaskRun> {
  return new Map(tasks.map((facts) => [facts.name, new TaskRun(facts, documentOrder(facts.documents, options.seed))]));
}

export type Restored = {
  /** Answered requests, pieces of one counted once. */
  readonly answers: number;
  /** Bytes of the journal up to its last whole document: where to go on. */
  readonly validBytes: number;
};

/**
 * Folds what the journal holds; live numbers are drawn on the way, as they were then. Documents of tasks the plan does not have are left out.
 * Rejects with `broken-journal` and `cancelled`.
 */
export async function restore(journal: JournalReader, runs: ReadonlyMap<string, TaskRun>, reporter: RunReporter, signal: AbortSignal): Promise<Restored> {
  const entries = journal.entries(signal);
  const shown = new Map<string, number>();
  let answers = 0;
  for (;;) {
    const next = await entries.next();
    if (next.done === true) return { answers, validBytes: next.value };
    const entry = next.value;
    const run = runs.get(entry.key.task);
    if (entry.kind === 'answer') answers++;
    if (run === undefined) continue;
    if (entry.kind === 'piece') {
      run.read(entry.key.document, entry.piece);
      continue;
    }
    if (entry.document === null || run.isFinished(entry.document.index) || entry.document.index >= run.order.length) continue;
    run.add(entry.document, entry.place);
    reporter.document(run, entry.document, null);
    const { name } = run.facts;
    if (run.prefixLength - (shown.get(name) ?? 0) < Math.max(1, run.order.length / REPLAYED_POINTS)) continue;
    shown.set(name, run.prefixLength);
    reporter.live(run);
  }
}
