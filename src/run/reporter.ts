/**
 * Turns what happens in a run into RunEvents, at a pace a screen can follow: live numbers and progress at most ten times
 * a second, and the last of a burst too; the first documents of each task, every final number.
 */
import type { RunEvent } from '../protocol/events';
import { describe, type MessageArgs, type MessageCode } from '../protocol/messages';
import { liveEstimate } from '../metrics/aggregations/running-score';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import type { AnsweredDocument } from './answered-document';
import { expectationsOf } from './expectations';
import { metricKey, plannedDocuments, type RunPlan } from './plan';
import { Rate } from './rate';
import type { FailedTask } from './run-file';
import { sampleSummary } from './sample-summary';
import type { FinishedTask } from './task-results';
import type { TaskRun } from './task-run';
import { TimeLeft } from './time-left';

const LIVE_INTERVAL_MS = 100;
/** Documents of a task that are told: the first of the random order, so the same ones for every checkpoint. */
const TOLD_SAMPLES = 2_000;

type WithoutCommon<E> = E extends unknown ? Omit<E, 'run' | 'evaluation' | 'checkpoint' | 'time'> : never;
/** An event without what every event of the run has. */
export type EventBody = WithoutCommon<RunEvent>;

/** Does the work after so many milliseconds; what it returns takes that back. */
export type Postpone = (work: () => void, milliseconds: number) => () => void;

export type ReporterOptions = {
  readonly now?: () => number;
  readonly postpone?: Postpone;
  /** Tasks by name, to know how much there is to read; without them no time is told. */
  readonly prepared?: ReadonlyMap<string, PreparedTask>;
  /** Work of the runs behind this one, as a multiple of this one's. */
  readonly later?: number;
};

const byTimer: Postpone = (work, milliseconds) => {
  const timer = setTimeout(work, milliseconds).unref();
  return () => clearTimeout(timer);
};

export class RunReporter {
  private readonly now: () => number;
  private readonly postpone: Postpone;
  /** What came too soon after the last of its kind, and is shown when its time has come: tasks by name, the progress under ''. */
  private readonly postponed = new Map<string, () => void>();
  private readonly rate: Rate;
  private readonly lastShown = new Map<string, { time: number; changes: number }>();
  private readonly told = new Map<string, ReadonlySet<number>>();
  private lastProgress = -Infinity;
  private done = 0;
  private timeLeft: TimeLeft | null = null;
  private pushed = 0;
  private taskDone: { readonly task: string; readonly total: number; done: number } | null = null;

  constructor(
    private readonly plan: RunPlan,
    private readonly emit: (event: RunEvent) => void,
    private readonly options: ReporterOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.postpone = options.postpone ?? byTimer;
    this.rate = new Rate(this.now);
  }

  send(body: EventBody): void {
    const { id, evaluation, checkpoint } = this.plan;
    this.emit({ run: id, evaluation, checkpoint: checkpoint.name, time: new Date(this.now()).toISOString(), ...body } as RunEvent);
  }

  get documentsDone(): number {
    return this.done;
  }

  /** Tokens pushed through the model since the start. */
  get tokensPushed(): number {
    return this.pushed;
  }

  warn(task: string | null, code: MessageCode, args: MessageArgs): void {
    this.send({ type: 'warning', task, code, args, message: describe(code, args) });
  }

  /** `asked`: as the model answered it now; null for one that an earlier start had answered. */
  document(run: TaskRun, document: AnsweredDocument, asked: PreparedDocument | null): void {
    const { name } = run.facts;
    this.done++;
    if (this.taskDone?.task !== name) this.taskDone = { task: name, total: run.order.length, done: 0 };
    this.taskDone.done = run.documentsDone;
    this.left.finished(name, asked);
    if (this.tells(run, document.index)) {
      const sample = sampleSummary(run.facts, document);
      if (sample !== null) this.send({ type: 'sample', task: name, sample });
    }
    if (asked !== null) this.live(run);
  }

  /** Tokens pushed through the model. */
  tokens(pushed: number): void {
    if (pushed <= 0) return;
    this.pushed += pushed;
    this.rate.record(this.pushed);
    this.left.pushed(this.pushed);
    this.progress();
  }

  /** Numbers over the finished prefix of the random order and what is read of the next document, when there is more and the last ones have been seen. */
  live(run: TaskRun): void {
    const { name, metrics } = run.facts;
    const shown = this.lastShown.get(name) ?? { time: -Infinity, changes: 0 };
    if (run.liveChanges === shown.changes || run.isComplete) return;
    const time = this.now();
    if (time - shown.time < LIVE_INTERVAL_MS) {
      if (!this.postponed.has(name)) this.soon(name, shown.time + LIVE_INTERVAL_MS - time, () => this.live(run));
      return;
    }
    this.lastShown.set(name, { time, changes: run.liveChanges });
    for (const [column, metric] of metrics.entries()) {
      const running = run.running[column];
      if (running === undefined) continue;
      // A document that is not finished moves the value; what is known of the population rests on whole documents.
      const estimate = liveEstimate(running, run.order.length, this.plan.options.confidence, run.partialOf(column));
      this.send({ type: 'metric', task: name, metric: metricKey(metric), n: running.n, tokens: run.liveTokens, final: false, ...estimate });
    }
    this.progress();
  }

  final(task: FinishedTask): void {
    const { run, numbers } = task;
    const tokens = run.liveTokens;
    for (const { key, ...estimate } of numbers.metrics) {
      this.send({ type: 'metric', task: task.facts.name, metric: key, n: run.order.length, tokens, final: true, ...estimate });
    }
    this.warnOfNumbers(task);
    for (const expectation of expectationsOf(task, this.plan)) this.send({ type: 'expectation', expectation });
    this.progress(true);
  }

  taskFailed({ task, entry, error }: FailedTask): void {
    this.left.dropped(task);
    this.send({ type: 'failed', task, entry, error, resumable: false });
  }

  /** A number that means nothing must not stand there without a word. */
  private warnOfNumbers({ facts, run, numbers }: FinishedTask): void {
    const { name } = facts;
    const documents = run.order.length;
    if (run.documentsWithoutGold > 0) this.warn(name, 'no-gold', { count: run.documentsWithoutGold, documents });
    if (run.documentsWithoutNumber > 0) return this.warn(name, 'not-a-number', { count: run.documentsWithoutNumber, documents });
    for (const { key, value } of numbers.metrics) if (!Number.isFinite(value)) this.warn(name, 'no-value', { metric: key });
  }

  private tells(run: TaskRun, index: number): boolean {
    if (run.order.length <= TOLD_SAMPLES) return true;
    const { name } = run.facts;
    const told = this.told.get(name) ?? new Set(run.order.slice(0, TOLD_SAMPLES));
    this.told.set(name, told);
    return told.has(index);
  }

  private get left(): TimeLeft {
    return (this.timeLeft ??= new TimeLeft(this.plan.tasks, this.options.prepared ?? new Map(), this.options.later ?? 0, this.now));
  }

  /** Nothing runs any more: what was to be shown later is not. */
  rest(): void {
    for (const takeBack of this.postponed.values()) takeBack();
    this.postponed.clear();
  }

  private soon(key: string, milliseconds: number, show: () => void): void {
    const takeBack = this.postpone(() => {
      this.postponed.delete(key);
      show();
    }, milliseconds);
    this.postponed.set(key, takeBack);
  }

  private progress(force = false): void {
    const time = this.now();
    if (!force && time - this.lastProgress < LIVE_INTERVAL_MS) {
      if (!this.postponed.has('')) this.soon('', this.lastProgress + LIVE_INTERVAL_MS - time, () => this.progress());
      return;
    }
    this.lastProgress = time;
    const [first] = this.plan.tasks;
    this.send({
      type: 'progress',
      task: this.taskDone?.task ?? first?.name ?? '',
      done: this.done,
      total: plannedDocuments(this.plan),
      taskDone: this.taskDone?.done ?? 0,
      taskTotal: this.taskDone?.total ?? first?.documents ?? 0,
      tokens: this.pushed,
      tokens_per_second: Math.round(this.rate.tokensPerSecond),
      remaining: this.left.seconds,
    });
  }
}
