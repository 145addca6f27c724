/** Finds the run to go on with: same checkpoint, same tasks, same options (contract.md, `--resume`). */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isBeingRun, readRunFile, type RunFile, type RunIdentity } from './run-file';

export type EarlierRun = { readonly folder: string; readonly run: RunFile };

/**
 * The newest run in `output` with this identity on which nobody works, unfinished or finished; null when there is none.
 * Only a run of all these tasks counts: its journal answers exactly these requests.
 */
export function findEarlierRun(output: string, identity: RunIdentity): EarlierRun | null {
  const wanted = canonical(identity);
  for (const name of runFolders(output).reverse()) {
    const folder = join(output, name);
    const run = readRunFile(folder);
    if (run !== null && canonical(run.identity) === wanted && !isBeingRun(folder, run)) return { folder, run };
  }
  return null;
}

/** Names of folders below `output`, oldest first: run ids begin with their time. */
export function runFolders(output: string): string[] {
  try {
    return readdirSync(output, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function canonical({ fingerprint, tasks, options }: RunIdentity): string {
  const sorted = (record: Readonly<Record<string, unknown>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fingerprint, sorted(tasks), sorted(options)]);
}
