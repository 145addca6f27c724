/** run.json: what runs, and how far it came. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FileStamp, TensorDtype } from '../checkpoint/checkpoint';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { writeWhole } from '../files/write-whole';
import type { DeviceProfile } from '../protocol/device';
import type { PlannedTask } from '../protocol/events';
import type { SerializedError } from '../protocol/errors';
import type { Worker } from './worker';

export const RUN_FILE = 'run.json';
export const JOURNAL_FILE = 'journal.jsonl';

export type RunState = 'running' | 'finished' | 'cancelled' | 'failed';

/** What must be equal for a run to be continued. */
export type RunIdentity = {
  /** null: not every byte of the checkpoint had been read when the run ended; its files tell then. */
  readonly fingerprint: string | null;
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
  /** `gen_kwargs` of the config, where it has any: they stand above every task's. */
  readonly genKwargs?: Readonly<Record<string, unknown>>;
  readonly limit: number | null;
};

/** A task that could not be run. `entry`: digest of the `tasks:` entry that asked for it. */
export type FailedTask = { readonly task: string; readonly entry: string | null; readonly error: SerializedError };

export type RunFile = {
  readonly version: 2;
  readonly id: string;
  readonly evaluation: string;
  /** Names of all checkpoints of the evaluation, in order, and the one the others are compared with. */
  readonly checkpoints: readonly string[];
  readonly baseline: string;
  /** Of a model behind a server `path` is null, and `endpoint` and `model` say where it is. */
  readonly checkpoint: {
    readonly name: string;
    readonly path: string | null;
    readonly endpoint?: string;
    readonly model?: string;
    readonly model_type: string | null;
    readonly parameters: number | null;
    readonly dtype: TensorDtype | null;
    readonly max_length: number | null;
  };
  /** The checkpoint's files as they were opened. */
  readonly stamps: readonly FileStamp[];
  readonly config: string | null;
  readonly tasks: readonly PlannedTask[];
  /** Tasks that could not be run, with the reason. */
  readonly failures: readonly FailedTask[];
  readonly identity: RunIdentity;
  readonly signature: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: RunOptions;
  /** What it runs on; null: a server. */
  readonly device: DeviceProfile | null;
  readonly started: string;
  readonly ended: string | null;
  readonly state: RunState;
  readonly error: SerializedError | null;
  /** Who worked on it last. Who works on it now holds its lock. */
  readonly process: Worker;
};

export function writeRunFile(folder: string, run: RunFile): void {
  writeWhole(join(folder, RUN_FILE), [JSON.stringify(run, null, 2), '\n']);
}

/** null where there is no readable run.json: the folder is no run, or its making was interrupted. Fields that are not known are left out. */
export function readRunFile(folder: string): RunFile | null {
  try {
    return runFileOf(JSON.parse(readTextLimitedSync(join(folder, RUN_FILE), MOST.run)));
  } catch {
    return null;
  }
}

function runFileOf(value: unknown): RunFile | null {
  if (!isRecord(value) || value['version'] !== 2) return null;
  const run = value as Partial<RunFile>;
  const { id, evaluation, checkpoints, baseline, checkpoint, stamps, config, tasks, failures, identity, signature, versions, options, device = null, started, ended, state, error, process } = run;
  const isWhole =
    [id, evaluation, baseline, signature, started].every((text) => typeof text === 'string') &&
    [checkpoint, identity, identity?.tasks, identity?.options, versions, options, process].every(isRecord) &&
    typeof checkpoint?.name === 'string' && isPlace(checkpoint) &&
    Array.isArray(checkpoints) && checkpoints.every((name) => typeof name === 'string') &&
    Array.isArray(stamps) && stamps.every(isRecord) &&
    Array.isArray(tasks) && tasks.every(isPlannedTask) &&
    Array.isArray(failures) && failures.every((failure) => isRecord(failure) && typeof failure.task === 'string' && isRecord(failure.error)) &&
    (device === null || isRecord(device)) &&
    [config, ended].every((text) => text === null || typeof text === 'string') &&
    typeof state === 'string' && STATES.has(state) && (error === null || isRecord(error)) &&
    typeof process?.pid === 'number' && typeof process.host === 'string';
  if (!isWhole) return null;
  return { version: 2, id, evaluation, checkpoints, baseline, checkpoint, stamps, config, tasks, failures, identity, signature, versions, options, device, started, ended, state, error, process } as unknown as RunFile;
}

/** A folder, or an address and a model there. */
function isPlace({ path, model_type: type, endpoint, model }: RunFile['checkpoint']): boolean {
  if (path === null) return typeof endpoint === 'string' && typeof model === 'string';
  return typeof path === 'string' && typeof type === 'string';
}

const STATES: ReadonlySet<string> = new Set<RunState>(['running', 'finished', 'cancelled', 'failed']);

function isPlannedTask(task: unknown): boolean {
  if (!isRecord(task) || typeof task['task'] !== 'string' || typeof task['alias'] !== 'string' || typeof task['documents'] !== 'number') return false;
  const { metrics } = task;
  return Array.isArray(metrics) && metrics.every((metric) => isRecord(metric) && typeof metric['metric'] === 'string' && typeof metric['form'] === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Folders below an output folder, newest first: run ids begin with their time. None where it cannot be read; links are none. */
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
