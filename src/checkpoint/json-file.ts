import { basename } from 'node:path';
import { MOST, readLimited, ReadFailure } from '../files/read-limited';
import { broken, reasonOf } from './failure';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object from a file of a checkpoint. Throws `broken-checkpoint` naming the file and what is wrong. */
export function parseJsonObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    try {
      value = JSON.parse(withoutPythonNumbers(text));
    } catch {
      throw broken(`${basename(file)} is not valid JSON (${reasonOf(error)}).`, { file }, error);
    }
  }
  if (!isObject(value)) throw broken(`${basename(file)} must hold a JSON object.`, { file });
  return value;
}

/** Python's json.dump writes these three words; JSON.parse refuses them. */
const PYTHON_NUMBER = /-?Infinity|NaN/y;

/** Strings are passed over whole, so that every character is looked at once. */
function withoutPythonNumbers(text: string): string {
  let result = '';
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      at = endOfString(text, at);
      continue;
    }
    PYTHON_NUMBER.lastIndex = at;
    const [word] = PYTHON_NUMBER.exec(text) ?? [];
    if (word !== undefined) {
      result += `${text.slice(kept, at)}null`;
      kept = at + word.length;
    }
    at += word?.length ?? 1;
  }
  return result + text.slice(kept);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Index after the closing quote of the string that opens at `start`; beyond the text where it does not close. */
export function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return json.length + 1;
}

/** The text of a file (UTF-8), or null where there is none. Other failures throw `broken-checkpoint`. */
export async function readTextIfThere(file: string, most: number = MOST.json): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readLimited(file, most);
  } catch (error) {
    if (error instanceof ReadFailure && error.reason === 'missing') return null;
    throw broken(`${basename(file)} cannot be read: ${reasonOf(error)}.`, { file }, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw broken(`${basename(file)} is not UTF-8 text.`, { file }, error);
  }
}

/** The text as Python reads it (universal newlines): every line ends with `\n`. */
export async function readLinesIfThere(file: string): Promise<string | null> {
  const text = await readTextIfThere(file);
  return text === null ? null : text.replace(/\r\n?/g, '\n');
}

export async function readJsonObjectIfThere(file: string): Promise<JsonObject | null> {
  const text = await readTextIfThere(file);
  return text === null ? null : parseJsonObject(text, file);
}
