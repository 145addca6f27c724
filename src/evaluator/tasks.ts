/** Entries of `tasks:` as tasks to prepare. What cannot be resolved does not stop the others. */
import { effectiveFewshot, effectiveLimit, limitOfFile } from '../catalog/precedence';
import type { Columns } from '../catalog/columns';
import { resolveConfigTasks, type ResolvedTask } from '../catalog/resolve';
import { entryDigest } from '../config/entry-digest';
import type { EvalConfig, ExpectEntry, GroupDefinition, Runnable, TaskDefinition, TaskEntry } from '../config/definition';
import { generationKwargs } from '../task/output-types/generate-until';
import { lineColumn } from '../config/line-column';
import { runnableName } from '../config/runnable';
import type { ConfigSource } from '../config/source';
import type { EvaluationOverrides } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { Problem } from '../protocol/problem';
import type { GroupFacts } from '../run/plan';
import type { PlanFailure } from './plan-failure';
import { versionOf } from './prepare';

/** A task with what this evaluation asks of it. */
export type AskedTask = {
  readonly definition: TaskDefinition;
  readonly numFewshot: number;
  readonly limit: number | null;
  /** Which `tasks:` entry asked for it, and the digest of that entry. */
  readonly configPath: string | null;
  readonly entry: string | null;
  readonly expect: readonly ExpectEntry[];
};

export type ResolvedTasks = { readonly tasks: readonly AskedTask[]; readonly groups: readonly GroupFacts[]; readonly failures: readonly PlanFailure[] };

/** Leaf tasks in the order of the config, each once, with shots and limit by precedence. `source`: the config's text, if it has one. */
export async function resolveTasks(config: EvalConfig, overrides: EvaluationOverrides, source: ConfigSource | null, reading: { readonly columns?: Columns; readonly signal?: AbortSignal } = {}): Promise<ResolvedTasks> {
  const resolved = await resolveConfigTasks(config, { source: overrides.tasks === undefined ? source : null, ...reading });
  const tasks = new Map<string, AskedTask>();
  const isNamed = config.file !== null && overrides.tasks === undefined;
  for (const { entry, configPath, runnables, faults } of resolved) {
    const digest = isNamed ? entryDigest(entry, config) : null;
    const earlier = new Set(tasks.keys());
    for (const definition of runnables.flatMap((runnable) => soundLeaves(runnable, faults))) {
      // Within an entry the last mention of a task counts, as in the harness's groups.
      if (earlier.has(definition.task)) continue;
      const { num_fewshot: file } = definition;
      tasks.set(definition.task, {
        definition: generating(definition, config),
        numFewshot: effectiveFewshot({ commandLine: overrides.numFewshot ?? null, entry: entry.num_fewshot, file, config: config.num_fewshot }),
        limit: effectiveLimit({ commandLine: overrides.limit ?? null, entry: entry.limit, file: limitOfFile(definition), config: config.limit }),
        configPath: isNamed ? configPath : null,
        entry: digest,
        expect: entry.expect,
      });
    }
  }
  const groups = resolved.flatMap(({ runnables, faults }) => runnables.flatMap((runnable) => soundGroup(runnable, faults) ?? [])).map(groupFacts);
  return { tasks: [...tasks.values()], groups, failures: resolved.flatMap((task) => failuresOf(task, isNamed ? entryDigest(task.entry, config) : null)) };
}

/** The config's `gen_kwargs` are laid over what the task says, or the harness where it says nothing. */
function generating(definition: TaskDefinition, { genKwargs }: EvalConfig): TaskDefinition {
  if (definition.outputType !== 'generate_until') return definition;
  const kwargs = new Map([...generationKwargs(definition), ...Object.entries(genKwargs)]);
  return { ...definition, generation_kwargs: Object.fromEntries(kwargs), raw: new Map(definition.raw).set('generation_kwargs', kwargs) };
}

type Faults = ResolvedTask['faults'];

/** Tasks below, without those whose files have errors. */
function soundLeaves(runnable: Runnable, faults: Faults): TaskDefinition[] {
  if (faults.has(runnable)) return [];
  return runnable.kind === 'task' ? [runnable] : runnable.children.flatMap((child) => soundLeaves(child, faults));
}

function soundGroup(runnable: Runnable, faults: Faults): GroupDefinition | null {
  if (runnable.kind === 'task' || faults.has(runnable)) return null;
  const children = runnable.children.flatMap((child): Runnable[] => (child.kind === 'group' ? [soundGroup(child, faults)].filter((group) => group !== null) : faults.has(child) ? [] : [child]));
  return children.length === 0 ? null : { ...runnable, children };
}

/** A task file with errors fails alone, however it was named; an entry that gives nothing to run says why. */
function failuresOf(resolved: ResolvedTask, digest: string | null): PlanFailure[] {
  const { entry, runnables, problems, faults } = resolved;
  const failure = (task: string, problem: Problem, isUnknown: boolean): PlanFailure => ({ checkpoint: null, task, entry: digest, error: errorOf(problem, resolved), isUnknown });
  const errors = problems.filter(({ severity, code }) => severity === 'error' && (runnables.length === 0 || STOPS_A_MEMBER.has(code)));
  // A task may be below several groups.
  const told = new Map([...faults].flatMap(([runnable, found]) => found.map((problem) => [problem, runnableName(runnable)] as const)));
  const broken = [...told].map(([problem, name]) => failure(name, problem, true));
  const others = errors.filter((problem) => !told.has(problem)).map((problem) => failure(labelOf(entry), problem, runnables.length === 0 || problem.code === 'unknown-task' || problem.code === 'missing-file'));
  return [...broken, ...others];
}

function errorOf({ code, args, file, range }: Problem, { sources }: ResolvedTask): AssayError {
  const source = sources.get(file);
  if (file === '') return new AssayError(code, args);
  return new AssayError(code, args, source === undefined ? { file } : { file, ...lineColumn(source.text, range.start) });
}

/** Problems that leave a part of an entry out although the rest runs. */
const STOPS_A_MEMBER: ReadonlySet<string> = new Set(['unknown-task', 'missing-file', 'unreadable-file', 'group-cycle', 'duplicate-task', 'include-cycle', 'missing-key', 'old-group-form', 'wrong-value']);

function labelOf({ source }: TaskEntry): string {
  return source.kind === 'name' ? source.name : source.file;
}

function groupFacts({ group, alias, metadata, aggregate, children }: GroupDefinition): GroupFacts {
  return { group, alias, version: versionOf(metadata, 'N/A'), aggregate, children: children.map((child) => (child.kind === 'task' ? child.task : groupFacts(child))) };
}
