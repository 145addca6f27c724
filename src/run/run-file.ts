/** run.json: what runs, and how far it came. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TensorDtype } from '../checkpoint/checkpoint';
import type { PlannedTask } from '../protocol/events';
import type { SerializedError } from '../protocol/errors';
import { writeWhole } from '../files/write-whole';
import { isAlive, type Worker } from './worker';

export const RUN_FILE = 'run.json';
export const JOURNAL_FILE = 'journal.jsonl';

export type RunState = 'running' | 'finished' | 'cancelled' | 'failed';

/** What must be equal for a run to be continued. */
export type RunIdentity = {
  readonly fingerprint: string;
  /** Digest of each task: definition, documents, shots. */
  readonly tasks: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
};

/** Options of the config that shape a run, as stored and as given. */
export type RunOptions = {
  readonly seed: number;
  readonly confidence: number;
  readonly bootstrapIters: number;
  readonly precision: 'fp32' | 'int8';
  readonly compat: 'harness' | 'correct';
  readonly applyChatTemplate: boolean | string;
  readonly systemInstruction: string | null;
  readonly logSamples: boolean;
  readonly limit: number | null;
};

export type RunFile = {
  readonly version: 1;
  readonly id: string;
  readonly evaluation: string;
  /** Names of all checkpoints of the evaluation, in order, and the one the others are compared with. */
  readonly checkpoints: readonly string[];
  readonly baseline: string;
  readonly checkpoint: { readonly name: string; readonly path: string; readonly model_type: string; readonly parameters: number; readonly dtype: TensorDtype; readonly max_length: number };
  readonly config: string | null;
  readonly tasks: readonly PlannedTask[];
  readonly identity: RunIdentity;
  readonly signature: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: RunOptions;
  readonly started: string;
  readonly ended: string | null;
  readonly state: RunState;
  readonly error: SerializedError | null;
  /** Who works on it while `running`; a dead process means the run was interrupted. */
  readonly process: Worker;
};

export function writeRunFile(folder: string, run: RunFile): void {
  writeWhole(join(folder, RUN_FILE), [JSON.stringify(run, null, 2), '\n']);
}

/** null where there is no readable run.json: the folder is no run, or its making was interrupted. */
export function readRunFile(folder: string): RunFile | null {
  try {
    const run = JSON.parse(readFileSync(join(folder, RUN_FILE), 'utf8')) as Partial<RunFile>;
    return isRunFile(run) ? run : null;
  } catch {
    return null;
  }
}

function isRunFile(run: Partial<RunFile>): run is RunFile {
  const { version, id, tasks, identity, checkpoint, options, process: worker } = run;
  const parts: readonly unknown[] = [identity, identity?.tasks, identity?.options, checkpoint, options, worker];
  return version === 1 && typeof id === 'string' && Array.isArray(tasks) && parts.every((part) => typeof part === 'object' && part !== null);
}

/** Another machine's process cannot be asked; a journal it wrote to lately means it lives. */
const FOREIGN_SILENCE_MS = 120_000;

/** Whether somebody works on this run. One that says `running` while nobody does was interrupted by a crash or a kill. */
export function isBeingRun(folder: string, run: RunFile): boolean {
  if (run.state !== 'running' || run.process.pid === process.pid) return false;
  if (run.process.host !== hostname()) return Date.now() - lastWritten(folder) < FOREIGN_SILENCE_MS;
  return isAlive(run.process);
}

function lastWritten(folder: string): number {
  return statSync(join(folder, JOURNAL_FILE), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Folders below an output folder, newest first: run ids begin with their time. None where it cannot be read. */
export function runFolders(output: string): string[] {
  try {
    return readdirSync(output, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => join(output, name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}
