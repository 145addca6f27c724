/** Where the evaluation as a whole stands, from the states of its runs. */
import type { PanelState } from './state';

export type Outcome = 'empty' | 'preparing' | 'running' | 'finished' | 'partly' | 'cancelled' | 'interrupted' | 'failed';

export type Standing = {
  readonly outcome: Outcome;
  /** Documents over all checkpoints. */
  readonly done: number;
  readonly total: number;
  readonly tokensPerSecond: number;
  /** Seconds, null while unknown. */
  readonly remaining: number | null;
  readonly resumable: boolean;
};

export function standing(state: PanelState): Standing {
  const runs = state.checkpoints;
  const planned = Math.max(0, ...runs.map((run) => run.total));
  let done = 0;
  let total = 0;
  for (const run of runs) {
    // A checkpoint that is still to be planned has the same tasks as the others.
    total += run.total > 0 || run.status !== 'waiting' ? run.total : planned;
    done += run.done;
  }
  const running = runs.filter((run) => run.status === 'running');
  const outcome = outcomeOf(state);
  return {
    outcome,
    done,
    total,
    tokensPerSecond: running.reduce((sum, run) => sum + run.tokensPerSecond, 0),
    remaining: remainingOf(state, planned),
    resumable: outcome === 'interrupted' || (outcome !== 'running' && outcome !== 'preparing' && runs.some((run) => run.resumable)),
  };
}

/** More numbers are to come. */
export function isGoing(state: PanelState): boolean {
  const outcome = outcomeOf(state);
  return outcome === 'running' || outcome === 'preparing';
}

function outcomeOf(state: PanelState): Outcome {
  const runs = state.checkpoints;
  if (runs.length === 0) return 'empty';
  if (state.interrupted) return 'interrupted';
  const has = (status: string) => runs.some((run) => run.status === status);
  if (has('cancelled') && !has('running')) return 'cancelled';
  if (has('running') || has('waiting')) return runs.some((run) => run.done > 0 || run.tokens > 0) ? 'running' : 'preparing';
  if (has('failed')) return 'failed';
  return state.tasks.some((task) => task.errors.size > 0) ? 'partly' : 'finished';
}

/** Runs follow each other: what the running one has left, and for those that wait its pace over all their documents. */
function remainingOf(state: PanelState, planned: number): number | null {
  const running = state.checkpoints.find((run) => run.status === 'running' && run.remaining !== null);
  if (running === undefined || running.remaining === null) return null;
  const left = running.total - running.done;
  let seconds = running.remaining;
  if (left <= 0) return seconds;
  for (const run of state.checkpoints) {
    if (run.status === 'waiting') seconds += (running.remaining / left) * (run.total > 0 ? run.total - run.done : planned);
  }
  return seconds;
}
