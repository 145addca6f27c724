import path from 'node:path';
import { parseSource } from '../config/source';
import type { ReadText } from '../config/text-files';
import { mappingOf } from '../config/values';
import type { PyValue } from '../python/value';
import type { Names, NameValue } from './name-memory';

/** What the index needs of a task or group file. */
export type TaskHeader = {
  readonly kind: 'task' | 'group';
  readonly name: string;
  readonly tags: readonly string[];
  /** The task's name in a file whose `group:` is the old form of a tag; the file itself says what to do. */
  readonly formerly: string | null;
};

/** Keys that say what a file is called; one that is written counts even without a value, over an include's. */
const NAMES: ReadonlySet<string> = new Set(['task', 'group', 'tag', 'include', 'class']);
const TOP_LEVEL_KEY = /^(?:["']?)([A-Za-z_][\w-]*)(?:["']?)[ \t]*:(?=\s|$)/;

/** Names by file, with the version they were read in. */
const known = new Map<string, { readonly version: string | null; readonly text: string | null; readonly names: Names }>();
const MOST_KEPT = 50_000;
/** Files that one file includes, on whatever ways. */
const MOST_INCLUDED = 100;

/** `header` null: the file says no name. `reads`: the files that were looked at, itself first. */
export type ReadHeader = { readonly header: TaskHeader | null; readonly reads: readonly string[] };

/** Names in a file, those its includes give too. Rejects when a file cannot be read. */
export async function taskHeader(file: string, read: ReadText): Promise<ReadHeader> {
  const seen = new Set([file]);
  const walk = mergedNames(file, seen);
  let step = walk.next(null);
  while (step.done !== true) {
    const wanted = step.value;
    step = walk.next(wanted === file ? await ownNames(file, read) : await ownNames(wanted, read).catch(() => null));
  }
  return { header: headerOf(step.value), reads: [...seen] };
}

/** The same at once; `namesOf` gives null for a file that cannot be read, and throws where that is `file` itself. */
export function taskHeaderSync(file: string, namesOf: (file: string) => Names | null): ReadHeader {
  const seen = new Set([file]);
  const walk = mergedNames(file, seen);
  let step = walk.next(null);
  while (step.done !== true) step = walk.next(namesOf(step.value));
  return { header: headerOf(step.value), reads: [...seen] };
}

function headerOf(names: Names): TaskHeader | null {
  const textOf = (key: string): string | null => {
    const value = names.get(key);
    return typeof value === 'string' ? value : null;
  };
  const [task, group] = [textOf('task'), textOf('group')];
  if (names.has('group') && !names.has('class')) return group === null ? null : { kind: 'group', name: group, tags: [], formerly: task };
  return task === null ? null : { kind: 'task', name: task, tags: textsIn(names.get('tag')), formerly: null };
}

/** Asks for the names of one file after the other. `seen`: files that were asked for; one that is included on two ways is read once, as the harness refuses it. */
function* mergedNames(file: string, seen: Set<string>): Generator<string, Names, Names | null> {
  const own = yield file;
  const merged = new Map<string, NameValue>();
  for (const include of textsIn(own?.get('include'))) {
    const inner = path.resolve(path.dirname(file), include);
    if (seen.has(inner) || seen.size > MOST_INCLUDED) continue;
    seen.add(inner);
    const base: Names = yield* mergedNames(inner, seen);
    for (const [key, value] of base) merged.set(key, value);
  }
  for (const [key, value] of own ?? []) merged.set(key, value);
  return merged;
}

function textsIn(value: NameValue | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

async function ownNames(file: string, read: ReadText): Promise<Names> {
  const version = (await read.version?.(file)) ?? null;
  const cached = known.get(file);
  if (version !== null && cached?.version === version) return cached.names;
  const text = await read(file);
  if (version === null && cached?.text === text) return cached.names;
  const names = namesIn(text, file);
  if (known.size >= MOST_KEPT) known.clear();
  known.set(file, { version, text: version === null ? text : null, names });
  return names;
}

/** What a text says under the keys that name it. */
export function namesIn(text: string, file: string): Names {
  const short = namesOnly(text);
  const plain = short === null ? null : plainNames(short);
  if (plain !== null) return plain;
  // Parsed under a name of its own: the whole text keeps its place in the cache.
  const source = short === null ? null : parseSource(short, `${file}#names`);
  const { root } = source === null || source.problems.length > 0 ? parseSource(text, file) : source;
  return new Map([...(mappingOf(root) ?? [])].flatMap(([key, value]) => (NAMES.has(key) ? [[key, nameValue(value)] as const] : [])));
}

function nameValue(value: PyValue): NameValue {
  return typeof value === 'string' ? value : Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}

const PLAIN_PAIR = /^([a-z]+): +([A-Za-z_][\w./-]*) *$/;
const LONE_KEY = /^([a-z]+): *$/;
const PLAIN_ITEM = /^ *- +([A-Za-z_][\w./-]*) *$/;
/** What YAML 1.1 reads as something else than text, in small letters. */
const NO_TEXT: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'true', 'false', 'on', 'off', 'null']);

/** Nearly every file says its names in lines that need no parser: `task: name`, `tag: [newline] - name`. Null where one is not so. */
function plainNames(lines: string): Names | null {
  const names = new Map<string, NameValue>();
  let items: string[] | null = null;
  for (const line of lines.split('\n')) {
    const pair = PLAIN_PAIR.exec(line);
    const key = pair?.[1] ?? LONE_KEY.exec(line)?.[1];
    const value = pair?.[2] ?? PLAIN_ITEM.exec(line)?.[1];
    if (value !== undefined && NO_TEXT.has(value.toLowerCase())) return null;
    if (key !== undefined) {
      if (names.has(key)) return null;
      items = value === undefined ? [] : null;
      names.set(key, value ?? items);
    } else if (value !== undefined && items !== null) items.push(value);
    else return null;
  }
  // A key without items says nothing at all.
  for (const [key, value] of names) if (Array.isArray(value) && value.length === 0) names.set(key, null);
  return names;
}

/** The lines of a block mapping that hold names; null where only the whole text says which they are. */
function namesOnly(text: string): string | null {
  const kept: string[] = [];
  let pending: string[] = [];
  let keeping = false;
  for (const line of text.split(/\r?\n/)) {
    const key = TOP_LEVEL_KEY.exec(line)?.[1];
    if (key !== undefined) keeping = NAMES.has(key);
    if (key !== undefined && keeping) {
      // An open quote or list before it, and the line may be a part of that.
      if (!pending.every(isClosed)) return null;
      pending = [];
    }
    if (keeping) kept.push(line);
    pending.push(line);
    // Merge keys, flow and the like.
    if (key === undefined && /^[{[?<&*!]/.test(line)) return null;
  }
  return kept.length === 0 ? null : kept.join('\n');
}

/** Whether quotes and brackets that a line opens are closed on it, as far as that can be told at a glance. */
function isClosed(line: string): boolean {
  if (!/["'[\]{}\\\r\x85\u2028\u2029]/.test(line)) return true;
  if (/[\\\r\x85\u2028\u2029]/.test(line)) return false;
  const count = (characters: RegExp): number => line.match(characters)?.length ?? 0;
  return count(/"/g) % 2 === 0 && count(/'/g) % 2 === 0 && count(/[[{]/g) === count(/[\]}]/g);
}
