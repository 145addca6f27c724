/** The folder of a run: made whole with its description, continued, or read back. Nothing is written through a link. */
import { closeSync, lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isPlainFolder, makeFolder } from '../files/make-folder';
import { renamePatiently } from '../files/renaming';
import { openNew, writeFully } from '../files/write-whole';
import { AssayError } from '../protocol/errors';
import { JournalReader, JournalWriter } from './journal';
import { LOCK_FILE, RunLock } from './lock';
import { type GroupFacts, plannedTask, type RunPlan, type TaskFacts } from './plan';
import type { EarlierRun } from './resume';
import { JOURNAL_FILE, RUN_FILE, type RunFile, type RunIdentity, writeRunFile } from './run-file';
import { signature } from './signature';
import { thisWorker } from './worker';

/** The journal's first line: with it the folder can be drawn, compared and reported without anything else. */
export type JournalHeader = {
  readonly version: 2;
  readonly run: string;
  readonly tasks: readonly TaskFacts[];
  readonly groups: readonly GroupFacts[];
};

/** A run somebody works on: only the holder of its lock writes. */
export type OpenRun = { readonly file: RunFile; readonly lock: RunLock };

/** What must be equal for answers to be reused, besides the checkpoint: everything a log-likelihood depends on, and what is asked. */
export function runIdentity({ tasks, options, device, checkpoint }: Pick<RunPlan, 'tasks' | 'options' | 'device' | 'checkpoint'>): RunIdentity {
  return {
    fingerprint: checkpoint.fingerprint,
    tasks: Object.fromEntries(tasks.map(({ name, digest }) => [name, digest])),
    options: {
      seed: options.seed,
      precision: options.precision,
      device: device?.kind ?? null,
      apply_chat_template: options.applyChatTemplate,
      system_instruction: options.systemInstruction,
      compat: options.compat,
    },
  };
}

/** Makes the folder of a new run. Throws AssayError `cannot-write`; then no folder of that name is there. */
export function createRun(plan: RunPlan, versions: Readonly<Record<string, string>>): OpenRun {
  const file = runFile(plan, versions);
  const header: JournalHeader = { version: 2, run: plan.id, tasks: plan.tasks, groups: plan.groups };
  // Made beside its place and renamed, so that a kill leaves a whole run or none. Nothing in it is open meanwhile: Windows would not rename it.
  const making = join(dirname(plan.folder), `.making-${basename(plan.folder)}`);
  try {
    makeOutputFolder(dirname(plan.folder));
    makeFolder(making);
    const lock = RunLock.take(making);
    JournalWriter.describe(join(making, JOURNAL_FILE), header);
    writeRunFile(making, file);
    renamePatiently(making, plan.folder);
    return { file, lock: lock.movedTo(plan.folder) };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('cannot-write', { path: plan.folder, detail: (error as Error).message }, { file: plan.folder }, { cause: error });
  }
}

/**
 * Takes up an earlier run. Throws AssayError `run-active` where somebody works on it, `broken-journal` where its folder or a file in it
 * is a link or no file.
 */
export function continueRun({ folder, run }: EarlierRun, evaluation: string): OpenRun {
  requirePlain(folder);
  const lock = RunLock.take(folder);
  try {
    const file: RunFile = { ...run, evaluation, process: thisWorker(), state: 'running', error: null, ended: null };
    writeRunFile(folder, file);
    return { file, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The journal of a run with its description. Throws `broken-journal`, also for a journal of another version. */
export function openJournal(folder: string): { readonly header: JournalHeader; readonly journal: JournalReader } {
  const file = join(folder, JOURNAL_FILE);
  const journal = JournalReader.open(file);
  const header = headerOf(journal.header);
  if (header !== null) return { header, journal };
  journal.close();
  throw new AssayError('broken-journal', { file }, { file, line: 1 });
}

/** Only this program writes the line, after its plan; what is checked is what a damaged or foreign one would lack. */
function headerOf(value: unknown): JournalHeader | null {
  const header = value as Partial<JournalHeader> | null;
  if (typeof header !== 'object' || header === null || header.version !== 2 || !Array.isArray(header.tasks) || !Array.isArray(header.groups)) return null;
  const isTask = (task: Partial<TaskFacts> | null): boolean =>
    typeof task === 'object' && task !== null && typeof task.name === 'string' && Number.isInteger(task.documents) && (task.documents ?? 0) >= 0 && (task.documents ?? 0) <= MOST_DOCUMENTS &&
    [task.filters, task.metrics, task.expect].every(Array.isArray) && (task.metrics ?? []).every((metric) => typeof metric?.name === 'string' && typeof metric.filter === 'string' && typeof metric.aggregation === 'string');
  return header.tasks.every(isTask) ? (header as JournalHeader) : null;
}

/** A crafted description asks for no more memory than this. */
const MOST_DOCUMENTS = 200_000_000;

function requirePlain(folder: string): void {
  const isPlainFile = (name: string): boolean => {
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return found === undefined || found.isFile();
  };
  if (!isPlainFolder(folder) || ![RUN_FILE, JOURNAL_FILE, LOCK_FILE].every(isPlainFile)) throw new AssayError('broken-journal', { file: folder }, { file: folder });
}

function runFile(plan: RunPlan, versions: Readonly<Record<string, string>>): RunFile {
  const { name, path, served, modelType, parameters, dtype, maxLength, stamps } = plan.checkpoint;
  return {
    version: 2,
    id: plan.id,
    evaluation: plan.evaluation,
    checkpoints: plan.checkpoints,
    baseline: plan.baseline,
    checkpoint: { name, path, ...served, model_type: modelType, parameters, dtype, max_length: maxLength },
    stamps,
    config: plan.config,
    tasks: plan.tasks.map(plannedTask),
    failures: plan.failures,
    identity: runIdentity(plan),
    signature: signature(plan, versions),
    versions,
    options: plan.options,
    device: plan.device,
    started: new Date().toISOString(),
    ended: null,
    state: 'running',
    error: null,
    process: thisWorker(),
  };
}

/** Makes the output folder. A new `.assay/` keeps itself out of version control. */
function makeOutputFolder(output: string): void {
  makeFolder(output);
  const hidden = /^(.*[\\/]\.assay)(?:[\\/].*)?$/.exec(output)?.[1];
  if (hidden === undefined || lstatSync(join(hidden, '.gitignore'), { throwIfNoEntry: false }) !== undefined) return;
  try {
    const descriptor = openNew(join(hidden, '.gitignore'));
    writeFully(descriptor, Buffer.from('*\n'));
    closeSync(descriptor);
  } catch (error) {
    // Another process made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
