/** The folder of a run: made whole with its description, continued, or read back. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TaskDefinition } from '../config/definition';
import type { ScoreResponse } from '../model/language-model';
import { AssayError } from '../protocol/errors';
import { encode, type Json } from '../python/codec';
import { makeFolder } from '../files/make-folder';
import { JournalWriter, readJournal } from './journal';
import { plannedTask, type RunPlan, type TaskPlan } from './plan';
import { type EarlierRun, findEarlierRun } from './resume';
import { JOURNAL_FILE, type RunFile, type RunIdentity, writeRunFile } from './run-file';
import { thisWorker } from './worker';

/** The journal's first line: enough to draw the run again without its config. */
export type JournalHeader = {
  readonly version: 1;
  readonly run: string;
  readonly identity: RunIdentity;
  /** StoredTask[] and GroupDefinition[], encoded (codec.ts). */
  readonly tasks: Json;
  readonly groups: Json;
};

export type StoredTask = Omit<TaskPlan, 'prepared' | 'digest'> & { readonly definition: TaskDefinition; readonly numFewshot: number };

export type OpenRun =
  | { readonly kind: 'fresh'; readonly file: RunFile; readonly journal: JournalWriter }
  | { readonly kind: 'continued'; readonly file: RunFile; readonly journal: JournalWriter; readonly answers: ReadonlyMap<string, ScoreResponse> }
  /** Nothing left to ask: all answers are in the journal. */
  | { readonly kind: 'finished'; readonly file: RunFile; readonly answers: ReadonlyMap<string, ScoreResponse> };

/** What must be equal for answers to be reused: everything a log-likelihood depends on, and what is asked. */
export function runIdentity(plan: RunPlan): RunIdentity {
  const { options } = plan;
  return {
    fingerprint: plan.checkpoint.fingerprint,
    tasks: Object.fromEntries(plan.tasks.map(({ prepared, digest }) => [prepared.name, digest])),
    options: {
      seed: options.seed,
      precision: options.precision,
      apply_chat_template: options.applyChatTemplate,
      system_instruction: options.systemInstruction,
      compat: options.compat,
    },
  };
}

/** The run `plan` goes on with, and the plan under that run's id and folder. `taken`: folders that other plans go on with. */
export function continueEarlier(plan: RunPlan, taken: ReadonlySet<string>): { readonly plan: RunPlan; readonly earlier: EarlierRun | null } {
  const earlier = findEarlierRun(dirname(plan.folder), runIdentity(plan), plan.checkpoint.name, taken);
  return earlier === null ? { plan, earlier } : { plan: { ...plan, id: earlier.run.id, folder: earlier.folder }, earlier };
}

/** Opens the earlier run, or makes a new folder. Throws AssayError `cannot-write`, `broken-journal`. */
export function openRun(plan: RunPlan, earlier: EarlierRun | null, versions: Readonly<Record<string, string>>): OpenRun {
  if (earlier === null) return createRun(plan, runIdentity(plan), versions);
  const file = join(earlier.folder, JOURNAL_FILE);
  const { answers, validBytes } = readJournal<JournalHeader>(file);
  if (earlier.run.state === 'finished') return { kind: 'finished', file: earlier.run, answers };
  const running: RunFile = { ...earlier.run, process: thisWorker(), state: 'running', error: null, ended: null };
  writeRunFile(earlier.folder, running);
  return { kind: 'continued', file: running, journal: JournalWriter.continue(file, validBytes), answers };
}

function createRun(plan: RunPlan, identity: RunIdentity, versions: Readonly<Record<string, string>>): OpenRun {
  const { name, path, modelType, parameters, dtype, maxLength } = plan.checkpoint;
  const file: RunFile = {
    version: 1,
    id: plan.id,
    evaluation: plan.evaluation,
    checkpoints: plan.checkpoints,
    baseline: plan.baseline,
    checkpoint: { name, path, model_type: modelType, parameters, dtype, max_length: maxLength },
    config: plan.config,
    tasks: plan.tasks.map(plannedTask),
    identity,
    signature: signature(plan, versions),
    versions,
    options: plan.options,
    started: new Date().toISOString(),
    ended: null,
    state: 'running',
    error: null,
    process: thisWorker(),
  };
  const header: JournalHeader = {
    version: 1,
    run: plan.id,
    identity,
    tasks: encode(plan.tasks.map(({ prepared, configPath, entry = null, expect, limit }): StoredTask => ({
      definition: prepared.definition,
      numFewshot: prepared.numFewshot,
      configPath,
      entry,
      expect,
      limit,
    }))),
    groups: encode(plan.groups),
  };
  // Made beside its place and renamed, so that a kill leaves a whole run or none.
  const making = join(dirname(plan.folder), `.making-${basename(plan.folder)}`);
  try {
    makeOutputFolder(dirname(plan.folder));
    makeFolder(making);
    const journal = JournalWriter.create(join(making, JOURNAL_FILE), header, join(plan.folder, JOURNAL_FILE));
    writeRunFile(making, file);
    renameSync(making, plan.folder);
    return { kind: 'fresh', file, journal };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('cannot-write', { path: plan.folder, detail: (error as Error).message }, { file: plan.folder }, { cause: error });
  }
}

/** Makes the output folder. A new `.assay/` keeps itself out of version control. */
function makeOutputFolder(output: string): void {
  makeFolder(output);
  const hidden = /^(.*[\\/]\.assay)(?:[\\/].*)?$/.exec(output)?.[1];
  if (hidden !== undefined && !existsSync(join(hidden, '.gitignore'))) writeFileSync(join(hidden, '.gitignore'), '*\n');
}

/** One line that says how the numbers were made, in the manner of sacrebleu's signatures. */
function signature(plan: RunPlan, versions: Readonly<Record<string, string>>): string {
  const tasks = plan.tasks.map(({ prepared }) => `${prepared.name}/${prepared.numFewshot}-shot/n=${prepared.documents.length}`);
  const parts = [
    `assay:${versions['assay'] ?? '?'}`,
    `tasks:${tasks.join('+')}`,
    `seed:${plan.options.seed}`,
    `precision:${plan.options.precision}`,
    `chat:${plan.options.applyChatTemplate === false ? 'no' : 'yes'}`,
    `compat:${plan.options.compat}`,
    `bootstrap:${plan.options.bootstrapIters}`,
    `onnxruntime:${versions['onnxruntime'] ?? '?'}`,
    `tokenizers:${versions['tokenizers'] ?? '?'}`,
  ];
  return parts.join('|');
}
