import { stat } from 'node:fs/promises';
import path from 'node:path';
import { joinPath } from '../config/config-path';
import type { EvalConfig, Runnable, TaskDefinition, TaskEntry } from '../config/definition';
import { withHookCode } from '../config/hook-code';
import { fileHint } from '../config/near-file';
import { isWholeText, perplexityName, perplexityTask, textColumn, type PerplexitySource } from '../config/perplexity';
import { placeOf } from '../config/schema';
import type { ConfigSource } from '../config/source';
import { hint } from '../config/suggest';
import { readFromDisk, type ReadText } from '../config/text-files';
import { AssayError } from '../protocol/errors';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Problem } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { type Columns, columnsHere } from './columns';
import { leavesOf, runnableName } from '../config/runnable';
import { NameResolver, type KeyPlaces, type Overrides } from './resolve-names';
import { builtInFolder } from './built-in-tasks';
import { buildTaskIndex, type TaskIndex } from './task-index';

/** An entry of `tasks:` with what it runs. Without runnables, `problems` says why. */
export type ResolvedTask = {
  readonly entry: TaskEntry;
  readonly configPath: string;
  readonly runnables: readonly Runnable[];
  /** Of the entry, at its place in the config; and of the task files it refers to, at theirs. */
  readonly problems: readonly Problem[];
  /** Where the keys of its tasks are written. */
  readonly places: ReadonlyMap<TaskDefinition, KeyPlaces>;
  /** Errors in the files of a task or group among the runnables, or below them: it cannot run. */
  readonly faults: ReadonlyMap<Runnable, readonly Problem[]>;
  /** Texts that problems may stand in, by file. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
};

export type ResolveOptions = {
  /** The config's text, for the places of problems; null for entries of the command line. */
  readonly source: ConfigSource | null;
  readonly read?: ReadText;
  readonly index?: TaskIndex;
  /** For entries that are a text: where its columns are looked up. */
  readonly columns?: Columns;
  readonly signal?: AbortSignal;
};

/** Resolves all entries of a config. A task that was there before is refused, as its results would be overwritten. */
export async function resolveConfigTasks(config: EvalConfig, options: ResolveOptions): Promise<ResolvedTask[]> {
  const read = options.read ?? readFromDisk;
  const resolver = new EntryResolver(options.index ?? (await buildTaskIndex(config.includePath, read, await builtInFolder())), read, options);
  const resolved: (ResolvedTask | null)[] = [];
  for (const entry of config.tasks) resolved.push(entry.source.kind === 'perplexity' ? null : await resolver.reference(entry));
  // Texts get the names that tasks leave over.
  for (const [index, entry] of config.tasks.entries()) if (entry.source.kind === 'perplexity') resolved[index] = await resolver.perplexity(entry, entry.source);
  return resolved.filter((task) => task !== null);
}

class EntryResolver {
  private readonly taken = new Set<string>();

  constructor(
    private readonly index: TaskIndex,
    private readonly read: ReadText,
    private readonly options: ResolveOptions,
  ) {}

  private get source(): ConfigSource | null {
    return this.options.source;
  }

  async reference(entry: TaskEntry): Promise<ResolvedTask> {
    const problems: Problem[] = [];
    const inner = joinPath(entry.configPath, 'task');
    // A bare task file is its own entry: its key `task` is a name, not a reference.
    const at = entry.configPath !== '' && (this.source?.rangeOf(inner) ?? null) !== null ? inner : entry.configPath;
    const complain = (code: MessageCode, args: MessageArgs): void => void problems.push(this.problem(at, code, args));
    const names = new NameResolver(this.index, this.read);
    const overrides = entry.overrides.size === 0 ? null : await this.overrides(entry);
    const found =
      entry.source.kind === 'file' ? await names.file(entry.source.file, overrides, complain) : entry.source.kind === 'name' ? await names.named(entry.source.name, overrides, complain) : [];
    const runnables = found.filter((runnable) => {
      const repeated = leavesOf(runnable).map(({ task }) => task).find((task) => this.taken.has(task)) ?? (this.taken.has(runnableName(runnable)) ? runnableName(runnable) : undefined);
      if (repeated !== undefined) complain('duplicate-task', { name: repeated });
      // A group keeps its other members; the one that was there before runs once and counts here too.
      return repeated === undefined || (runnable.kind === 'group' && !this.taken.has(runnableName(runnable)));
    });
    for (const runnable of runnables) for (const name of [runnableName(runnable), ...leavesOf(runnable).map(({ task }) => task)]) this.taken.add(name);
    return { entry, configPath: entry.configPath, runnables, problems: [...problems, ...names.problems], places: names.places, faults: names.faults, sources: this.withOwn(names.sources) };
  }

  async perplexity(entry: TaskEntry, source: PerplexitySource): Promise<ResolvedTask> {
    const name = perplexityName(source, this.taken);
    const failed = (key: string, code: MessageCode, args: MessageArgs): ResolvedTask => {
      return { entry, configPath: entry.configPath, runnables: [], problems: [this.problem(joinPath(entry.configPath, key), code, args)], places: new Map(), faults: new Map(), sources: this.withOwn(new Map()) };
    };
    if (!(await isFile(source.file))) return failed('perplexity', 'missing-file', { path: source.file, hint: await fileHint(source.file) });
    const task = perplexityTask(source, name, source.textColumn ?? 'text');
    const done = (definition: TaskDefinition): ResolvedTask => ({ entry, configPath: entry.configPath, runnables: [definition], problems: [], places: new Map(), faults: new Map(), sources: this.withOwn(new Map()) });
    if (isWholeText(source.file)) return done(task);
    try {
      const { columns: lookedUp = columnsHere, signal } = this.options;
      const columns = await lookedUp.names(task.dataset, 'test', signal);
      const asked = source.textColumn;
      if (asked !== null && !columns.includes(asked)) return failed('text_column', 'unknown-column', { column: asked, hint: hint(asked, columns) });
      if (asked !== null || columns.includes('text')) return done(task);
      const column = textColumn(null, await lookedUp.kinds(task.dataset, 'test', signal));
      if (column !== null) return done(perplexityTask(source, name, column));
      return failed('perplexity', 'unknown-column', { column: 'text', hint: ` Say which one holds the text with text_column: ${columns.join(', ')}.` });
    } catch (error) {
      const { code, args } = AssayError.from(error);
      return failed('perplexity', code, args);
    }
  }

  private withOwn(sources: ReadonlyMap<string, ConfigSource>): ReadonlyMap<string, ConfigSource> {
    return this.source === null ? sources : new Map([...sources, [this.source.file, this.source]]);
  }

  private problem(at: string, code: MessageCode, args: MessageArgs): Problem {
    const range = this.source === null ? { start: 0, end: 0 } : placeOf(this.source, at);
    return { file: this.source?.file ?? '', range, severity: 'error', code, args };
  }

  private async overrides({ overrides: written, configPath }: TaskEntry): Promise<Overrides> {
    const { source } = this;
    const overrides = new Map<string, PyValue>();
    for (const [key, value] of written) overrides.set(key, source === null ? value : await withHookCode(value, source.file, this.read));
    const bases = (folder: string): Map<string, string> => new Map([...overrides.keys()].map((key) => [key, folder] as const));
    if (source === null) return { values: overrides, bases: bases(process.cwd()), places: new Map() };
    const places = [...overrides.keys()].map((key) => [key, { source, path: joinPath(configPath, key) }] as const);
    return { values: overrides, bases: bases(path.dirname(source.file)), places: new Map(places) };
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then((found) => found.isFile(), () => false);
}
