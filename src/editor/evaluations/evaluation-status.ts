import type { SerializedError } from '../../protocol/errors';
import type { RunEvent } from '../../protocol/events';
import { advanceStanding, documentsOf, emptyStanding } from '../../protocol/standing';

/** What the status bar, the buttons and the lenses need to know of an evaluation. */
export type EvaluationStatus =
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      readonly checkpoint: string;
      readonly task: string;
      /** Documents, of all checkpoints. */
      readonly done: number;
      readonly total: number;
      readonly tokensPerSecond: number;
      /** Seconds, as the event tells them; null while nothing sure can be said. */
      readonly remaining: number | null;
      /** A checkpoint that failed while others go on. */
      readonly failure: Failure | null;
    }
  | { readonly kind: 'finished'; readonly missed: number; /** Tasks that could not be run, on any checkpoint. */ readonly failedTasks: number }
  | { readonly kind: 'cancelled'; readonly done: number; readonly total: number }
  | { readonly kind: 'interrupted'; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type Failure = { readonly checkpoint: string; readonly error: SerializedError; readonly resumable: boolean };

/** The standing of one evaluation, live or replayed, as the status bar and the buttons say it. */
export class StatusOfEvaluation {
  private readonly standing = emptyStanding();
  private latest: Extract<RunEvent, { type: 'progress' }> | null = null;
  private missed = 0;

  constructor(events: readonly RunEvent[] = []) {
    for (const event of events) this.apply(event);
  }

  apply(event: RunEvent): void {
    advanceStanding(this.standing, event);
    if (event.type === 'progress') this.latest = event;
    if (event.type === 'expectation' && !event.expectation.met) this.missed++;
  }

  /** `live`: the evaluator is still at it; otherwise a run without an end was interrupted. */
  status(live: boolean): EvaluationStatus {
    const { runs, remaining } = this.standing;
    const documents = documentsOf(this.standing);
    const [failure = null] = runs.flatMap(({ checkpoint, status, error, resumable }): Failure[] => (status === 'failed' && error !== null ? [{ checkpoint, error, resumable }] : []));
    if (live) {
      if (!this.latest) return { kind: 'starting' };
      const { checkpoint, task, tokens_per_second: tokensPerSecond } = this.latest;
      return { kind: 'running', checkpoint, task, ...documents, tokensPerSecond, remaining, failure };
    }
    if (failure) return { kind: 'failed', failure };
    if (runs.some(({ status }) => status === 'cancelled')) return { kind: 'cancelled', ...documents };
    if (runs.some(({ status }) => status !== 'finished')) return { kind: 'interrupted', ...documents };
    return { kind: 'finished', missed: this.missed, failedTasks: new Set(runs.flatMap(({ failedTasks }) => [...failedTasks.keys()])).size };
  }
}

/** Whether Resume has something to go on with. */
export function isResumable(status: EvaluationStatus): boolean {
  switch (status.kind) {
    case 'failed':
      return status.failure.resumable;
    case 'running':
      return status.failure?.resumable ?? false;
    case 'cancelled':
    case 'interrupted':
      return true;
    case 'starting':
    case 'finished':
      return false;
  }
}
