import type { SerializedError } from '../../protocol/errors';
import type { RunEvent } from '../../protocol/events';

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

type Run = {
  checkpoint: string;
  total: number;
  done: number;
  state: 'open' | 'finished' | 'cancelled' | 'failed';
};

/** Folds the events of one evaluation, live or replayed, into its status. */
export class StatusOfEvaluation {
  private readonly runs = new Map<string, Run>();
  private checkpoints = 0;
  private latest: Extract<RunEvent, { type: 'progress' }> | null = null;
  private failure: Failure | null = null;
  private missed = 0;
  private readonly failedTasks = new Set<string>();

  constructor(events: readonly RunEvent[] = []) {
    for (const event of events) this.apply(event);
  }

  apply(event: RunEvent): void {
    const run = this.runs.get(event.run);
    switch (event.type) {
      case 'planned':
        this.runs.set(event.run, { checkpoint: event.checkpoint, total: event.documents, done: 0, state: 'open' });
        this.checkpoints = Math.max(this.checkpoints, event.checkpoints.length);
        return;
      case 'progress':
        this.latest = event;
        if (run) Object.assign(run, { done: event.done, total: event.total });
        return;
      case 'expectation':
        if (!event.expectation.met) this.missed++;
        return;
      case 'finished':
        for (const task of event.failedTasks) this.failedTasks.add(task);
        if (run) Object.assign(run, { state: 'finished', done: run.total });
        return;
      case 'cancelled':
        // A run whose turn had not come, or one read back, does not count what it had done.
        if (run) Object.assign(run, { state: 'cancelled', done: Math.max(run.done, event.done), total: event.total || run.total });
        return;
      case 'failed':
        if (event.task !== null) {
          this.failedTasks.add(event.task);
          return;
        }
        if (run) run.state = 'failed';
        this.failure = { checkpoint: event.checkpoint, error: event.error, resumable: event.resumable };
        return;
      case 'started':
      case 'resumed':
      case 'sample':
      case 'metric':
      case 'comparison':
      case 'warning':
        return;
    }
  }

  /** `live`: the evaluator is still at it; otherwise a run without an end was interrupted. */
  status(live: boolean): EvaluationStatus {
    const runs = [...this.runs.values()];
    const done = sum(runs.map((run) => run.done));
    const known = sum(runs.map((run) => run.total));
    // Checkpoints whose turn has not come plan the same documents.
    const total = runs.length > 0 ? Math.round((known / runs.length) * Math.max(runs.length, this.checkpoints)) : 0;
    if (live) {
      if (!this.latest) return { kind: 'starting' };
      const rate = this.latest;
      return {
        kind: 'running',
        checkpoint: rate.checkpoint,
        task: rate.task,
        done,
        total,
        tokensPerSecond: rate.tokens_per_second,
        remaining: rate.remaining,
        failure: this.failure,
      };
    }
    if (this.failure) return { kind: 'failed', failure: this.failure };
    if (runs.some((run) => run.state === 'cancelled')) return { kind: 'cancelled', done, total };
    if (runs.some((run) => run.state === 'open')) return { kind: 'interrupted', done, total };
    return { kind: 'finished', missed: this.missed, failedTasks: this.failedTasks.size };
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
