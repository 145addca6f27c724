import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readFromDisk, type ReadText } from '../config/text-files';
import { namePattern } from './patterns';
import { taskHeader } from './task-header';

export type IndexEntry = { readonly kind: 'task' | 'group'; readonly name: string; readonly file: string; readonly tags: readonly string[] };

/** Which names exist and where; nothing is loaded. The first of two equal names wins. */
export type TaskIndex = {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Tag -> names of its tasks, sorted. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Every task, group and tag, sorted. */
  readonly names: readonly string[];
  /** Folders of the include path that are not there, and files that cannot be read. */
  readonly failures: readonly { readonly path: string; readonly detail: string }[];
};

/** Folder of the task files that come with Assay, searched last; null where there are none. */
export type BuiltIns = string | null;

const SKIPPED = new Set(['__pycache__', '.ipynb_checkpoints', 'node_modules', '.git', '.assay']);

/** Indexes all `*.yaml` below the folders, in the order of the folders, then by path; then the built-in ones. */
export async function buildTaskIndex(includePath: readonly string[], read: ReadText = readFromDisk, builtIns: BuiltIns = null): Promise<TaskIndex> {
  const entries = new Map<string, IndexEntry>();
  const failures: { path: string; detail: string }[] = [];
  for (const folder of builtIns === null ? includePath : [...includePath, builtIns]) {
    const files = await taskFilesBelow(folder).catch((error: unknown) => {
      failures.push({ path: folder, detail: error instanceof Error ? error.message : String(error) });
      return [];
    });
    for (const file of files) {
      try {
        const header = await taskHeader(file, read);
        const name = header?.group ?? header?.task ?? null;
        if (header === null || name === null || entries.has(name)) continue;
        entries.set(name, { kind: header.group === null ? 'task' : 'group', name, file, tags: header.group === null ? header.tags : [] });
      } catch (error) {
        failures.push({ path: file, detail: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  const tags = tagsOf(entries.values());
  return { entries, tags, names: [...new Set([...entries.keys(), ...tags.keys()])].sort(byCodePoint), failures };
}

/** Names (tasks, groups, tags) that a pattern matches, sorted. */
export function matchingNames(index: TaskIndex, pattern: string): string[] {
  const matches = namePattern(pattern);
  return index.names.filter((name) => matches.test(name));
}

/** All `.yaml` below a folder, sorted by path with `/`. Rejects where the folder cannot be read. */
async function taskFilesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const inner = path.join(at, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) await visit(inner).catch(() => undefined);
      else if (!entry.isDirectory() && entry.name.endsWith('.yaml')) found.push(inner);
    }
  };
  await visit(folder);
  return found.sort((a, b) => byCodePoint(posix(a), posix(b)));
}

function tagsOf(entries: Iterable<IndexEntry>): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const { name, tags: own } of entries) for (const tag of own) tags.set(tag, [...(tags.get(tag) ?? []), name]);
  for (const names of tags.values()) names.sort(byCodePoint);
  return tags;
}

function posix(file: string): string {
  return file.split(path.sep).join('/');
}

/** As Python sorts strings (surrogate pairs aside). */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
