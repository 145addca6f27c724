/** Finds the run to go on with: same checkpoint, same tasks, same options (contract.md, `--resume`). */
import { sameStamps } from '../checkpoint/file-stamp';
import type { FileStamp } from '../checkpoint/checkpoint';
import { readRunFile, runFolders, type RunFile, type RunIdentity } from './run-file';

export type EarlierRun = { readonly folder: string; readonly run: RunFile };

/** What a run asks, and of whom: `fingerprint` reads every byte of the checkpoint where that was never done. */
export type Wanted = {
  readonly name: string;
  readonly identity: Omit<RunIdentity, 'fingerprint'>;
  readonly stamps: readonly FileStamp[];
  readonly fingerprint: () => Promise<string>;
};

/** All runs of an output folder, newest first: read once, however many checkpoints look for theirs. */
export function runsIn(output: string): EarlierRun[] {
  return runFolders(output).flatMap((folder): EarlierRun[] => {
    const run = readRunFile(folder);
    return run === null ? [] : [{ folder, run }];
  });
}

/**
 * The run among `runs` with this identity: the newest unfinished one, else the newest finished one; null when there is none.
 * Only a run of all these tasks counts: its journal answers exactly these requests. Of checkpoints with equal weights
 * each keeps its own: a run of the same `name` comes first, a folder in `taken` is another's.
 */
export async function findEarlierRun(runs: readonly EarlierRun[], wanted: Wanted, taken: ReadonlySet<string>): Promise<EarlierRun | null> {
  const asked = canonical(wanted.identity);
  const candidates = runs.filter(({ folder, run }) => !taken.has(folder) && canonical(run.identity) === asked);
  const found: EarlierRun[] = [];
  for (const candidate of candidates) if (await isSameCheckpoint(candidate.run, wanted)) found.push(candidate);
  const unfinished = found.filter(({ run }) => run.state !== 'finished');
  const isNamed = ({ run }: EarlierRun): boolean => run.checkpoint.name === wanted.name;
  return unfinished.find(isNamed) ?? found.find(isNamed) ?? unfinished[0] ?? found[0] ?? null;
}

async function isSameCheckpoint({ identity, stamps }: RunFile, wanted: Wanted): Promise<boolean> {
  if (identity.fingerprint === null) return sameStamps(stamps, wanted.stamps);
  return identity.fingerprint === (await wanted.fingerprint());
}

function canonical({ tasks, options }: Omit<RunIdentity, 'fingerprint'>): string {
  const sorted = (record: Readonly<Record<string, unknown>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(tasks), sorted(options)]);
}
