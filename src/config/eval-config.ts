import path from 'node:path';
import type { Problem } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { readCheckpointEntries } from './checkpoint-entry';
import type { EvalConfig, TaskEntry } from './definition';
import { parsePath } from './config-path';
import { kindOf, type ConfigKind } from './config-kind';
import { EVAL_KEYS, TASK_KEYS } from './keys';
import { ProblemSink, describeValue, readMapping } from './schema';
import { parseSource, type ConfigSource } from './source';
import { surpriseProblems } from './surprise-problems';
import { plainEntry, readTaskEntries } from './task-entry';
import { checkTaskValues, readTaskMapping } from './task-form';
import { booleanOf, mappingOf, numberOf, recordOf, textOf, textsOf } from './values';

/** A config of any kind. Task and group files are configs of one entry (`configPath` ''), on the workspace's checkpoints. */
export type ParsedConfig = {
  readonly kind: ConfigKind;
  readonly config: EvalConfig;
  readonly source: ConfigSource;
  /** Problems of form, in the order of the text. */
  readonly problems: readonly Problem[];
};

/** Reads any text; never throws. `file` is absolute: relative paths start from its folder. */
export function parseEvalConfig(text: string, file: string): ParsedConfig {
  const source = parseSource(text, file);
  const kind = kindOf(source.root, file) ?? 'eval';
  const sink = new ProblemSink(source);
  if (kind === 'eval') refuseHooks(source, sink);
  const config = kind === 'eval' ? readEvalConfig(source.root, file, sink) : readBareFile(source.root, file, kind, sink);
  const problems = [...source.problems, ...sink.problems, ...surpriseProblems(source, kind)];
  return { kind, config, source, problems: inTextOrder(problems) };
}

/** A task's keys may be functions, which whoever looks the task up can tell; nothing else of a config can. */
function refuseHooks({ hooks, root }: ConfigSource, sink: ProblemSink): void {
  const tasks = root instanceof Map ? root.get('tasks') : null;
  for (const { path: at, hook } of hooks) {
    const [first, entry, key] = parsePath(at) ?? [];
    const written = first === 'tasks' && typeof entry === 'number' && Array.isArray(tasks) ? tasks[entry] : null;
    if (written instanceof Map && written.has('task') && typeof key === 'string' && key !== 'task' && Object.hasOwn(TASK_KEYS, key)) continue;
    sink.at(at, 'python-hook', { name: hook.name, hint: '' });
  }
}

function readEvalConfig(root: PyValue, file: string, sink: ProblemSink): EvalConfig {
  const base = path.dirname(file);
  if (root !== null && !(root instanceof Map)) sink.at('', 'wrong-type', { key: 'config', expected: 'a mapping (key: value)', actual: describeValue(root) });
  const values = readMapping(root, '', EVAL_KEYS, sink);
  if (sink.source.problems.length === 0 && (root === null || (root instanceof Map && !root.has('tasks')))) sink.at('', 'empty-config', {}, 'key', 'information');
  return {
    ...defaults(file),
    checkpoints: readCheckpointEntries(values.get('checkpoints') ?? null, base, sink),
    tasks: readTaskEntries(values.get('tasks') ?? null, base, sink).map((entry) => withShared(entry, values)),
    includePath: textsOf(values, 'include_path').map((folder) => path.resolve(base, folder)),
    num_fewshot: numberOf(values, 'num_fewshot'),
    limit: numberOf(values, 'limit'),
    seed: numberOf(values, 'seed') ?? DEFAULT_SEED,
    bootstrapIters: numberOf(values, 'bootstrap_iters') ?? DEFAULT_BOOTSTRAP_ITERS,
    baseline: textOf(values, 'baseline'),
    confidence: numberOf(values, 'confidence') ?? DEFAULT_CONFIDENCE,
    precision: values.get('precision') === 'int8' ? 'int8' : 'fp32',
    compat: values.get('compat') === 'correct' ? 'correct' : 'harness',
    applyChatTemplate: booleanOf(values, 'apply_chat_template') ?? textOf(values, 'apply_chat_template') ?? false,
    systemInstruction: textOf(values, 'system_instruction'),
    genKwargs: recordOf(mappingOf(values.get('gen_kwargs'))),
    logSamples: booleanOf(values, 'log_samples') ?? true,
    outputPath: path.resolve(base, textOf(values, 'output_path') ?? DEFAULT_OUTPUT_PATH),
  };
}

/** The values of a config that says nothing. */
export const DEFAULT_SEED = 1234;
export const DEFAULT_BOOTSTRAP_ITERS = 1000;
export const DEFAULT_CONFIDENCE = 0.95;
export const DEFAULT_OUTPUT_PATH = path.join('.assay', 'runs');

/** A config with defaults alone; `file` null: relative paths are the working folder's. */
export function defaults(file: string | null): EvalConfig {
  return {
    file,
    checkpoints: [],
    tasks: [],
    includePath: [],
    num_fewshot: null,
    limit: null,
    seed: DEFAULT_SEED,
    bootstrapIters: DEFAULT_BOOTSTRAP_ITERS,
    baseline: null,
    confidence: DEFAULT_CONFIDENCE,
    precision: 'fp32',
    compat: 'harness',
    applyChatTemplate: false,
    systemInstruction: null,
    genKwargs: {},
    logSamples: true,
    outputPath: path.resolve(file === null ? '.' : path.dirname(file), DEFAULT_OUTPUT_PATH),
  };
}

/** What the config says for every task that does not say it itself. */
function withShared(entry: TaskEntry, values: ReadonlyMap<string, PyValue>): TaskEntry {
  const shared = booleanOf(values, 'fewshot_as_multiturn');
  if (shared === null || entry.source.kind === 'perplexity') return entry;
  return { ...entry, overrides: new Map([['fewshot_as_multiturn', shared], ...entry.overrides]) };
}

function readBareFile(root: PyValue, file: string, kind: 'task' | 'group', sink: ProblemSink): EvalConfig {
  const values = readTaskMapping(root, kind, sink);
  checkTaskValues(values, '', sink);
  return { ...defaults(file), tasks: [{ ...plainEntry(file, path.dirname(file), ''), source: { kind: 'file', file } }] };
}

function inTextOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}
