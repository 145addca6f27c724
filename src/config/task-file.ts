import path from 'node:path';
import type { Problem } from '../protocol/problem';
import type { PyValue } from '../python/value';
import type { TaskDefinition } from './definition';
import { datasetSource } from './dataset-source';
import { PythonHook } from './python-hook';
import { groupFile, type GroupFile } from './group-file';
import { mergeIncludes, type Included } from './include';
import { ProblemSink } from './schema';
import type { ConfigSource } from './source';
import { surpriseProblems } from './surprise-problems';
import { lacksOf, taskDefinition } from './task-definition';
import { checkTaskValues, readTaskMapping } from './task-form';
import { readFromDisk, readSource, type ReadText } from './text-files';
import { mappingOf } from './values';

/** A task or group file with its includes. Problems name the file they stand in. */
export type TaskFile = {
  readonly file: string;
  /** null: the file cannot be read. */
  readonly source: ConfigSource | null;
  /** Text that each top-level key was written in. */
  readonly origins: ReadonlyMap<string, ConfigSource>;
  /** Texts of the includes. */
  readonly included: readonly ConfigSource[];
  readonly problems: readonly Problem[];
} & (
  | { readonly kind: 'task'; readonly definition: TaskDefinition }
  | { readonly kind: 'group'; readonly group: GroupFile }
  /** Nothing that can be run; the problems say why. */
  | { readonly kind: 'none' }
);

/** Reads a task or group file. Never rejects: what is wrong is in `problems`. */
export async function readTaskFile(file: string, read: ReadText = readFromDisk): Promise<TaskFile> {
  const found = await readSource(file, read);
  if (found.kind === 'failed') {
    const problem: Problem = { file, range: { start: 0, end: 0 }, severity: 'error', code: found.code, args: found.args };
    return { kind: 'none', file, source: null, origins: new Map(), included: [], problems: [problem] };
  }
  const { source } = found;
  const own = mappingOf(source.root);
  if (own === null) {
    const sink = new ProblemSink(source);
    if (source.problems.length === 0) sink.at('', 'wrong-type', { key: path.basename(file), expected: 'a task or group (key: value)', actual: source.root === null ? 'empty' : 'something else' });
    return { kind: 'none', file, source, origins: new Map(), included: [], problems: [...source.problems, ...sink.problems] };
  }
  return assemble(file, source, await mergeIncludes(own, source, '', read));
}

function assemble(file: string, source: ConfigSource, merged: Included): TaskFile {
  const { values, origins } = merged;
  const sink = new ProblemSink(source, origins);
  const name = values.get('group') ?? null;
  const isOldForm = values.has('group') && !values.has('class') && typeof values.get('task') === 'string' && OF_TASKS.some((key) => values.has(key));
  const kind = values.has('group') && !values.has('class') && !isOldForm ? 'group' : 'task';
  const form = [...merged.sources, source].flatMap((text) => formProblems(text, kind));
  const common = { file, source, origins, included: merged.sources };
  if (kind === 'group') {
    const group = groupFile(values, '', sink);
    const problems = [...form, ...merged.problems, ...sink.problems];
    return group === null ? { ...common, kind: 'none', problems } : { ...common, kind: 'group', group, problems };
  }
  if (isOldForm) {
    sink.at('group', 'old-group-form', { group: typeof name === 'string' ? name : 'NAME', task: String(values.get('task')) });
    return { ...common, kind: 'none', problems: [...form, ...merged.problems, ...sink.problems] };
  }
  // One that is no task at all is told so once, not key by key.
  for (const { key } of values.get('class') instanceof PythonHook ? [] : lacksOf(values)) sink.at(key === 'task' ? '' : 'task', 'missing-key', { what: 'A task', key }, 'key');
  const definition = taskDefinition({ values, file, base: folderOf('dataset_path', origins, file), filesBase: folderOf('dataset_kwargs', origins, file) });
  // A class or a function may bring data of its own; without any there is nothing that could be looked up.
  for (const key of definition === null ? ['class', 'custom_dataset'] : []) {
    const own = values.get(key);
    if (own instanceof PythonHook) sink.at(key, 'python-hook', { name: own.name, hint: '' });
  }
  const problems = [...form, ...merged.problems, ...sink.problems];
  return definition === null ? { ...common, kind: 'none', problems } : { ...common, kind: 'task', definition, problems };
}

/** Keys that a group without tasks of its own has no use for. */
const OF_TASKS = ['dataset_path', 'output_type', 'doc_to_text', 'doc_to_target', 'test_split', 'validation_split'];

/** Problems inside one text, whatever includes it. */
function formProblems(source: ConfigSource, kind: 'task' | 'group'): Problem[] {
  const sink = new ProblemSink(source);
  checkTaskValues(readTaskMapping(source.root, kind, sink), '', sink);
  return [...source.problems, ...sink.problems, ...surpriseProblems(source, kind)];
}

function folderOf(key: string, origins: ReadonlyMap<string, ConfigSource>, file: string): string {
  return path.dirname(origins.get(key)?.file ?? file);
}

/**
 * The task with other keys on top, replaced wholesale as an include's are. `baseOf`: the folder that a key's relative paths start from;
 * data that is not overridden stays where it is. What the overrides make impossible (no data, no split) is left as it was.
 */
export function withOverrides(definition: TaskDefinition, overrides: ReadonlyMap<string, PyValue>, baseOf: (key: string) => string): TaskDefinition {
  if (overrides.size === 0) return definition;
  const values = new Map([...definition.raw, ...overrides]);
  const data = definition.dataset;
  const changed = taskDefinition({ values, file: definition.file, base: data.base, filesBase: data.base });
  if (changed === null) return definition;
  const rebased = overrides.has('dataset_kwargs') || overrides.has('dataset_path') ? datasetSource(values, overrides.has('dataset_path') ? baseOf('dataset_path') : data.base, baseOf('dataset_kwargs')) : null;
  const dataset = rebased === null ? { ...data, name: changed.dataset.name } : overrides.has('dataset_kwargs') ? rebased : { ...rebased, dataFiles: data.dataFiles };
  return { ...changed, dataset, rolling: definition.rolling };
}
