/** From a request to runs: configs read, overridden and resolved, tasks prepared, checkpoints opened. No weight is loaded. */
import path from 'node:path';
import type { Columns } from '../catalog/columns';
import type { EvalConfig } from '../config/definition';
import type { ReadRows } from '../dataset/rows';
import type { DeviceProfile } from '../protocol/device';
import { deviceProfile } from '../model/device-profile';
import type { EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { plainJson } from '../python/plain-json';
import type { PlannedCheckpoint, RunPlan } from '../run/plan';
import type { FailedTask, RunOptions } from '../run/run-file';
import type { PreparedTask } from '../task/prepared';
import { chatOf } from './chat';
import { Snapshots } from './snapshots';
import { type OpenedCheckpoint, openCheckpoints } from './checkpoints';
import { identity, type ModelSource } from './model-source';
import { unknownNames } from './named-checkpoints';
import type { PlanFailure } from './plan-failure';
import { type ChatRenderer, prepare, type Preparation, type ReadyTask } from './prepare';
import { type ReadConfig, readConfigs } from './read-configs';
import { SharedRows } from './rows';
import { RunIds } from './run-ids';
import { type AskedTask, type ResolvedTasks, resolveTasks } from './tasks';

/** A run with what is needed to ask: the model to open and its tasks, by name. */
export type PlannedRun = {
  readonly plan: RunPlan;
  readonly source: ModelSource;
  readonly prepared: ReadonlyMap<string, PreparedTask>;
  /** Of every byte of a checkpoint: read once, beside whatever else happens, where it is not known. Of a server: `identity`. */
  readonly fingerprint: () => Promise<string>;
  /** What made prompts of conversations; null: no template did, or a server's own does. */
  readonly chatTemplate: string | null;
};

export type EvaluationPlan = {
  readonly runs: readonly PlannedRun[];
  readonly failures: readonly PlanFailure[];
  /** Nothing can run because of what was asked (exit code 2). */
  readonly badConfig: boolean;
  /** What checkpoints run on. */
  readonly device: DeviceProfile;
  /** Gives back what the tasks read from. */
  readonly close: () => Promise<void>;
};

export type PlanEnvironment = { readonly readRows: ReadRows; readonly columns: Columns; readonly signal: AbortSignal };

/** Plans every config of the request; one that cannot be planned does not stop the others. Rejects with `cancelled` alone. */
export async function planEvaluation(id: string, request: EvaluationRequest, { readRows, columns, signal }: PlanEnvironment): Promise<EvaluationPlan> {
  const ids = new RunIds(new Date());
  const rows = new SharedRows(readRows, signal);
  const snapshots = new Snapshots();
  const close = async (): Promise<void> => {
    snapshots.close();
    await rows.close();
  };
  const runs: PlannedRun[] = [];
  const failures: PlanFailure[] = [];
  const device = deviceProfile(request.overrides.threads ?? null);
  let badConfig = false;
  try {
    for (const config of await readConfigs(request)) {
      if ('errors' in config) {
        badConfig = true;
        failures.push(...config.errors.map((error) => ({ checkpoint: null, task: null, error, isUnknown: true })));
        continue;
      }
      try {
        const planned = await new ConfigPlanner(id, ids, config, request, device, { rows, columns, snapshots, signal }).plan();
        runs.push(...planned.runs);
        failures.push(...planned.failures);
      } catch (thrown) {
        throwIfCancelled(signal);
        const error = AssayError.from(thrown);
        failures.push({ checkpoint: null, task: null, error, isUnknown: error.code === 'nothing-to-run' });
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  badConfig ||= runs.length === 0 && failures.every(({ isUnknown }) => isUnknown);
  return { runs, failures, badConfig, device, close };
}

/** What a plan reads with. */
type Reading = { readonly rows: SharedRows; readonly columns: Columns; readonly snapshots: Snapshots; readonly signal: AbortSignal };

class ConfigPlanner {
  private readonly config: EvalConfig;
  private readonly options: RunOptions;

  constructor(
    private readonly id: string,
    private readonly ids: RunIds,
    private readonly read: Extract<ReadConfig, { config: EvalConfig }>,
    private readonly request: EvaluationRequest,
    private readonly device: DeviceProfile,
    private readonly reading: Reading,
  ) {
    this.config = read.config;
    this.options = optionsOf(read.config);
  }

  async plan(): Promise<{ readonly runs: PlannedRun[]; readonly failures: PlanFailure[] }> {
    const { config, request } = this;
    if (config.tasks.length === 0) throw new AssayError('nothing-to-run', { detail: 'name tasks in the config or with --tasks.' });
    const resolved = await resolveTasks(config, request.overrides, this.read.source, this.reading);
    const opened = await openCheckpoints(config, request.workspace, request.snapshot === true ? (source) => this.reading.snapshots.of(source, this.reading.signal) : undefined);
    const failures = [...resolved.failures, ...opened.failures];
    const names = opened.checkpoints.map(({ name }) => name);
    // The command line may name other checkpoints than the config speaks of.
    if (request.overrides.checkpoints === undefined && opened.failures.every(({ isUnknown }) => !isUnknown)) {
      failures.push(...unknownNames(config, [...names, ...opened.failures.flatMap(({ checkpoint }) => checkpoint ?? [])]));
    }
    const { applyChatTemplate: template } = config;
    const runs: PlannedRun[] = [];
    // Without a chat template the prompts are the same for every checkpoint.
    let shared: PreparedTasks | null = null;
    for (const [index, opening] of opened.checkpoints.entries()) {
      let prepared: PreparedTasks;
      let { source } = opening;
      let chatTemplate: string | null = null;
      try {
        const chat = template === false ? null : await chatOf(opening.source, template);
        source = chat?.source ?? opening.source;
        chatTemplate = chat?.text ?? null;
        prepared = shared ?? (await this.prepareAll(resolved.tasks, chat?.render ?? null));
      } catch (error) {
        throwIfCancelled(this.reading.signal);
        failures.push({ checkpoint: opening.name, task: null, error: AssayError.from(error), isUnknown: false });
        continue;
      }
      if (template === false) shared = prepared;
      if (index === 0) failures.push(...prepared.failures);
      if (prepared.ready.length > 0) runs.push(await this.run({ name: opening.name, source, chatTemplate }, names, resolved, prepared));
    }
    return { runs, failures };
  }

  private async run({ name, source, chatTemplate }: OpenedCheckpoint & Pick<PlannedRun, 'chatTemplate'>, names: readonly string[], resolved: ResolvedTasks, prepared: PreparedTasks): Promise<PlannedRun> {
    const { config } = this;
    const id = this.ids.next(name);
    let computing: Promise<string> | null = null;
    return {
      plan: {
        id,
        evaluation: this.id,
        folder: path.join(config.outputPath, id),
        checkpoint: await plannedCheckpoint(name, source, this.reading.signal),
        checkpoints: names,
        baseline: config.baseline !== null && names.includes(config.baseline) ? config.baseline : (names[0] ?? ''),
        tasks: prepared.ready.map(({ facts }) => facts),
        groups: resolved.groups,
        failures: [...resolved.failures, ...prepared.failures].flatMap(failedTask),
        config: config.file,
        options: this.options,
        device: source.kind === 'checkpoint' ? this.device : null,
      },
      source,
      prepared: new Map(prepared.ready.map(({ facts, prepared: task }) => [facts.name, task])),
      fingerprint: () => (computing ??= identity(source, this.reading.signal)),
      chatTemplate,
    };
  }

  private async prepareAll(tasks: readonly AskedTask[], chat: ChatRenderer | null): Promise<PreparedTasks> {
    const { rows, signal } = this.reading;
    const preparation: Preparation = { options: this.options, rows, chat, signal };
    const ready: ReadyTask[] = [];
    const failures: PlanFailure[] = [];
    for (const task of tasks) {
      throwIfCancelled(this.reading.signal);
      try {
        ready.push(await prepare(task, preparation));
      } catch (error) {
        throwIfCancelled(this.reading.signal);
        failures.push({ checkpoint: null, task: task.definition.task, entry: task.entry, error: AssayError.from(error), isUnknown: false });
      }
    }
    return { ready, failures };
  }
}

type PreparedTasks = { readonly ready: readonly ReadyTask[]; readonly failures: readonly PlanFailure[] };

function failedTask({ task, entry, error }: PlanFailure): FailedTask[] {
  return task === null ? [] : [{ task, entry: entry ?? null, error: error.toJSON() }];
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AssayError('cancelled');
}

/** Tasks alone, for a preview; only those that belong to an entry or leaf of that name. */
export async function planTasks(
  request: Pick<EvaluationRequest, 'configs' | 'overrides' | 'workspace'>,
  name: string,
  { readRows, columns, signal }: PlanEnvironment,
): Promise<{ readonly tasks: readonly ReadyTask[]; readonly close: () => Promise<void> }> {
  const [read] = await readConfigs(request);
  if (read === undefined || 'errors' in read) throw read?.errors[0] ?? new AssayError('nothing-to-run', { detail: 'no config.' });
  const { config, source } = read;
  const { tasks, failures } = await resolveTasks(config, request.overrides, source, { columns, signal });
  const wanted = tasks.filter(({ definition, configPath }) => definition.task === name || configPath === name);
  const [failure] = failures;
  if (wanted.length === 0 && failure !== undefined) throw failure.error;
  const rows = new SharedRows(readRows, signal);
  try {
    const chat = config.applyChatTemplate === false ? null : await firstTemplate(config, config.applyChatTemplate, request.workspace);
    const preparation: Preparation = { options: optionsOf(config), rows, chat, signal };
    return { tasks: await Promise.all(wanted.map((task) => prepare(task, preparation))), close: () => rows.close() };
  } catch (error) {
    await rows.close();
    throw error;
  }
}

/** The chat template of the config's first checkpoint. */
async function firstTemplate(config: EvalConfig, template: true | string, workspace: string): Promise<ChatRenderer> {
  const { checkpoints, failures } = await openCheckpoints(config, workspace);
  const [first] = checkpoints;
  if (first === undefined) throw failures[0]?.error ?? new AssayError('nothing-to-run', { detail: 'no checkpoint.' });
  return (await chatOf(first.source, template)).render;
}

/** What a run says of its checkpoint. A server is named, and known by what it is asked with. */
async function plannedCheckpoint(name: string, source: ModelSource, signal: AbortSignal): Promise<PlannedCheckpoint> {
  if (source.kind === 'endpoint') {
    const { endpoint, model, maxLength } = source;
    const fingerprint = await identity(source, signal);
    return { name, path: null, served: { endpoint, model }, modelType: null, parameters: null, dtype: null, maxLength, fingerprint, stamps: [] };
  }
  const { path: folder, modelType, parameters, dtype, maxLength, fingerprint, stamps } = source.original ?? source.checkpoint;
  return { name, path: folder, modelType, parameters, dtype, maxLength, fingerprint, stamps };
}

function optionsOf(config: EvalConfig): RunOptions {
  const { seed, confidence, bootstrapIters, precision, compat, applyChatTemplate, systemInstruction, logSamples, limit, genKwargs } = config;
  return { seed, confidence, bootstrapIters, precision, compat, applyChatTemplate, systemInstruction, logSamples, limit, ...(Object.keys(genKwargs).length > 0 && { genKwargs: plainJson(new Map(Object.entries(genKwargs))) as Record<string, unknown> }) };
}
