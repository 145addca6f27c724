/** One run from its plan to its files: opens the folder, asks what is not answered yet, writes results, says how it ended. */
import type { LanguageModel } from '../model/language-model';
import type { PlannedTask, RunEvent } from '../protocol/events';
import { AssayError } from '../protocol/errors';
import type { RunReport } from '../protocol/results';
import { executeRun, type RunResults } from '../run/execute';
import type { ComparedMetric } from '../run/comparisons';
import { plannedDocuments, plannedTask, type RunPlan } from '../run/plan';
import { runReport, runTiming } from '../run/report';
import { RunReporter } from '../run/reporter';
import { writeResults } from '../run/results';
import type { EarlierRun } from '../run/resume';
import { openRun, type OpenRun } from '../run/run-folder';
import { type RunFile, writeRunFile } from '../run/run-file';

export type RunOutcome = {
  readonly report: RunReport | null;
  readonly compared: readonly ComparedMetric[];
  /** What went wrong: of a task, or of the whole run (`task` null). */
  readonly failures: readonly { readonly task: string | null; readonly error: AssayError }[];
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
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
};

/** Never throws: every ending is an event and an outcome. */
export async function runCheckpoint(plan: RunPlan, environment: RunEnvironment): Promise<RunOutcome> {
  const { signal, earlier } = environment;
  const failures: { task: string | null; error: AssayError }[] = [];
  const reporter = new RunReporter(plan, (event) => {
    if (event.type === 'failed' && event.task !== null) failures.push({ task: event.task, error: AssayError.fromJSON(event.error) });
    environment.emit(event);
  });
  const started = Date.now();
  let open: OpenRun | null = null;
  try {
    const model = earlier?.run.state === 'finished' ? null : await environment.model();
    signal.throwIfAborted();
    open = openRun(plan, earlier, { ...environment.versions, ...model?.info.versions });
    announceStart(plan, open, reporter, environment.resume);
    for (const { code, args } of model?.info.warnings ?? []) reporter.warn(null, code, args);
    const journaled = open.kind === 'fresh' ? new Map() : open.answers;
    const journal = open.kind === 'finished' ? null : open.journal;
    const results = await executeRun(plan, { journaled, model, journal }, reporter, signal);
    const seconds = (Date.now() - started) / 1000;
    const report = runReport(plan, results, runTiming(seconds, reporter.tokensPushed));
    if (open.kind !== 'finished') {
      writeResults(plan, results, report, open.file.versions, new Date());
      closeRun(plan, open, { state: 'finished', error: null });
    }
    reporter.send({ type: 'finished', seconds, tokens: reporter.tokensPushed, failedTasks: results.failedTasks });
    return { report, compared: comparedMetrics(results), failures, cancelled: false };
  } catch (thrown) {
    const error = signal.aborted ? new AssayError('cancelled') : AssayError.from(thrown);
    const cancelled = error.code === 'cancelled';
    if (open !== null && open.kind !== 'finished') {
      closeInterrupted(plan, open, cancelled ? { state: 'cancelled', error: null } : { state: 'failed', error: error.toJSON() });
    }
    if (cancelled) {
      reporter.send({ type: 'cancelled', done: reporter.documentsDone, total: plannedDocuments(plan) });
    } else {
      failures.push({ task: null, error });
      reporter.send({ type: 'failed', task: null, error: error.toJSON(), resumable: open !== null });
    }
    return { report: null, compared: [], failures, cancelled };
  }
}

/** The plan of a run, before anything runs: a screen lays out its space. */
export function announcePlan(plan: RunPlan, emit: (event: RunEvent) => void, tasks: readonly PlannedTask[] = plan.tasks.map(plannedTask)): void {
  new RunReporter(plan, emit).send({
    type: 'planned',
    config: plan.config,
    tasks,
    documents: tasks.reduce((sum, { documents }) => sum + documents, 0),
    checkpoints: plan.checkpoints,
    baseline: plan.baseline,
    confidence: plan.options.confidence,
    path: plan.folder,
  });
}

function announceStart(plan: RunPlan, open: OpenRun, reporter: RunReporter, resume: boolean): void {
  reporter.send({ type: 'started', parameters: plan.checkpoint.parameters, precision: plan.options.precision });
  if (open.kind !== 'fresh') reporter.send({ type: 'resumed', answered: open.answers.size });
  else if (resume) reporter.warn(null, 'nothing-to-resume', { checkpoint: plan.checkpoint.name });
}

function closeRun(plan: RunPlan, open: Exclude<OpenRun, { kind: 'finished' }>, ending: Pick<RunFile, 'state' | 'error'>): void {
  open.journal.close();
  writeRunFile(plan.folder, { ...open.file, ...ending, ended: new Date().toISOString() });
}

/** On a full disk the ending may find no room either: what went wrong first is what is told, and a resume finds the run by its journal. */
function closeInterrupted(...[plan, open, ending]: Parameters<typeof closeRun>): void {
  try {
    closeRun(plan, open, ending);
  } catch {
    // run.json says that the run is running, by a process that ends.
  }
}

export function comparedMetrics(results: RunResults): ComparedMetric[] {
  return [...results.tasks.values()].flatMap(({ run }) =>
    run.task.filters.flatMap((filter) =>
      run.task.metrics.map(({ metric }, column) => ({
        task: run.task.name,
        metric: `${metric.name},${filter}`,
        aggregation: metric.aggregation,
        values: run.values(column),
      })),
    ),
  );
}
