import path from 'node:path';
import { fileHint } from '../config/near-file';
import { joinPath } from '../config/config-path';
import { parseEvalConfig, type ParsedConfig } from '../config/eval-config';
import { ProblemSink } from '../config/schema';
import { readFromDisk, type ReadText, withTexts } from '../config/text-files';
import { describe, type MessageCode } from '../protocol/messages';
import type { Problem } from '../protocol/problem';
import { checkCheckpoints } from './check-checkpoints';
import { checkData } from './check-data';
import { checkFields } from './check-fields';
import { checkHooks, makesRows } from './check-hooks';
import { checkExpect, checkScoring } from './check-scoring';
import type { ResolvedCheckpoint } from './checkpoints';
import { resolveConfigTasks, type ResolvedTask } from './resolve';
import { leavesOf } from '../config/runnable';
import { includePathOf } from './include-path';
import { builtInFolder } from './built-in-tasks';
import { buildTaskIndex, indexAtHand, type TaskIndex } from './task-index';
import { TaskSink } from './task-sink';

export type CheckInput = {
  /** Absolute. */
  readonly file: string;
  /** As it is now, saved or not. */
  readonly text: string;
  /** Folder whose checkpoints a config without `checkpoints:` runs on. */
  readonly workspace: string;
  /** Further folders with task files; their names stand above the config's own. */
  readonly includePath?: readonly string[];
  /** Texts of other files; the editor puts unsaved ones in front. Default: the disk. */
  readonly readFile?: ReadText;
  /** Milliseconds that the index of task files is waited for; until it is there, names are not checked and a problem says so. Default: as long as it takes. */
  readonly patience?: number | null;
};

export type Checked = {
  readonly parsed: ParsedConfig;
  /** Of the config and of every file it refers to, each in its own file, by file and place. */
  readonly problems: readonly Problem[];
  readonly checkpoints: readonly ResolvedCheckpoint[];
  readonly tasks: readonly ResolvedTask[];
};

/**
 * Everything that can be said about a config without running it: the same for diagnostics, `assay check` and completion.
 * Never rejects; nothing is loaded, and unchanged files are looked at once.
 */
export async function checkConfig({ file, text, workspace, includePath = [], readFile = readFromDisk, patience = null }: CheckInput): Promise<Checked> {
  const parsed = parseEvalConfig(text, file);
  const { source, kind } = parsed;
  const read = withTexts(readFile, new Map([[file, text]]));
  const config = { ...parsed.config, includePath: [...(await includePathOf(parsed, workspace, read)), ...includePath] };
  const sink = new ProblemSink(source);
  const builtIns = await builtInFolder();
  const { index, isComplete } = patience === null ? { index: await buildTaskIndex(config.includePath, read, builtIns), isComplete: true } : await indexAtHand(config.includePath, read, patience, builtIns);
  const [tasks, checkpoints] = await Promise.all([resolveConfigTasks(config, { source, read, index }), checkCheckpoints(config, workspace, sink, read.disk?.revision ?? null)]);
  if (isComplete) await checkIncludePath(parsed.config.includePath, index, sink);
  else sink.at(source.rangeOf('include_path') === null ? '' : 'include_path', 'still-indexing', {}, 'key', 'information');
  const served = config.checkpoints.find(({ kind }) => kind === 'endpoint');
  if (config.precision === 'int8' && served?.kind === 'endpoint') sink.at('precision', 'int8-unsupported', { name: served.name ?? served.model });
  for (const task of tasks) checkExpect(task.entry.expect, task.runnables, sink);
  const inTasks = await Promise.all(tasks.map((task) => checkTask(task, parsed)));
  if (kind === 'eval') for (const task of tasks) reportAtEntry(task, inTasks, sink);
  const problems = [...parsed.problems, ...sink.problems, ...tasks.flatMap((task) => task.problems), ...inTasks.flat()];
  return { parsed, problems: inOrder(isComplete ? problems : problems.filter(({ code }) => !NEEDS_NAMES.has(code)), file), checkpoints, tasks };
}

/** What nobody can say who does not know all names. */
const NEEDS_NAMES: ReadonlySet<MessageCode> = new Set(['unknown-task']);

/** Data, columns, templates and metrics of every task of an entry. */
async function checkTask(task: ResolvedTask, parsed: ParsedConfig): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const definition of task.runnables.flatMap(leavesOf)) {
    const sink = new TaskSink(task.places.get(definition) ?? new Map(), { source: parsed.source, path: task.configPath });
    const known = checkHooks(definition, sink);
    checkScoring(definition, sink);
    if (known && task.entry.source.kind !== 'perplexity') {
      const columns = await checkData(definition, sink);
      checkFields(definition, makesRows(definition) ? null : columns, sink);
    }
    found.push(...sink.problems);
  }
  return found;
}

/** An entry whose task file is broken says so at the entry too: the file may not be open. */
function reportAtEntry(task: ResolvedTask, inTasks: readonly (readonly Problem[])[], sink: ProblemSink): void {
  const here = sink.source.file;
  const own = [...task.problems, ...inTasks.flat().filter(({ file }) => isFileOf(task, file))];
  if (own.some(({ file, severity }) => file === here && severity === 'error')) return;
  const first = own.find(({ severity }) => severity === 'error');
  if (first === undefined) return;
  const inner = joinPath(task.configPath, 'task');
  const at = sink.source.rangeOf(inner) === null ? task.configPath : inner;
  sink.at(at, 'broken-task-file', { path: path.basename(first.file), detail: describe(first.code, first.args) });
}

function isFileOf(task: ResolvedTask, file: string): boolean {
  return [...task.places.values()].some((places) => [...places.values()].some(({ source }) => source.file === file));
}

/** Folders of the include path that are not there, or hold more than task files. */
async function checkIncludePath(folders: readonly string[], { failures }: TaskIndex, sink: ProblemSink): Promise<void> {
  for (const [position, folder] of folders.entries()) {
    const failure = failures.find(({ path: failed }) => failed === folder);
    if (failure === undefined) continue;
    const inList = joinPath('include_path', position);
    const at = sink.source.rangeOf(inList) === null ? 'include_path' : inList;
    if (failure.isMissing) sink.at(at, 'missing-file', { path: folder, hint: await fileHint(folder) });
    else sink.at(at, 'wrong-value', { key: 'include_path', detail: `${failure.detail}; name the folder that holds the task files.` });
  }
}

/** Each problem once (a file may be reached on several ways), the config's own first, then by file and place. */
function inOrder(problems: readonly Problem[], file: string): Problem[] {
  const distinct = new Map(problems.map((problem) => [JSON.stringify([problem.file, problem.range.start, problem.range.end, problem.code, problem.args]), problem]));
  const rank = (problem: Problem): string => (problem.file === file ? '' : problem.file);
  return [...distinct.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.range.start - b.range.start || a.range.end - b.range.end));
}
