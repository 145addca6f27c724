import { join } from 'node:path';
import { openPlain } from '../../files/read-limited';
import { isObject } from '../json-file';

export type LargestToken = { readonly content: string; readonly id: number };

/** Added tokens stand in front of the vocabulary: the first piece holds some hundred of them, the second some ten thousand. */
const HEAD_BYTES = [64 << 10, 2 << 20];

/**
 * The added token with the largest id, by the beginning of tokenizer.json: the vocabulary behind it is not read. null where none
 * can be seen there.
 */
export async function largestAddedToken(folder: string): Promise<LargestToken | null> {
  let list: readonly unknown[] | null = null;
  for (const most of HEAD_BYTES) {
    const head = list === null ? await headOf(join(folder, 'tokenizer.json'), most) : null;
    if (head !== null) list = listAfter(head, '"added_tokens"');
  }
  let largest: LargestToken | null = null;
  for (const token of list ?? []) {
    if (!isObject(token) || typeof token['content'] !== 'string' || typeof token['id'] !== 'number') continue;
    if (largest === null || token['id'] > largest.id) largest = { content: token['content'], id: token['id'] };
  }
  return largest;
}

async function headOf(file: string, most: number): Promise<string | null> {
  const opened = await openPlain(file).catch(() => null);
  if (opened === null) return null;
  try {
    const bytes = Buffer.alloc(Math.min(most, Number(opened.found.size)));
    const { bytesRead } = await opened.handle.read(bytes, 0, bytes.length, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } catch {
    return null;
  } finally {
    await opened.handle.close();
  }
}

/** The list that is the value of the first such key; null where it does not end in this text. */
function listAfter(text: string, key: string): readonly unknown[] | null {
  const at = text.indexOf(key);
  const start = at < 0 ? null : /\s*:\s*(?=\[)/y;
  if (start === null) return null;
  start.lastIndex = at + key.length;
  if (!start.test(text)) return null;
  const end = endOfList(text, start.lastIndex);
  try {
    const list: unknown = end === null ? null : JSON.parse(text.slice(start.lastIndex, end));
    return Array.isArray(list) ? list : null;
  } catch {
    return null;
  }
}

function endOfList(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}
