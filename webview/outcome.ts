/** Where the evaluation as a whole stands, as the head of the page says it. */
import { type Outcome, documentsOf, isGoing as goesOn, isResumable, outcomeOf } from '../src/protocol/standing';
import type { PanelState } from './state';

export type { Outcome } from '../src/protocol/standing';

export type Standing = {
  readonly outcome: Outcome;
  /** Documents over all checkpoints. */
  readonly done: number;
  readonly total: number;
  readonly tokensPerSecond: number;
  /** Seconds, null while unknown. */
  readonly remaining: number | null;
  readonly resumable: boolean;
  /** Nothing of it was computed: it had finished before and is told again. */
  readonly reported: boolean;
};

export function standing({ standing: now }: PanelState): Standing {
  const running = now.runs.filter((run) => run.status === 'running');
  return {
    outcome: outcomeOf(now),
    ...documentsOf(now),
    tokensPerSecond: running.reduce((sum, run) => sum + run.tokensPerSecond, 0),
    remaining: running.length === 0 ? null : now.remaining,
    resumable: isResumable(now),
    reported: now.runs.length > 0 && now.runs.every((run) => run.reported),
  };
}

/** More numbers are to come. */
export function isGoing(state: PanelState): boolean {
  return goesOn(state.standing);
}
