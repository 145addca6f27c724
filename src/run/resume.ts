/** Finds the run to go on with: same checkpoint, same tasks, same options (contract.md, `--resume`). */
import { isBeingRun, readRunFile, runFolders, type RunFile, type RunIdentity } from './run-file';

export type EarlierRun = { readonly folder: string; readonly run: RunFile };

/**
 * The newest run in `output` with this identity on which nobody works, unfinished or finished; null when there is none.
 * Only a run of all these tasks counts: its journal answers exactly these requests. Of checkpoints with equal weights
 * each keeps its own: a run of the same `name` comes first, a folder in `taken` is another's.
 */
export function findEarlierRun(output: string, identity: RunIdentity, name: string, taken: ReadonlySet<string>): EarlierRun | null {
  const wanted = canonical(identity);
  const found = runFolders(output).flatMap((folder): EarlierRun[] => {
    const run = taken.has(folder) ? null : readRunFile(folder);
    return run !== null && canonical(run.identity) === wanted && !isBeingRun(folder, run) ? [{ folder, run }] : [];
  });
  return found.find(({ run }) => run.checkpoint.name === name) ?? found[0] ?? null;
}

function canonical({ fingerprint, tasks, options }: RunIdentity): string {
  const sorted = (record: Readonly<Record<string, unknown>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fingerprint, sorted(tasks), sorted(options)]);
}
