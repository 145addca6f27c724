import { readFromDisk, type ReadText } from '../config/text-files';
import { type HeadedFile, type IndexFailure, type TaskFolder, taskFolder } from './task-folder';
import { NamePattern } from '../files/name-pattern';

export type IndexEntry = { readonly kind: 'task' | 'group'; readonly name: string; readonly file: string; readonly tags: readonly string[] };

/** Which names exist and where; nothing is loaded. */
export type TaskIndex = {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Tag -> names of its tasks, sorted. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Every task, group and tag, sorted. */
  readonly names: readonly string[];
  /** Folders of the include path that are not there or hold too much, and files that cannot be read. */
  readonly failures: readonly IndexFailure[];
};

/** Entries of a folder and below: more is not a folder of task files. */
const MOST_ENTRIES = 50_000;
const MOST_INDICES = 8;

/**
 * Indexes all `*.yaml` below the folders, by path. As in lm-evaluation-harness, of two equal names (a tag's too) the first by path
 * counts inside a folder, and a later folder's over an earlier one's. `builtIns`: the tasks that come with Assay; every name of the include path
 * replaces theirs. `most`: entries of a folder that are looked at.
 */
export async function buildTaskIndex(includePath: readonly string[], read: ReadText = readFromDisk, builtIns: TaskFolder | null = null, most = MOST_ENTRIES): Promise<TaskIndex> {
  const inPath = await Promise.all(includePath.map((folder) => taskFolder(folder, read, most)));
  const found = builtIns === null ? inPath : [builtIns, ...inPath];
  const known = indices.get(found);
  if (known !== null) return known;
  const index = indexOf(found);
  indices.set(found, index);
  return index;
}

/** What is known of the folders now. `isComplete` false: a look at them goes on by itself, and what is said here may be old, or nothing. */
export type IndexAtHand = { readonly index: TaskIndex; readonly isComplete: boolean };

/** The index where it is there within `patience` milliseconds, else the last one: whoever types does not wait for ten thousand files. */
export async function indexAtHand(includePath: readonly string[], read: ReadText, patience: number, builtIns: TaskFolder | null = null): Promise<IndexAtHand> {
  const key = JSON.stringify(includePath);
  const building = buildTaskIndex(includePath, read, builtIns).then((index): IndexAtHand => {
    lastOf.delete(key);
    lastOf.set(key, index);
    for (const [oldest] of [...lastOf].slice(0, -MOST_INDICES)) lastOf.delete(oldest);
    return { index, isComplete: true };
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<IndexAtHand>((resolve) => {
    timer = setTimeout(() => resolve({ index: lastOf.get(key) ?? indexOf(builtIns === null ? [] : [builtIns]), isComplete: false }), patience);
  });
  return Promise.race([building, late]).finally(() => clearTimeout(timer));
}

/** The last index of an include path. */
const lastOf = new Map<string, TaskIndex>();

function indexOf(found: readonly TaskFolder[]): TaskIndex {
  const merged = new Map<string, Named>();
  for (const { files } of found) for (const [name, named] of namesOf(files)) merged.set(name, named);
  const failures = found.flatMap((folder) => folder.failures);
  const entries = new Map([...merged].flatMap(([name, named]) => ('file' in named ? [[name, named] as const] : [])));
  const tags = new Map([...merged].flatMap(([name, named]) => ('file' in named ? [] : [[name, [...named.tasks].sort(byCodePoint)] as const])));
  return { entries, tags, names: [...merged.keys()].sort(byCodePoint), failures };
}

/** Names (tasks, groups, tags) that a pattern matches, sorted. */
export function matchingNames(index: TaskIndex, pattern: string): string[] {
  const matcher = new NamePattern(pattern);
  return index.names.filter((name) => matcher.matches(name));
}

type Named = IndexEntry | { readonly tasks: Set<string> };

/** Names of one folder; a tag whose name is taken by a task or group is none. */
function namesOf(files: readonly HeadedFile[]): Map<string, Named> {
  const names = new Map<string, Named>();
  for (const { file, header } of files) {
    if (header === null) continue;
    const { kind, name, tags, formerly } = header;
    if (formerly !== null && !names.has(formerly)) names.set(formerly, { kind: 'task', name: formerly, file, tags: [] });
    if (names.has(name)) continue;
    names.set(name, { kind, name, file, tags });
    for (const tag of tags) {
      const known = names.get(tag) ?? { tasks: new Set<string>() };
      names.set(tag, known);
      if (!('file' in known)) known.tasks.add(name);
    }
  }
  return names;
}

/** The last indices, by what they were made of: nothing is sorted again while nothing has changed. */
const indices = new (class {
  private kept: { readonly found: readonly TaskFolder[]; readonly index: TaskIndex }[] = [];

  get(found: readonly TaskFolder[]): TaskIndex | null {
    return this.kept.find((known) => known.found.length === found.length && known.found.every((folder, place) => folder === found[place]))?.index ?? null;
  }

  set(found: readonly TaskFolder[], index: TaskIndex): void {
    this.kept = [{ found, index }, ...this.kept].slice(0, MOST_INDICES);
  }
})();

/** As Python sorts strings (surrogate pairs aside). */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
