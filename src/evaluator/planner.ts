/** From a request to runs: configs read, overridden and resolved, tasks prepared, checkpoints opened. No weight is read. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openTokenizer } from '../checkpoint/tokenizer/open';
import type { EvalConfig } from '../config/definition';
import { defaults, parseEvalConfig } from '../config/eval-config';
import type { ConfigSource } from '../config/source';
import type { LanguageModel } from '../model/language-model';
import type { EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { Problem } from '../protocol/problem';
import type { RunPlan, TaskPlan } from '../run/plan';
import type { RunOptions } from '../run/run-file';
import type { StoredTask } from '../run/run-folder';
import { type OpenedCheckpoint, openCheckpoints } from './checkpoints';
import { unknownNames } from './named-checkpoints';
import { withOverrides } from './overrides';
import type { PlanFailure } from './plan-failure';
import { type ChatRenderer, prepare, Rows } from './prepare';
import { RunIds } from './run-ids';
import { resolveTasks } from './tasks';

/** A run with the checkpoint to open. `bind` hands it its model: chat templates are the checkpoint's own. */
export type PlannedRun = { readonly plan: RunPlan; readonly checkpoint: OpenedCheckpoint['checkpoint']; readonly bind: (model: LanguageModel) => void };

export type EvaluationPlan = {
  readonly runs: readonly PlannedRun[];
  readonly failures: readonly PlanFailure[];
  /** Nothing can run because of what was asked (exit code 2). */
  readonly badConfig: boolean;
  readonly threads: number | null;
};

/** Plans every config of the request; one that cannot be planned does not stop the others. */
export async function planEvaluation(id: string, request: EvaluationRequest): Promise<EvaluationPlan> {
  const ids = new RunIds(new Date());
  const runs: PlannedRun[] = [];
  const failures: PlanFailure[] = [];
  let badConfig = false;
  for (const config of await readConfigs(request)) {
    if ('errors' in config) {
      badConfig = true;
      failures.push(...config.errors.map((error) => ({ checkpoint: null, task: null, error, isUnknown: true })));
      continue;
    }
    try {
      const planned = await planConfig(id, ids, config, request);
      runs.push(...planned.runs);
      failures.push(...planned.failures);
    } catch (thrown) {
      const error = AssayError.from(thrown);
      failures.push({ checkpoint: null, task: null, error, isUnknown: error.code === 'nothing-to-run' });
    }
  }
  badConfig ||= runs.length === 0 && failures.every(({ isUnknown }) => isUnknown);
  return { runs, failures, badConfig, threads: request.overrides.threads ?? null };
}

type ReadConfig = { readonly config: EvalConfig; readonly source: ConfigSource | null } | { readonly errors: readonly AssayError[] };

/** Configs of the request with overrides and the entry that was asked for; one without a file where only flags say what runs. */
async function readConfigs(request: Pick<EvaluationRequest, 'configs' | 'overrides' | 'onlyEntry' | 'workspace'>): Promise<ReadConfig[]> {
  const { configs, overrides, onlyEntry, workspace } = request;
  if (configs.length === 0) {
    const bare = { ...defaults(null), outputPath: path.resolve(workspace, '.assay', 'runs') };
    return [{ config: withOverrides(bare, overrides), source: null }];
  }
  return Promise.all(
    configs.map(async (file): Promise<ReadConfig> => {
      const text = await readConfig(file);
      if (text instanceof AssayError) return { errors: [text] };
      const { config, source, problems } = parseEvalConfig(text, file);
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return { errors: errors.map(problemError) };
      const whole = withOverrides(config, overrides);
      return { config: onlyEntry === undefined ? whole : { ...whole, tasks: whole.tasks.filter(({ configPath }) => configPath === onlyEntry) }, source };
    }),
  );
}

async function readConfig(file: string): Promise<string | AssayError> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return new AssayError('missing-file', { path: file }, { file }, { cause: error });
  }
}

function problemError({ code, args, file }: Problem): AssayError {
  return new AssayError(code, args, { file });
}

async function planConfig(
  id: string,
  ids: RunIds,
  { config, source }: Exclude<ReadConfig, { errors: unknown }>,
  request: EvaluationRequest,
): Promise<Pick<EvaluationPlan, 'runs' | 'failures'>> {
  if (config.precision === 'int8') throw new AssayError('int8-unsupported');
  if (config.tasks.length === 0) throw new AssayError('nothing-to-run', { detail: 'name tasks in the config or with --tasks.' });
  const resolved = await resolveTasks(config, request.overrides, source);
  const opened = await openCheckpoints(config, request.workspace);
  const failures = [...resolved.failures, ...opened.failures];
  const options = optionsOf(config);
  const rows = new Rows();
  const names = opened.checkpoints.map(({ name }) => name);
  // The command line may name other checkpoints than the config speaks of.
  if (request.overrides.checkpoints === undefined && opened.failures.every(({ isUnknown }) => !isUnknown)) {
    failures.push(...unknownNames(config, [...names, ...opened.failures.flatMap(({ checkpoint }) => checkpoint ?? [])]));
  }
  const baseline = config.baseline !== null && names.includes(config.baseline) ? config.baseline : (names[0] ?? '');
  const runs: PlannedRun[] = [];
  // Without a chat template the prompts are the same for every checkpoint.
  let shared: PreparedTasks | null = null;
  for (const [index, { name, checkpoint }] of opened.checkpoints.entries()) {
    const template = new TemplateOf(config.applyChatTemplate !== false);
    const prepared: PreparedTasks = shared ?? (await prepareAll(resolved.tasks, options, rows, template.renderer));
    if (template.renderer === null) shared = prepared;
    if (index === 0) failures.push(...prepared.failures);
    if (prepared.tasks.length === 0) continue;
    const runId = ids.next(name);
    const { path: folder, modelType, parameters, dtype, maxLength, fingerprint } = checkpoint;
    const plan: RunPlan = {
      id: runId,
      evaluation: id,
      folder: path.join(config.outputPath, runId),
      checkpoint: { name, path: folder, modelType, parameters, dtype, maxLength, fingerprint },
      checkpoints: names,
      baseline,
      tasks: prepared.tasks,
      groups: resolved.groups,
      config: config.file,
      options,
    };
    runs.push({ plan, checkpoint, bind: (model) => template.bind(model) });
  }
  return { runs, failures };
}

/** A conversation is rendered when a document is asked; the model is open by then. */
class TemplateOf {
  private model: LanguageModel | null = null;

  constructor(private readonly used: boolean) {}

  get renderer(): ChatRenderer | null {
    if (!this.used) return null;
    return (messages, continueFinal) => {
      if (this.model === null) return messages.map(({ content }) => content).join('\n');
      return this.model.applyChatTemplate(messages, continueFinal);
    };
  }

  bind(model: LanguageModel): void {
    this.model = model;
  }
}

type PreparedTasks = { readonly tasks: readonly TaskPlan[]; readonly failures: readonly PlanFailure[] };

async function prepareAll(tasks: readonly StoredTask[], options: RunOptions, rows: Rows, chat: ChatRenderer | null): Promise<PreparedTasks> {
  const prepared: TaskPlan[] = [];
  const failures: PlanFailure[] = [];
  for (const task of tasks) {
    try {
      prepared.push(await prepare(task, options, rows, chat));
    } catch (error) {
      failures.push({ checkpoint: null, task: task.definition.task, entry: task.entry ?? null, error: AssayError.from(error), isUnknown: false });
    }
  }
  return { tasks: prepared, failures };
}

/** Tasks alone, for a preview; only those that belong to an entry or leaf of that name. */
export async function planTasks(request: Pick<EvaluationRequest, 'configs' | 'overrides' | 'workspace'>, name: string): Promise<readonly TaskPlan[]> {
  const [config] = await readConfigs(request);
  if (config === undefined || 'errors' in config) throw config?.errors[0] ?? new AssayError('nothing-to-run', { detail: 'no config.' });
  const { tasks, failures } = await resolveTasks(config.config, request.overrides, config.source);
  const wanted = tasks.filter(({ definition, configPath }) => definition.task === name || configPath === name);
  const [failure] = failures;
  if (wanted.length === 0 && failure !== undefined) throw failure.error;
  const rows = new Rows();
  const chat = config.config.applyChatTemplate === false ? null : await firstTemplate(config.config, request.workspace);
  return Promise.all(wanted.map((task) => prepare(task, optionsOf(config.config), rows, chat)));
}

/** The chat template of the config's first checkpoint, without opening its model. */
async function firstTemplate(config: EvalConfig, workspace: string): Promise<ChatRenderer> {
  const { checkpoints, failures } = await openCheckpoints(config, workspace);
  const [first] = checkpoints;
  if (first === undefined) throw failures[0]?.error ?? new AssayError('nothing-to-run', { detail: 'no checkpoint.' });
  const tokenizer = await openTokenizer(first.checkpoint.tokenizerFolder, first.checkpoint.modelType);
  return (messages, continueFinal) => tokenizer.applyChatTemplate(messages, continueFinal);
}

function optionsOf(config: EvalConfig): RunOptions {
  const { seed, confidence, bootstrapIters, precision, compat, applyChatTemplate, systemInstruction, logSamples, limit } = config;
  return { seed, confidence, bootstrapIters, precision, compat, applyChatTemplate, systemInstruction, logSamples, limit };
}
