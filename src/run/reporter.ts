/**
 * Turns what happens in a run into RunEvents, at a pace a screen can follow: live numbers and progress at most ten times
 * a second, every finished document, every final number.
 */
import type { RunEvent, SampleSummary } from '../protocol/events';
import type { AssayError } from '../protocol/errors';
import { describe, type MessageArgs, type MessageCode } from '../protocol/messages';
import { aggregationOf } from '../metrics/registry';
import { liveEstimate } from '../statistics/method';
import type { FinishedTask } from './task-results';
import { expectationsOf } from './expectations';
import { plannedDocuments, type RunPlan } from './plan';
import { Rate } from './rate';
import { sampleSummary } from './sample-summary';
import type { FinishedDocument, TaskRun } from './task-run';
import { Workload } from './workload';

const LIVE_INTERVAL_MS = 100;

type WithoutCommon<E> = E extends unknown ? Omit<E, 'run' | 'evaluation' | 'checkpoint' | 'time'> : never;
/** An event without what every event of the run has. */
export type EventBody = WithoutCommon<RunEvent>;

export class RunReporter {
  private readonly rate: Rate;
  private readonly lastShown = new Map<string, { time: number; changes: number }>();
  private lastProgress = -Infinity;
  private done = 0;
  private workload: Workload | null = null;
  private pushed = 0;
  private taskDone: { readonly task: string; readonly total: number; done: number } | null = null;

  constructor(
    private readonly plan: RunPlan,
    private readonly emit: (event: RunEvent) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.rate = new Rate(now);
    this.rate.record(0);
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

  document(run: TaskRun, document: FinishedDocument, answeredNow: boolean): void {
    this.done++;
    if (this.taskDone?.task !== run.task.name) this.taskDone = { task: run.task.name, total: run.order.length, done: 0 };
    this.taskDone.done = run.documentsDone;
    (this.workload ??= new Workload(this.plan.tasks)).finished(run.task.name, document.prepared, answeredNow);
    this.send({ type: 'sample', task: run.task.name, sample: sampleSummary(run.task, document) satisfies SampleSummary });
    if (answeredNow) this.live(run);
  }

  /** Tokens pushed through the model. */
  tokens(pushed: number): void {
    this.pushed += pushed;
    this.rate.record(this.pushed);
    this.progress();
  }

  /** Numbers over the finished prefix of the random order and what is read of the next document, when there is more and the last ones have been seen. */
  live(run: TaskRun): void {
    const shown = this.lastShown.get(run.task.name) ?? { time: -Infinity, changes: 0 };
    const time = this.now();
    if (run.liveChanges === shown.changes || run.isComplete || time - shown.time < LIVE_INTERVAL_MS) return;
    this.lastShown.set(run.task.name, { time, changes: run.liveChanges });
    for (const [column, { metric }] of run.task.metrics.entries()) {
      const { values, partial, tokens } = run.live(column);
      const finished = liveEstimate(metric.aggregation, values, run.order.length, this.plan.options.confidence);
      // A document that is not finished moves the value; what is known of the population rests on whole documents.
      const estimate = partial === null ? finished : { ...finished, value: aggregationOf(metric.aggregation).aggregate([...values, partial]) };
      for (const filter of run.task.filters) {
        this.send({ type: 'metric', task: run.task.name, metric: `${metric.name},${filter}`, n: values.length, tokens, final: false, ...estimate });
      }
    }
    this.progress();
  }

  final(task: FinishedTask): void {
    const { tokens } = task.run.live(0);
    for (const { key, ...estimate } of task.numbers.metrics) {
      this.send({ type: 'metric', task: task.run.task.name, metric: key, n: task.run.order.length, tokens, final: true, ...estimate });
    }
    this.warnOfNumbers(task);
    // Documents have been rendered by now, and with that what is odd about them is known.
    for (const { code, args } of task.run.task.warnings) this.warn(task.run.task.name, code, args);
    for (const expectation of expectationsOf(task, this.plan)) this.send({ type: 'expectation', expectation });
    this.progress(true);
  }

  /** A number that means nothing must not stand there without a word. */
  private warnOfNumbers({ run, numbers }: FinishedTask): void {
    const { name } = run.task;
    if (run.documentsWithoutNumber > 0) {
      this.warn(name, 'not-a-number', { count: run.documentsWithoutNumber, documents: run.order.length });
      return;
    }
    for (const { key, value } of numbers.metrics) if (!Number.isFinite(value)) this.warn(name, 'no-value', { metric: key });
  }

  /** `entry`: digest of its `tasks:` entry, where the plan does not hold the task. */
  taskFailed(task: string, error: AssayError, entry: string | null = this.plan.tasks.find(({ prepared }) => prepared.name === task)?.entry ?? null): void {
    this.send({ type: 'failed', task, entry, error: error.toJSON(), resumable: false });
  }

  private progress(force = false): void {
    const time = this.now();
    if (!force && time - this.lastProgress < LIVE_INTERVAL_MS) return;
    this.lastProgress = time;
    const total = plannedDocuments(this.plan);
    this.send({
      type: 'progress',
      task: this.taskDone?.task ?? this.plan.tasks[0]?.prepared.name ?? '',
      done: this.done,
      total,
      taskDone: this.taskDone?.done ?? 0,
      taskTotal: this.taskDone?.total ?? this.plan.tasks[0]?.prepared.documents.length ?? 0,
      tokens: this.pushed,
      tokens_per_second: Math.round(this.rate.tokensPerSecond),
      remaining: this.rate.secondsFor((this.workload ??= new Workload(this.plan.tasks)).tokensLeft(this.pushed)),
    });
  }
}
