/** Tasks, groups and tags there are, and what each of them is. */
import type { Runnable, TaskDefinition } from '../config/definition';
import { runnableName } from '../config/runnable';
import { hint } from '../config/suggest';
import type { ReadText } from '../config/text-files';
import { isPattern } from '../files/name-pattern';
import type { ListedTask, ListedTasks, TaskName } from '../protocol/inspection';
import { builtIns } from '../task/builtin/built-ins';
import { outputTypes } from '../task/output-types/output-types';
import { builtInFolder, isBuiltIn } from './built-in-tasks';
import { NameResolver } from './resolve-names';
import { buildTaskIndex, matchingNames, type TaskIndex } from './task-index';

/** Names of the folders and built-in ones, sorted. */
export async function taskNames(includePath: readonly string[], read: ReadText): Promise<readonly TaskName[]> {
  const index = await buildTaskIndex(includePath, read, await builtInFolder());
  return index.names.map((name) => named(index, name));
}

/** `names`: which of them, patterns too, in their order; null: all. */
export async function listTasks(includePath: readonly string[], names: readonly string[] | null, read: ReadText): Promise<ListedTasks> {
  const index = await buildTaskIndex(includePath, read, await builtInFolder());
  const wanted = new Set<string>();
  const unknown = new Map<string, string>();
  for (const name of names ?? index.names) {
    const meant = index.entries.has(name) || index.tags.has(name) ? [name] : isPattern(name) ? matchingNames(index, name) : [];
    for (const one of meant) wanted.add(one);
    if (meant.length === 0) unknown.set(name, hint(name, index.names));
  }
  const resolver = new NameResolver(index, read);
  const tasks: ListedTask[] = [];
  for (const name of wanted) tasks.push(await described(index, resolver, name));
  return { tasks, unknown: [...unknown].map(([name, text]) => ({ name, hint: text })) };
}

function named(index: TaskIndex, name: string): TaskName {
  const entry = index.entries.get(name);
  if (entry !== undefined) return { name, kind: entry.kind, builtIn: isBuiltIn(entry.file), description: isBuiltIn(entry.file) ? (builtIns.get(name)?.facts.description ?? null) : null };
  const members = index.tags.get(name) ?? [];
  return { name, kind: 'tag', builtIn: members.every((member) => isBuiltIn(index.entries.get(member)?.file ?? null)), description: null };
}

/** A file that is broken has its name and nothing more: checks say what is wrong with it. */
async function described(index: TaskIndex, resolver: NameResolver, name: string): Promise<ListedTask> {
  const entry = index.entries.get(name);
  const known: ListedTask = {
    ...named(index, name),
    outputType: null, metrics: [], numFewshot: null, members: null, source: null, licence: null, dataset: null, columns: null,
    file: entry === undefined || isBuiltIn(entry.file) ? null : entry.file,
  };
  if (entry === undefined) return { ...known, members: index.tags.get(name) ?? [] };
  const [runnable] = await resolver.named(name, null, () => undefined);
  const said = runnable === undefined ? known : { ...known, ...ofRunnable(runnable) };
  const facts = known.builtIn ? builtIns.get(name)?.facts : undefined;
  return facts === undefined ? said : { ...said, source: facts.source, licence: facts.licence, columns: said.kind === 'task' ? facts.columns : null };
}

function ofRunnable(runnable: Runnable): Partial<ListedTask> {
  const about = runnable.metadata.get('description');
  const description = typeof about === 'string' && !isBuiltIn(runnable.file) ? { description: about } : {};
  if (runnable.kind === 'group') return { members: runnable.children.map(runnableName), metrics: (runnable.aggregate ?? []).map(({ metric }) => metric) };
  const { outputType, num_fewshot: numFewshot, dataset } = runnable;
  return { outputType, metrics: metricNames(runnable), numFewshot, dataset: dataset.name === null ? dataset.path : `${dataset.path} ${dataset.name}`, ...description };
}

function metricNames({ metrics, outputType }: TaskDefinition): string[] {
  if (metrics === null) return outputTypes[outputType].defaultMetrics.map(({ name }) => name);
  return metrics.map(({ metric }) => (typeof metric === 'string' ? metric : metric.name));
}
