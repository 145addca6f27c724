import path from 'node:path';
import { parseSource } from '../config/source';
import type { ReadText } from '../config/text-files';
import { mappingOf, textOf, textsOf } from '../config/values';

/** What the index needs of a task or group file. */
export type TaskHeader = {
  readonly task: string | null;
  readonly group: string | null;
  readonly tags: readonly string[];
};

const NAMES = ['task', 'group', 'tag', 'include'];
const TOP_LEVEL_KEY = /^(?:["']?)([A-Za-z_][\w-]*)(?:["']?)[ \t]*:(?=\s|$)/;

type OwnHeader = TaskHeader & { readonly include: readonly string[] };

const known = new Map<string, { readonly text: string; readonly header: OwnHeader }>();
const MOST_KEPT = 20_000;

/** Names in a file, those its includes give too; null where there is none. Rejects when a file cannot be read. */
export async function taskHeader(file: string, read: ReadText, through: readonly string[] = []): Promise<TaskHeader | null> {
  const own = ownHeader(file, await read(file));
  let header: TaskHeader = own;
  for (const include of [...own.include].reverse()) {
    if (header.group !== null || (header.task !== null && header.tags.length > 0)) break;
    const inner = path.resolve(path.dirname(file), include);
    if (inner === file || through.includes(inner)) continue;
    const base = await taskHeader(inner, read, [...through, file]).catch(() => null);
    if (base !== null) header = { task: header.task ?? base.task, group: header.group ?? base.group, tags: header.tags.length > 0 ? header.tags : base.tags };
  }
  return header.task === null && header.group === null && header.tags.length === 0 ? null : header;
}

function ownHeader(file: string, text: string): OwnHeader {
  const cached = known.get(file);
  if (cached?.text === text) return cached.header;
  const values = mappingOf(parseSource(namesOnly(text), file).root) ?? new Map();
  const group = textOf(values, 'group');
  const header = { task: group === null ? textOf(values, 'task') : null, group, tags: textsOf(values, 'tag'), include: textsOf(values, 'include') };
  if (known.size >= MOST_KEPT) known.clear();
  known.set(file, { text, header });
  return header;
}

/** The stretches of a block mapping that hold names; the whole text where it is written otherwise. */
function namesOnly(text: string): string {
  const kept: string[] = [];
  let keeping = false;
  let keys = 0;
  for (const line of text.split(/\r?\n/)) {
    const key = TOP_LEVEL_KEY.exec(line)?.[1];
    if (key !== undefined) {
      keys += 1;
      keeping = NAMES.includes(key);
    }
    if (keeping) kept.push(line);
  }
  return keys === 0 ? text : kept.join('\n');
}
