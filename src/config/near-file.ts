import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { hint } from './suggest';

/** Names of a folder that are compared. */
const MOST_NAMES = 2_000;

/** ` Did you mean "x"?` of the files that lie where a missing one was looked for, or nothing: the `{hint}` of `missing-file`. */
export async function fileHint(file: string): Promise<string> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(path.dirname(file))) if (names.push(name) >= MOST_NAMES) break;
  } catch {
    return '';
  }
  return hint(path.basename(file), names.sort());
}
