/** Entries of `tasks:` as tasks to prepare. What cannot be resolved does not stop the others. */
import { effectiveFewshot, effectiveLimit, limitOfFile } from '../catalog/precedence';
import { resolveConfigTasks, type ResolvedTask } from '../catalog/resolve';
import { entryDigest } from '../config/entry-digest';
import { leavesOf } from '../config/runnable';
import type { EvalConfig, GroupDefinition, TaskEntry } from '../config/definition';
import type { ConfigSource } from '../config/source';
import type { EvaluationOverrides } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { StoredTask } from '../run/run-folder';
import type { PlanFailure } from './plan-failure';

export type ResolvedTasks = { readonly tasks: readonly StoredTask[]; readonly groups: readonly GroupDefinition[]; readonly failures: readonly PlanFailure[] };

/** Leaf tasks in the order of the config, each once, with shots and limit by precedence. `source`: the config's text, if it has one. */
export async function resolveTasks(config: EvalConfig, overrides: EvaluationOverrides, source: ConfigSource | null): Promise<ResolvedTasks> {
  const resolved = await resolveConfigTasks(config, { source: overrides.tasks === undefined ? source : null });
  const tasks = new Map<string, StoredTask>();
  const isNamed = config.file !== null && overrides.tasks === undefined;
  for (const { entry, configPath, runnables } of resolved) {
    const digest = isNamed ? entryDigest(entry, config) : null;
    for (const definition of runnables.flatMap(leavesOf)) {
      if (tasks.has(definition.task)) continue;
      const { num_fewshot: file } = definition;
      tasks.set(definition.task, {
        definition,
        numFewshot: effectiveFewshot({ commandLine: overrides.numFewshot ?? null, entry: entry.num_fewshot, file, config: config.num_fewshot }),
        limit: effectiveLimit({ commandLine: overrides.limit ?? null, entry: entry.limit, file: limitOfFile(definition), config: config.limit }),
        configPath: isNamed ? configPath : null,
        entry: digest,
        expect: entry.expect,
      });
    }
  }
  const groups = resolved.flatMap(({ runnables }) => runnables.filter((runnable) => runnable.kind === 'group'));
  return { tasks: [...tasks.values()], groups, failures: resolved.flatMap((task) => failuresOf(task, isNamed ? entryDigest(task.entry, config) : null)) };
}

/** Only an entry that gives nothing to run has failed; problems beside a task that runs are the checker's affair. */
function failuresOf({ entry, runnables, problems }: ResolvedTask, digest: string | null): PlanFailure[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (runnables.length > 0 && errors.every(({ code }) => !STOPS_A_MEMBER.has(code))) return [];
  return errors.map(({ code, args, file }) => ({ checkpoint: null, task: labelOf(entry), entry: digest, error: new AssayError(code, args, file === '' ? {} : { file }), isUnknown: code === 'unknown-task' || code === 'missing-file' }));
}

/** Problems that leave a part of an entry out although the rest runs. */
const STOPS_A_MEMBER: ReadonlySet<string> = new Set(['unknown-task', 'missing-file', 'group-cycle', 'duplicate-task', 'include-cycle']);

function labelOf({ source }: TaskEntry): string {
  return source.kind === 'name' ? source.name : source.file;
}
