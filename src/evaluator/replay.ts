/** A run as its own folder tells it, whatever has happened to data, task files and checkpoint since: the code that ran it draws it again. */
import type { RunEvent } from '../protocol/events';
import { AssayError } from '../protocol/errors';
import { Execution, type RunResults } from '../run/execute';
import { plannedDocuments, type RunPlan } from '../run/plan';
import { type ReadResults, readResults } from '../run/read';
import { RunReporter } from '../run/reporter';
import { restore, taskRuns } from '../run/restore';
import { type JournalHeader, openJournal } from '../run/run-folder';
import { readRunFile, type RunFile } from '../run/run-file';
import { storedStderr } from '../run/stored-stderr';
import { announcePlan } from './run-checkpoint';

export type Folded = { readonly run: RunFile; readonly plan: RunPlan; readonly results: RunResults; readonly documentsDone: number };

/** Events of a run folder. Where its journal cannot be read, the finished numbers of its results file are told instead. */
export async function replayRun(folder: string, signal: AbortSignal): Promise<readonly RunEvent[]> {
  const run = requireRun(folder);
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => void events.push({ ...event, time: run.started });
  try {
    const folded = await fold(folder, run, emit, signal);
    return [...events, ...ending(run, folded.documentsDone, folded.plan)];
  } catch (error) {
    const results = readResults(folder);
    if (results === null || signal.aborted) throw error;
    return fromResults(folder, run, results);
  }
}

/** Throws AssayError where the folder is no run or its journal is damaged. */
export async function foldRun(folder: string, signal: AbortSignal): Promise<Folded> {
  return fold(folder, requireRun(folder), () => undefined, signal);
}

function requireRun(folder: string): RunFile {
  const run = readRunFile(folder);
  if (run === null) throw new AssayError('no-run', { path: folder }, { file: folder });
  return run;
}

async function fold(folder: string, run: RunFile, emit: (event: RunEvent) => void, signal: AbortSignal): Promise<Folded> {
  const { header, journal } = openJournal(folder);
  try {
    const plan = planOf(folder, run, header);
    announcePlan(plan, emit, 'replay');
    // Live numbers were made at the pace of the run; a replay shows as many as a curve can use.
    const reporter = new RunReporter(plan, emit, { now: steadyClock() });
    reporter.send({ type: 'started', parameters: run.checkpoint.parameters, precision: run.options.precision });
    const runs = taskRuns(plan);
    await restore(journal, runs, reporter, signal);
    // Bootstraps were made when the run finished.
    const execution = new Execution({ ...plan, options: { ...plan.options, bootstrapIters: 0 } }, { runs, asking: null, knownStderr: storedStderr(folder) }, reporter, signal);
    for (const failure of run.failures) execution.fail(failure);
    await execution.run();
    return { run, plan, results: execution.results(), documentsDone: reporter.documentsDone };
  } finally {
    journal.close();
  }
}

function planOf(folder: string, run: RunFile, { tasks, groups }: Pick<JournalHeader, 'tasks' | 'groups'>): RunPlan {
  return {
    id: run.id,
    evaluation: run.evaluation,
    folder,
    checkpoint: {
      name: run.checkpoint.name,
      path: run.checkpoint.path,
      ...servedOf(run),
      modelType: run.checkpoint.model_type,
      parameters: run.checkpoint.parameters,
      dtype: run.checkpoint.dtype,
      maxLength: run.checkpoint.max_length,
      fingerprint: run.identity.fingerprint,
      stamps: run.stamps,
    },
    checkpoints: run.checkpoints,
    baseline: run.baseline,
    tasks,
    groups,
    failures: run.failures,
    config: run.config,
    options: run.options,
    device: run.device,
  };
}

function servedOf({ checkpoint: { endpoint, model } }: RunFile): Pick<RunPlan['checkpoint'], 'served'> {
  return endpoint === undefined || model === undefined ? {} : { served: { endpoint, model } };
}

function ending(run: RunFile, done: number, plan: Pick<RunPlan, 'tasks'>): RunEvent[] {
  const common = { run: run.id, evaluation: run.evaluation, checkpoint: run.checkpoint.name, time: run.ended ?? run.started };
  switch (run.state) {
    case 'finished': {
      const seconds = (Date.parse(run.ended ?? run.started) - Date.parse(run.started)) / 1000;
      return [{ ...common, type: 'finished', seconds, tokens: 0, failedTasks: run.failures.map(({ task }) => task) }];
    }
    case 'cancelled':
      return [{ ...common, type: 'cancelled', done, total: plannedDocuments(plan) }];
    case 'failed':
      return run.error === null ? [] : [{ ...common, type: 'failed', task: null, error: run.error, resumable: true }];
    case 'running':
      return [];
  }
}

function fromResults(folder: string, run: RunFile, results: ReadResults): RunEvent[] {
  const plan = planOf(folder, run, { tasks: [], groups: [] });
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => void events.push({ ...event, time: run.started });
  announcePlan(plan, emit, 'replay', run.tasks);
  const reporter = new RunReporter(plan, emit);
  reporter.send({ type: 'started', parameters: run.checkpoint.parameters, precision: run.options.precision });
  for (const failure of run.failures) reporter.taskFailed(failure);
  for (const { task, metrics, documents } of run.tasks) {
    for (const { metric } of metrics) {
      const value = results.get(task)?.get(metric);
      if (value === undefined) continue;
      const stderr = results.get(task)?.get(metric.replace(',', '_stderr,')) ?? null;
      reporter.send({ type: 'metric', task, metric, value, stderr, interval: null, n: documents, tokens: 0, final: true, method: null, approximate: false });
    }
  }
  const done = run.tasks.filter(({ task }) => results.has(task)).reduce((sum, { documents }) => sum + documents, 0);
  return [...events, ...ending(run, done, plan)];
}

/** A clock that lets every live number through. */
function steadyClock(): () => number {
  let time = 0;
  return () => (time += 1_000);
}
