/**
 * Where an evaluation stands, folded from its RunEvents: live, replayed, resumed, cancelled and failed ones pass through here
 * alike, for every screen. No clock.
 */
import type { SerializedError } from './errors';
import type { RunEvent } from './events';

/** `waiting` until it starts; `interrupted`: it had started, has no end, and nobody works on it. */
export type RunStatus = 'waiting' | 'running' | 'finished' | 'cancelled' | 'interrupted' | 'failed';

export type RunStanding = {
  readonly checkpoint: string;
  status: RunStatus;
  /** It was at work: its checkpoint could be opened. */
  begun: boolean;
  /** Documents. */
  done: number;
  total: number;
  tokens: number;
  tokensPerSecond: number;
  /** Answers that were there when it started, and where they were made. */
  answered: number;
  from: { readonly host: string; readonly time: string } | null;
  /** It is told from its folder, not by a process at work. */
  replayed: boolean;
  /** It had finished before and is only told again. */
  reported: boolean;
  /** Why the run as a whole stopped. */
  error: SerializedError | null;
  resumable: boolean;
  /** Tasks of the plan. */
  tasks: readonly string[];
  /** Tasks that could not be run, or not to their end; null where the reason is not told. */
  readonly failedTasks: Map<string, SerializedError | null>;
};

export type EvaluationStanding = {
  readonly runs: RunStanding[];
  /** The whole evaluation's seconds left; null while nothing sure can be said. */
  remaining: number | null;
};

/** `partly`: something failed, and something has its results. */
export type Outcome = 'empty' | 'preparing' | 'running' | 'finished' | 'partly' | 'cancelled' | 'interrupted' | 'failed';

export function emptyStanding(): EvaluationStanding {
  return { runs: [], remaining: null };
}

/** The run of a checkpoint; one that is not known yet is added at the end. */
export function runOf(standing: EvaluationStanding, checkpoint: string): RunStanding {
  let run = standing.runs.find((one) => one.checkpoint === checkpoint);
  if (run === undefined) {
    run = {
      checkpoint,
      status: 'waiting',
      begun: false,
      done: 0,
      total: 0,
      tokens: 0,
      tokensPerSecond: 0,
      answered: 0,
      from: null,
      replayed: false,
      reported: false,
      error: null,
      resumable: false,
      tasks: [],
      failedTasks: new Map(),
    };
    standing.runs.push(run);
  }
  return run;
}

/** Takes one event in, in place. */
export function advanceStanding(standing: EvaluationStanding, event: RunEvent): void {
  if (event.type === 'downloading') return;
  const run = runOf(standing, event.checkpoint);
  switch (event.type) {
    case 'planned':
      order(standing, event.checkpoints);
      if (hasEnded(run)) again(run);
      run.total = event.documents;
      run.tasks = event.tasks.map(({ task }) => task);
      run.replayed = event.origin === 'replay';
      return;
    case 'started':
      begin(run);
      return;
    case 'resumed':
      begin(run);
      run.answered = event.answered;
      run.from = event.from ?? null;
      return;
    case 'progress':
      if (run.status === 'waiting') begin(run);
      run.done = event.done;
      run.total = event.total;
      run.tokens = event.tokens;
      run.tokensPerSecond = event.tokens_per_second;
      standing.remaining = event.remaining;
      return;
    case 'finished':
      run.status = 'finished';
      run.begun = true;
      run.tokens = Math.max(run.tokens, event.tokens);
      run.reported = event.reported === true;
      for (const task of event.failedTasks) if (!run.failedTasks.has(task)) run.failedTasks.set(task, null);
      if (run.failedTasks.size === 0) run.done = run.total;
      standing.remaining = null;
      return;
    case 'cancelled':
      run.status = 'cancelled';
      // A run whose turn had not come does not count what it had done.
      if (event.total > 0) {
        run.done = event.done;
        run.total = event.total;
      }
      run.resumable = true;
      standing.remaining = null;
      return;
    case 'failed':
      if (event.task !== null) {
        run.failedTasks.set(event.task, event.error);
        return;
      }
      run.status = 'failed';
      run.error = event.error;
      run.resumable = event.resumable;
      standing.remaining = null;
      return;
    case 'sample':
    case 'metric':
    case 'comparison':
    case 'expectation':
    case 'warning':
  }
}

/** Nobody works on it any more: a run that has no end will have none. */
export function interrupt(standing: EvaluationStanding): void {
  for (const run of standing.runs) if (run.status === 'running' || run.status === 'waiting') run.status = 'interrupted';
  standing.remaining = null;
}

export function outcomeOf({ runs }: EvaluationStanding): Outcome {
  if (runs.length === 0) return 'empty';
  const has = (...statuses: readonly RunStatus[]) => runs.some(({ status }) => statuses.includes(status));
  if (has('running')) return runs.some(({ done, tokens }) => done > 0 || tokens > 0) ? 'running' : 'preparing';
  if (has('interrupted')) return 'interrupted';
  if (has('cancelled')) return 'cancelled';
  if (has('waiting')) return has('finished') ? 'running' : 'preparing';
  if (!has('failed') && runs.every(({ failedTasks }) => failedTasks.size === 0)) return 'finished';
  return runs.some(hasResults) ? 'partly' : 'failed';
}

/** More numbers are to come. */
export function isGoing(standing: EvaluationStanding): boolean {
  const outcome = outcomeOf(standing);
  return outcome === 'running' || outcome === 'preparing';
}

/** Documents of all checkpoints; one that is still to be planned has the tasks of the others. */
export function documentsOf({ runs }: EvaluationStanding): { readonly done: number; readonly total: number } {
  const planned = Math.max(0, ...runs.map(({ total }) => total));
  let done = 0;
  let total = 0;
  for (const run of runs) {
    done += run.done;
    total += run.total > 0 || run.status === 'finished' || run.status === 'failed' ? run.total : planned;
  }
  return { done, total };
}

/** It can be gone on with, and nobody is at it. */
export function isResumable(standing: EvaluationStanding): boolean {
  return !isGoing(standing) && standing.runs.some(({ status, resumable }) => resumable || status === 'interrupted');
}

/** Answers are on disk that a resume takes over. */
export function keepsAnswers({ status, resumable, done, answered, tokens }: RunStanding): boolean {
  return (resumable || status === 'interrupted') && (done > 0 || answered > 0 || tokens > 0);
}

function hasResults({ status, tasks, failedTasks }: RunStanding): boolean {
  return status === 'finished' && (failedTasks.size === 0 || tasks.some((task) => !failedTasks.has(task)));
}

function hasEnded({ status }: RunStanding): boolean {
  return status !== 'waiting' && status !== 'running';
}

function begin(run: RunStanding): void {
  // Failures told since the plan stay: they are of this attempt.
  if (hasEnded(run)) again(run);
  run.status = 'running';
  run.begun = true;
}

/** What an earlier attempt said of failing is not true of the next one. */
function again(run: RunStanding): void {
  run.status = 'waiting';
  run.error = null;
  run.resumable = false;
  run.reported = false;
  run.failedTasks.clear();
}

function order(standing: EvaluationStanding, names: readonly string[]): void {
  for (const name of names) runOf(standing, name);
  const place = new Map(names.map((name, index) => [name, index]));
  standing.runs.sort((a, b) => (place.get(a.checkpoint) ?? names.length) - (place.get(b.checkpoint) ?? names.length));
}
