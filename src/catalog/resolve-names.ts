import path from 'node:path';
import { joinPath, parsePath } from '../config/config-path';
import type { GroupDefinition, Runnable, TaskDefinition } from '../config/definition';
import { groupFile, type GroupFile, type GroupMember } from '../config/group-file';
import { mergeIncludes } from '../config/include';
import { leavesOf, runnableName } from '../config/runnable';
import { ProblemSink } from '../config/schema';
import type { ConfigSource } from '../config/source';
import { hint } from '../config/suggest';
import { taskDefinition } from '../config/task-definition';
import { readTaskFile, withOverrides, type TaskFile } from '../config/task-file';
import type { ReadText } from '../config/text-files';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Problem } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { isPattern } from '../files/name-pattern';
import { isBuiltIn, withBuiltIns } from './built-in-tasks';
import { forgetNames } from './task-folder';
import { buildTaskIndex, type IndexEntry, matchingNames, type TaskIndex } from './task-index';

/** Where a key of a task is written: a text, and the config path in it. */
export type KeyPlace = { readonly source: ConfigSource; readonly path: string };
export type KeyPlaces = ReadonlyMap<string, KeyPlace>;

/** Keys that replace a task's own, with the folders their relative paths start from and where they are written. */
export type Overrides = { readonly values: ReadonlyMap<string, PyValue>; readonly bases: ReadonlyMap<string, string>; readonly places: KeyPlaces };
/** Reports a problem where a name is written. */
type Complain = (code: MessageCode, args: MessageArgs) => void;

/** Looks up tasks, groups, tags and patterns, and loads what they name. One for each check or plan. */
export class NameResolver {
  /** Problems of the files that were loaded; each file's once. */
  readonly problems: Problem[] = [];
  /** Where the keys of each task that was loaded are written. */
  readonly places = new Map<TaskDefinition, KeyPlaces>();
  /** Errors of a task or group in its own files: it cannot run. */
  readonly faults = new Map<Runnable, readonly Problem[]>();
  /** Texts that were read, by file. */
  readonly sources = new Map<string, ConfigSource>();
  /** Tasks and groups that were unfolded: groups that name groups twice over would never end. */
  private loads = 0;
  private readonly files = new Map<string, Promise<TaskFile>>();
  private readonly siblings = new Map<string, Promise<TaskIndex>>();
  /** Built-in files too. */
  private readonly read: ReadText;

  constructor(
    private readonly index: TaskIndex,
    read: ReadText,
  ) {
    this.read = withBuiltIns(read);
  }

  /** What a name stands for: a pattern, task, group or tag. Empty after a complaint. */
  async named(name: string, overrides: Overrides | null, complain: Complain): Promise<Runnable[]> {
    return this.lookUp(name, this.index, overrides, complain, []);
  }

  /** What a task or group file holds; empty where it cannot be run (its problems say why). */
  async file(file: string, overrides: Overrides | null, complain: Complain): Promise<Runnable[]> {
    return this.load(file, overrides, complain, []);
  }

  private async lookUp(name: string, index: TaskIndex, overrides: Overrides | null, complain: Complain, within: readonly string[]): Promise<Runnable[]> {
    const entry = index.entries.get(name);
    if (entry !== undefined) {
      if (await this.isCalled(entry)) return this.load(entry.file, overrides, complain, within);
      // Whoever keeps names beside the task files has kept a wrong one.
      forgetNames();
      complain('unknown-task', { name, hint: notSearched(index) });
      return [];
    }
    const several = index.tags.get(name) ?? (isPattern(name) ? matchedNames(index, name) : []);
    if (several.length === 0) complain('unknown-task', { name, hint: hint(name, index.names) || notSearched(index) });
    const found: Runnable[] = [];
    for (const one of several) found.push(...(await this.lookUp(one, index, overrides, complain, within)));
    return isPattern(name) ? withoutRepeats(found) : found;
  }

  private async load(file: string, overrides: Overrides | null, complain: Complain, within: readonly string[]): Promise<Runnable[]> {
    this.loads += 1;
    if (this.loads > MOST_LOADS) {
      if (this.loads === MOST_LOADS + 1) complain('wrong-value', { key: 'task', detail: `groups in groups unfold to more than ${MOST_LOADS} tasks; name fewer of them.` });
      return [];
    }
    const read = await this.taskFile(file, complain);
    if (read.kind === 'none') return [];
    if (read.kind === 'task') {
      const definition = overrides === null ? { ...read.definition } : withOverrides(read.definition, overrides.values, baseIn(overrides, read.definition.dataset.base));
      this.blame(definition, read, overrides);
      // What is built in stands nowhere: its problems belong to the entry that names it.
      const own = isBuiltIn(file) ? [] : [...read.origins].map(([key, source]) => [key, { source, path: key }] as const);
      this.places.set(definition, new Map([...own, ...(overrides?.places ?? [])]));
      return [definition];
    }
    if (read.source === null) return [];
    const text: GroupText = { file, source: read.source, origins: read.origins };
    const group = await this.group(read.group, text, overrides, complain, within);
    if (group === null) return [];
    this.blame(group, read, overrides);
    return [group];
  }

  /** Whether a file says the name that it is known by; one that says none has problems of its own. */
  private async isCalled({ file, name }: IndexEntry): Promise<boolean> {
    const read = await this.taskFile(file, () => undefined);
    return read.kind === 'task' ? read.definition.task === name : read.kind === 'group' ? read.group.group === name : true;
  }

  /** What is wrong in the file, unless it stands in a key that is replaced. */
  private blame(runnable: Runnable, { problems }: TaskFile, overrides: Overrides | null): void {
    const replaced = (problem: Problem): boolean => {
      if (problem.code === 'yaml-syntax') return false;
      if (problem.code === 'missing-key') return overrides?.values.has(String(problem.args['key'])) === true;
      const key = parsePath(this.sources.get(problem.file)?.nodeAt(problem.range.start)?.path ?? '')?.[0];
      return typeof key === 'string' && overrides?.values.has(key) === true;
    };
    const faults = problems.filter((problem) => problem.severity === 'error' && !replaced(problem));
    if (faults.length > 0) this.faults.set(runnable, faults);
  }

  private async taskFile(file: string, complain: Complain): Promise<TaskFile> {
    let reading = this.files.get(file);
    const first = reading === undefined;
    reading ??= readTaskFile(file, this.read);
    this.files.set(file, reading);
    const read = await reading;
    if (read.source === null) for (const { code, args } of read.problems) complain(code, args);
    else if (first) this.problems.push(...read.problems);
    for (const source of [read.source, ...read.origins.values(), ...read.included]) if (source !== null) this.sources.set(source.file, source);
    return read;
  }

  private async group(group: GroupFile, text: GroupText, overrides: Overrides | null, complain: Complain, within: readonly string[]): Promise<GroupDefinition | null> {
    if (within.includes(group.group)) {
      complain('group-cycle', { name: group.group });
      return null;
    }
    // The caller's overrides stand above the group's own.
    const places = [...group.overrides.keys()].map((key) => [key, placeIn(text, key)] as const);
    const own: Overrides = {
      values: new Map([...group.overrides, ...(overrides?.values ?? [])]),
      bases: new Map([...basesOf(places), ...(overrides?.bases ?? [])]),
      places: new Map([...places, ...(overrides?.places ?? [])]),
    };
    const index = await this.indexFor(path.dirname(text.file));
    const children: Runnable[] = [];
    // Of two mentions of a name the last one counts: the first is not looked up at all.
    const members = [...new Map(group.members.map((member) => [member.name, member])).values()];
    for (const member of members) children.push(...(await this.member(member, group.group, text, own, index, [...within, group.group])));
    const { group: name, alias, aggregate, metadata } = group;
    // Named twice, a member stands where it was named first, as it was named last.
    const distinct = [...new Map(children.map((child) => [runnableName(child), child])).values()];
    return { kind: 'group', group: name, alias, children: distinct, aggregate, metadata, file: text.file };
  }

  private async member(member: GroupMember, parent: string, text: GroupText, overrides: Overrides, index: TaskIndex, within: readonly string[]): Promise<Runnable[]> {
    const sink = new ProblemSink(text.source, text.origins);
    const complain: Complain = (code, args) => sink.at(member.kind === 'name' ? member.configPath : joinPath(member.configPath, member.kind), code, args);
    const found = await this.memberRunnables(member, parent, text, overrides, index, within, complain, sink);
    this.problems.push(...sink.problems);
    return found;
  }

  private async memberRunnables(
    member: GroupMember, parent: string, text: GroupText, overrides: Overrides, index: TaskIndex, within: readonly string[], complain: Complain, sink: ProblemSink,
  ): Promise<Runnable[]> {
    if (member.kind === 'name') return this.lookUp(member.name, index, overrides, complain, within);
    const merged = await mergeIncludes(member.values, text.source, member.configPath, this.read);
    this.problems.push(...merged.problems);
    const values = new Map(merged.values);
    const written = [...values.keys()].map((key) => [key, member.values.has(key) ? placeIn(text, joinPath(member.configPath, key)) : { source: merged.origins.get(key) ?? text.source, path: key }] as const);
    const registered = index.entries.has(member.name) || index.tags.has(member.name);
    // Keys of the mapping stand above the group's; an inline group's own are below them.
    const below: Overrides = {
      values: new Map([...overrides.values, ...[...values].filter(([key]) => key !== member.kind && !GROUP_ONLY.has(key))]),
      bases: new Map([...overrides.bases, ...basesOf(written)]),
      places: new Map([...overrides.places, ...written]),
    };
    if (registered) return this.lookUp(member.name, index, below, complain, within);
    values.set(member.kind, `${parent}::${member.name}`);
    if (member.kind === 'group') {
      const inner = groupFile(values, member.configPath, sink);
      const group = inner === null ? null : await this.group(inner, text, overrides, complain, within);
      return group === null ? [] : [group];
    }
    const base = baseIn(below, path.dirname(text.file));
    const definition = taskDefinition({ values: new Map([...overrides.values, ...values]), file: text.file, base: base('dataset_path'), filesBase: base('dataset_kwargs') });
    // Not a known name, and no task of its own either: most likely a slip in the name.
    if (definition === null) complain('unknown-task', { name: member.name, hint: hint(member.name, index.names) });
    else this.places.set(definition, below.places);
    return definition === null ? [] : [definition];
  }

  /** A group's members: the include path first, then the files beside the group, then what is built in. */
  private async indexFor(folder: string): Promise<TaskIndex> {
    if (isBuiltIn(folder)) return this.index;
    let beside = this.siblings.get(folder);
    beside ??= buildTaskIndex([folder], this.read);
    this.siblings.set(folder, beside);
    return joined(this.index, await beside);
  }
}

const MOST_LOADS = 20_000;

/** Keys of a mapping that names a group: they say what the group is, not what its tasks are. */
const GROUP_ONLY: ReadonlySet<string> = new Set(['group', 'task', 'group_alias', 'aggregate_metric_list']);

/** Why a name may be missing: the first folder or file that could not be looked at. */
function notSearched({ failures }: TaskIndex): string {
  const [first] = failures;
  return first === undefined ? '' : ` Not searched: ${first.path} (${first.detail}).`;
}

function basesOf(places: readonly (readonly [string, KeyPlace])[]): (readonly [string, string])[] {
  return places.map(([key, { source }]) => [key, path.dirname(source.file)] as const);
}

function baseIn({ bases }: Overrides, otherwise: string): (key: string) => string {
  return (key) => bases.get(key) ?? otherwise;
}

type GroupText = { readonly file: string; readonly source: ConfigSource; readonly origins: ReadonlyMap<string, ConfigSource> };

function placeIn(text: GroupText, at: string): KeyPlace {
  return { source: text.origins.get(String(parsePath(at)?.[0] ?? '')) ?? text.source, path: at };
}

function joined(first: TaskIndex, second: TaskIndex): TaskIndex {
  const own = (name: string): boolean => !isBuiltInName(first, name) || !(second.entries.has(name) || second.tags.has(name));
  return {
    entries: new Map([...second.entries, ...[...first.entries].filter(([name]) => own(name))]),
    tags: new Map([...second.tags, ...[...first.tags].filter(([name]) => own(name))]),
    names: [...new Set([...first.names, ...second.names])].sort(),
    failures: first.failures,
  };
}

/** What a pattern means: names of the person's own files, and where none matches, built-in ones. */
function matchedNames(index: TaskIndex, pattern: string): readonly string[] {
  const matching = matchingNames(index, pattern);
  const own = matching.filter((name) => !isBuiltInName(index, name));
  return own.length > 0 ? own : matching;
}

/** A task or group that is built in, or a tag of such alone. */
function isBuiltInName({ entries, tags }: TaskIndex, name: string): boolean {
  const members = tags.get(name) ?? [name];
  return members.every((member) => isBuiltIn(entries.get(member)?.file ?? null));
}

/** A pattern may match a task, its tag and its group: each task once, groups first. */
function withoutRepeats(found: readonly Runnable[]): Runnable[] {
  const seen = new Set<string>();
  const groups = found.filter((runnable) => runnable.kind === 'group');
  const inner = new Set(groups.flatMap((group) => group.children).filter((child) => child.kind === 'group').map((child) => child.group));
  const inGroups = new Set(groups.flatMap(leavesOf).map(({ task }) => task));
  return found.filter((runnable) => {
    const name = runnableName(runnable);
    if (seen.has(name) || (runnable.kind === 'task' ? inGroups.has(name) : inner.has(name))) return false;
    seen.add(name);
    return true;
  });
}
