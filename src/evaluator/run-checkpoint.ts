/** One run from its plan to its files: takes its folder, asks what is not answered yet, writes results, says how it ended. */
import { join } from 'node:path';
import type { LanguageModel } from '../model/language-model';
import type { PlannedTask, RunEvent } from '../protocol/events';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { RunReport } from '../protocol/results';
import { Execution, type RunResults } from '../run/execute';
import { JournalWriter } from '../run/journal';
import { plannedDocuments, plannedTask, type RunPlan } from '../run/plan';
import { runReport, runTiming } from '../run/report';
import { RunReporter } from '../run/reporter';
import { restore, taskRuns } from '../run/restore';
import { writeResults } from '../run/results';
import type { EarlierRun } from '../run/resume';
import { continueRun, createRun, openJournal, type OpenRun } from '../run/run-folder';
import { type FailedTask, JOURNAL_FILE, type RunFile, writeRunFile } from '../run/run-file';
import { storedStderr } from '../run/stored-stderr';
import { takeUp } from '../run/take-up';
import { modelWarnings } from './model-warnings';
import type { PlannedRun } from './planner';

export type RunOutcome = {
  /** null where the run did not come to its end. */
  readonly report: RunReport | null;
  /** As far as they came: tasks that are finished are, also where the run is not. */
  readonly results: RunResults;
  /** What went wrong: of a task, or of the whole run (`task` null). */
  readonly failures: readonly { readonly task: string | null; readonly error: SerializedError }[];
  readonly cancelled: boolean;
};

export type RunEnvironment = {
  /** Opens the model of this run; already on its way when the last run ends. Not called when nothing is left to ask. */
  readonly model: () => Promise<LanguageModel>;
  /** The run to go on with. */
  readonly earlier: EarlierRun | null;
  /** A resume was asked for, so starting afresh is said. */
  readonly resume: boolean;
  readonly versions: Readonly<Record<string, string>>;
  /** Work of the runs behind this one, as a multiple of this one's. */
  readonly later: number;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
};

/** Never throws: every ending is an event and an outcome. */
export function runCheckpoint(run: PlannedRun, environment: RunEnvironment): Promise<RunOutcome> {
  return new CheckpointRun(run, environment).run();
}

class CheckpointRun {
  private plan: RunPlan;
  private readonly reporter: RunReporter;
  private readonly started = Date.now();
  private open: OpenRun | null = null;
  private journal: JournalWriter | null = null;
  private execution: Execution | null = null;
  private fingerprint: string | null = null;

  constructor(
    private readonly planned: PlannedRun,
    private readonly environment: RunEnvironment,
  ) {
    this.plan = planned.plan;
    this.reporter = new RunReporter(planned.plan, environment.emit, { prepared: planned.prepared, later: environment.later });
  }

  async run(): Promise<RunOutcome> {
    const { signal, earlier } = this.environment;
    try {
      const report = earlier?.run.state === 'finished' ? await this.report(earlier) : await this.evaluate(earlier);
      return { report, results: this.results, failures: this.results.failures, cancelled: false };
    } catch (thrown) {
      const error = signal.aborted ? new AssayError('cancelled') : AssayError.from(thrown);
      const cancelled = error.code === 'cancelled';
      this.closeInterrupted(cancelled ? { state: 'cancelled', error: null } : { state: 'failed', error: error.toJSON() });
      if (cancelled) this.reporter.send({ type: 'cancelled', done: this.reporter.documentsDone, total: plannedDocuments(this.plan) });
      else this.reporter.send({ type: 'failed', task: null, error: error.toJSON(), resumable: this.open !== null });
      const whole = cancelled ? [] : [{ task: null, error: error.toJSON() }];
      return { report: null, results: this.results, failures: [...this.results.failures, ...whole], cancelled };
    }
  }

  private get results(): RunResults {
    return this.execution?.results() ?? { tasks: new Map(), failures: [] };
  }

  /** Asks what no journal answers, then writes what the run's folder is for. */
  private async evaluate(earlier: EarlierRun | null): Promise<RunReport> {
    const { environment, reporter } = this;
    const { signal } = environment;
    // Who goes on with a run has it to himself before anything is loaded.
    if (earlier !== null) this.open = await takeUp(() => continueRun(earlier, this.plan.evaluation), signal);
    const hashing = this.planned.fingerprint();
    hashing.catch(() => undefined);
    const model = await environment.model();
    if (signal.aborted) throw new AssayError('cancelled');
    this.learn(model);
    const { plan } = this;
    this.open ??= createRun(plan, { ...environment.versions, ...model.info.versions });
    reporter.send({ type: 'started', parameters: plan.checkpoint.parameters, precision: plan.options.precision });
    this.warn(model);
    const runs = taskRuns(plan);
    const taken = earlier === null ? null : await this.takeOver(earlier, runs);
    if (earlier === null && environment.resume) reporter.warn(null, 'nothing-to-resume', { checkpoint: plan.checkpoint.name });
    this.journal ??= JournalWriter.continue(join(plan.folder, JOURNAL_FILE), null, plan.options.logSamples);
    this.execution = new Execution(plan, { runs, asking: { model, journal: this.journal, prepared: this.planned.prepared } }, reporter, signal);
    await this.execution.run();
    this.fingerprint = await hashing;
    const seconds = (Date.now() - this.started) / 1000;
    const report = runReport(plan, this.results, runTiming(seconds, reporter.tokensPushed), taken === null ? {} : { taken_over: taken });
    const told = { versions: this.open.file.versions, specialTokens: model.info.specialTokens, chatTemplate: this.planned.chatTemplate };
    await writeResults(plan, this.results, report, told, new Date(), this.journal, signal);
    this.close({ state: 'finished', error: null });
    reporter.send({ type: 'finished', seconds, tokens: reporter.tokensPushed, failedTasks: this.failures.map(({ task }) => task) });
    return report;
  }

  /** What only a server tells. One that serves another model than when this run began gives no answers to it. */
  private learn({ info }: LanguageModel): void {
    const { checkpoint } = this.plan;
    if (checkpoint.served === undefined) return;
    const [before, now] = [this.open?.file.versions, info.versions].map((versions) => `${versions?.['served'] ?? '?'} (${versions?.['served-scoring'] ?? '?'})`);
    if (this.open !== null && before !== now) throw new AssayError('endpoint-changed', { endpoint: checkpoint.served.endpoint, before: before ?? '', now: now ?? '' });
    this.plan = { ...this.plan, checkpoint: { ...checkpoint, maxLength: info.maxLength, parameters: info.parameters } };
  }

  private async takeOver({ folder, run }: EarlierRun, runs: ReturnType<typeof taskRuns>): Promise<NonNullable<RunReport['taken_over']>> {
    const { journal } = openJournal(folder);
    try {
      const { answers, validBytes } = await restore(journal, runs, this.reporter, this.environment.signal);
      this.journal = JournalWriter.continue(join(folder, JOURNAL_FILE), validBytes, this.plan.options.logSamples);
      this.reporter.send({ type: 'resumed', answered: answers, from: { host: run.process.host, time: run.started } });
      return { answers, since: run.started, host: run.process.host };
    } finally {
      journal.close();
    }
  }

  /** A finished run is told again from its folder: nothing is loaded, asked or written. */
  private async report({ folder, run }: EarlierRun): Promise<RunReport> {
    const { plan, environment, reporter } = this;
    const { journal } = openJournal(folder);
    try {
      reporter.send({ type: 'started', parameters: plan.checkpoint.parameters, precision: plan.options.precision });
      const runs = taskRuns(plan);
      const { answers } = await restore(journal, runs, reporter, environment.signal);
      reporter.send({ type: 'resumed', answered: answers, from: { host: run.process.host, time: run.started } });
      const sameBootstraps = run.options.bootstrapIters === plan.options.bootstrapIters;
      this.execution = new Execution(plan, { runs, asking: null, ...(sameBootstraps && { knownStderr: storedStderr(folder) }) }, reporter, environment.signal);
      for (const failure of run.failures) if (runs.has(failure.task)) this.execution.fail(failure);
      await this.execution.run();
      const seconds = (Date.now() - this.started) / 1000;
      const taken_over = { answers, since: run.started, host: run.process.host };
      reporter.send({ type: 'finished', seconds, tokens: 0, failedTasks: this.failures.map(({ task }) => task), reported: true });
      return runReport(plan, this.results, runTiming(seconds, 0), { reported: true, taken_over });
    } finally {
      journal.close();
    }
  }

  /** Tasks that could not be planned, and those that failed on the way. */
  private get failures(): readonly FailedTask[] {
    return [...this.plan.failures, ...this.results.failures];
  }

  private warn(model: LanguageModel): void {
    const warn = ({ code, args }: Pick<SerializedError, 'code' | 'args'>): void => this.reporter.warn(null, code, args);
    modelWarnings(this.planned.source, model).forEach(warn);
    model.onWarning?.(warn);
  }

  private close(ending: Pick<RunFile, 'state' | 'error'>): void {
    const { open, plan } = this;
    if (open === null) return;
    try {
      this.journal?.close();
      const identity = { ...open.file.identity, fingerprint: this.fingerprint ?? open.file.identity.fingerprint };
      writeRunFile(plan.folder, { ...open.file, ...ending, identity, failures: this.failures, ended: new Date().toISOString() });
    } finally {
      open.lock.release();
    }
  }

  /** On a full disk the ending may find no room either: what went wrong first is what is told, and a resume finds the run by its journal. */
  private closeInterrupted(ending: Pick<RunFile, 'state' | 'error'>): void {
    try {
      this.close(ending);
    } catch {
      // run.json says that the run is running, and nobody holds its lock.
    }
  }
}

/** The plan of a run, before anything runs: a screen lays out its space. */
export function announcePlan(plan: RunPlan, emit: (event: RunEvent) => void, origin: 'run' | 'replay', tasks: readonly PlannedTask[] = plan.tasks.map(plannedTask)): void {
  new RunReporter(plan, emit).send({
    type: 'planned',
    config: plan.config,
    tasks,
    documents: tasks.reduce((sum, { documents }) => sum + documents, 0),
    checkpoints: plan.checkpoints,
    baseline: plan.baseline,
    confidence: plan.options.confidence,
    path: plan.folder,
    ...(plan.options.precision === 'int8' && { precision: 'int8' as const }),
    origin,
  });
}
