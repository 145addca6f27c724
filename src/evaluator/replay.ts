/** A run as its journal tells it: the same code that ran it draws it again, without a model. */
import { join } from 'node:path';
import type { GroupDefinition } from '../config/definition';
import { AssayError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';
import { decode } from '../python/codec';
import { executeRun, type RunResults } from '../run/execute';
import { readJournal } from '../run/journal';
import { plannedDocuments, type RunPlan, type TaskPlan } from '../run/plan';
import { readResults } from '../run/read';
import { RunReporter } from '../run/reporter';
import { JOURNAL_FILE, readRunFile, type RunFile } from '../run/run-file';
import type { JournalHeader, StoredTask } from '../run/run-folder';
import { prepareStored } from './prepare';
import { announcePlan } from './run-checkpoint';

export type Replay = { readonly run: RunFile; readonly plan: RunPlan; readonly results: RunResults; readonly events: readonly RunEvent[] };

/** Events of a run folder. Where its data is gone, the finished numbers of its results file are told instead. */
export async function replayRun(folder: string): Promise<readonly RunEvent[]> {
  const run = requireRun(folder);
  try {
    const { events, plan, results } = await replayed(folder, run);
    return [...events, ...ending(run, plan, new Set(results.tasks.keys()))];
  } catch (error) {
    const results = readResults(folder);
    if (results === null) throw error;
    return fromResults(folder, run, results);
  }
}

/** Throws AssayError where the folder is no run, its journal is damaged or its data cannot be read. */
export async function replay(folder: string): Promise<Replay> {
  return replayed(folder, requireRun(folder));
}

function requireRun(folder: string): RunFile {
  const run = readRunFile(folder);
  if (run === null) throw new AssayError('no-run', { path: folder }, { file: folder });
  return run;
}

async function replayed(folder: string, run: RunFile): Promise<Replay> {
  const { header, answers } = readJournal<JournalHeader>(join(folder, JOURNAL_FILE));
  const stored = decode(header.tasks) as readonly StoredTask[];
  const tasks = await Promise.all(stored.map((task): Promise<TaskPlan> => prepareStored(task, run.options)));
  const plan = planOf(folder, run, tasks, decode(header.groups) as readonly GroupDefinition[]);
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => void events.push({ ...event, time: run.started });
  announcePlan(plan, emit);
  // Live numbers were made at the pace of the run; a replay shows as many as a curve can use.
  const reporter = new RunReporter(plan, emit, steadyClock());
  reporter.send({ type: 'started', parameters: run.checkpoint.parameters, precision: run.options.precision });
  const results = await executeRun(plan, { journaled: answers, model: null, journal: null }, reporter, new AbortController().signal);
  return { run, plan, results, events };
}

function planOf(folder: string, run: RunFile, tasks: readonly TaskPlan[], groups: readonly GroupDefinition[]): RunPlan {
  return {
    id: run.id,
    evaluation: run.evaluation,
    folder,
    checkpoint: {
      name: run.checkpoint.name,
      path: run.checkpoint.path,
      modelType: run.checkpoint.model_type,
      parameters: run.checkpoint.parameters,
      dtype: run.checkpoint.dtype,
      maxLength: run.checkpoint.max_length,
      fingerprint: run.identity.fingerprint,
    },
    checkpoints: run.checkpoints,
    baseline: run.baseline,
    tasks,
    groups,
    config: run.config,
    // Bootstraps were made when the run finished; the interval does not need them.
    options: { ...run.options, bootstrapIters: 0 },
  };
}

/** `finished`: tasks that have their numbers; what a finished run has no numbers of has failed. */
function ending(run: RunFile, plan: RunPlan, finished: ReadonlySet<string>): RunEvent[] {
  const common = { run: run.id, evaluation: run.evaluation, checkpoint: run.checkpoint.name, time: run.ended ?? run.started };
  switch (run.state) {
    case 'finished': {
      const seconds = (Date.parse(run.ended ?? run.started) - Date.parse(run.started)) / 1000;
      return [{ ...common, type: 'finished', seconds, tokens: 0, failedTasks: run.tasks.map(({ task }) => task).filter((task) => !finished.has(task)) }];
    }
    case 'cancelled':
      return [{ ...common, type: 'cancelled', done: 0, total: plannedDocuments(plan) }];
    case 'failed':
      return run.error === null ? [] : [{ ...common, type: 'failed', task: null, error: run.error, resumable: true }];
    case 'running':
      return [];
  }
}

function fromResults(folder: string, run: RunFile, results: NonNullable<ReturnType<typeof readResults>>): RunEvent[] {
  const plan = planOf(folder, run, [], []);
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => void events.push({ ...event, time: run.started });
  announcePlan(plan, emit, run.tasks);
  const reporter = new RunReporter(plan, emit);
  reporter.send({ type: 'started', parameters: run.checkpoint.parameters, precision: run.options.precision });
  for (const { task, metrics, documents } of run.tasks) {
    for (const { metric } of metrics) {
      const value = results[task]?.[metric];
      const stderr = results[task]?.[metric.replace(',', '_stderr,')];
      if (typeof value !== 'number') continue;
      reporter.send({ type: 'metric', task, metric, value, stderr: typeof stderr === 'number' ? stderr : null, interval: null, n: documents, tokens: 0, final: true, method: null, approximate: false });
    }
  }
  return [...events, ...ending(run, plan, new Set(Object.keys(results)))];
}

/** A clock that lets every live number through. */
function steadyClock(): () => number {
  let time = 0;
  return () => (time += 1_000);
}
