import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readFromDisk, type ReadText } from '../config/text-files';
import { NamePattern } from '../files/name-pattern';
import { entriesBelow, SearchTooLarge } from '../files/path-pattern';
import { taskHeader, type TaskHeader } from './task-header';

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

export type IndexFailure = { readonly path: string; readonly detail: string; readonly isMissing: boolean };

/** Folder of the task files that come with Assay; a name of the include path replaces theirs. Null where there are none. */
export type BuiltIns = string | null;

const SKIPPED = new Set(['__pycache__', '.ipynb_checkpoints', 'node_modules', '.git', '.assay']);
/** Entries of a folder and below: more is not a folder of task files. */
const MOST_ENTRIES = 50_000;
/** Files that are read at a time. */
const AT_ONCE = 64;

/**
 * Indexes all `*.yaml` below the folders, by path. As in lm-evaluation-harness, of two equal names (a tag's too) the first by path
 * counts inside a folder, and a later folder's over an earlier one's. `most`: entries of a folder that are looked at.
 */
export async function buildTaskIndex(includePath: readonly string[], read: ReadText = readFromDisk, builtIns: BuiltIns = null, most = MOST_ENTRIES): Promise<TaskIndex> {
  const failures: IndexFailure[] = [];
  const merged = new Map<string, Named>();
  for (const folder of builtIns === null ? includePath : [builtIns, ...includePath]) {
    const files = await taskFilesBelow(folder, most).catch((error: unknown) => {
      const isMissing = !(error instanceof SearchTooLarge);
      failures.push({ path: folder, detail: isMissing ? 'the folder is not there' : messageOf(error), isMissing });
      return [];
    });
    for (const [name, named] of namesOf(await headers(files, read, failures))) merged.set(name, named);
  }
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
type Header = { readonly file: string; readonly header: TaskHeader };

/** Names of one folder; a tag whose name is taken by a task or group is none. */
function namesOf(headers: readonly Header[]): Map<string, Named> {
  const names = new Map<string, Named>();
  for (const { file, header } of headers) {
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

async function headers(files: readonly string[], read: ReadText, failures: IndexFailure[]): Promise<Header[]> {
  const found: Header[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const part = await Promise.all(
      files.slice(at, at + AT_ONCE).map(async (file) => {
        try {
          return { file, header: await taskHeader(file, read) };
        } catch (error) {
          failures.push({ path: file, detail: messageOf(error), isMissing: false });
          return { file, header: null };
        }
      }),
    );
    for (const { file, header } of part) if (header !== null) found.push({ file, header });
  }
  return found;
}

/** All `.yaml` below a folder, sorted by path with `/`. Rejects where the folder is not there or holds too much. */
async function taskFilesBelow(folder: string, most: number): Promise<string[]> {
  if (!(await stat(folder)).isDirectory()) throw new Error('it is no folder');
  const files = await entriesBelow(folder, { kind: 'files', most });
  return files.filter((file) => file.endsWith('.yaml') && !file.split('/').some((segment) => SKIPPED.has(segment))).map((file) => path.join(folder, file));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As Python sorts strings (surrogate pairs aside). */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
