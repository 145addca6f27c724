import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { broken, reasonOf } from './failure';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Python's json.dump writes these three words; JSON.parse refuses them. */
const PYTHON_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gs;

/** An object from a file of a checkpoint. Throws `broken-checkpoint` naming the file and what is wrong. */
export function parseJsonObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    try {
      value = JSON.parse(text.replace(PYTHON_NUMBERS, (found) => (found.startsWith('"') ? found : 'null')));
    } catch {
      throw broken(`${basename(file)} is not valid JSON (${reasonOf(error)}).`, { file }, error);
    }
  }
  if (!isObject(value)) throw broken(`${basename(file)} must hold a JSON object.`, { file });
  return value;
}

/** The text of a file, or null where there is none. Other failures throw `broken-checkpoint`. */
export async function readTextIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw broken(`${basename(file)} cannot be read: ${reasonOf(error)}.`, { file }, error);
  }
}

export async function readJsonObjectIfThere(file: string): Promise<JsonObject | null> {
  const text = await readTextIfThere(file);
  return text === null ? null : parseJsonObject(text, file);
}
