/** Runs as they lie on disk, for lists: what ran, how it ended, its headline. Loads no metric and no journal. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedMetric } from '../protocol/events';
import type { Precision } from '../protocol/results';
import { headlineMetric } from '../protocol/headline';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { holderOf } from './lock';
import { readRunFile, runFolders, type RunFile } from './run-file';

export type RunSummary = {
  readonly folder: string;
  readonly id: string;
  readonly evaluation: string;
  readonly checkpoint: string;
  /** `interrupted`: it says it is running, and nobody works on it. */
  readonly state: RunFile['state'] | 'interrupted';
  /** ISO 8601, UTC. */
  readonly time: string;
  /** int8: every number of it is approximate. */
  readonly precision: Precision;
  readonly config: string | null;
  readonly tasks: readonly string[];
  /** Tasks that could not be run. */
  readonly failed: readonly string[];
  /** One metric of each finished task, and how to print it. */
  readonly headline: readonly { readonly task: string; readonly metric: string; readonly form: PlannedMetric['form']; readonly value: number }[];
};

/** Results of tasks and groups, by name; values that are no numbers are left out. */
export type ReadResults = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Runs below an output folder, newest first. A folder that is no run is left out. */
export function listRuns(outputPath: string): RunSummary[] {
  return runFolders(outputPath).flatMap((folder) => readRun(folder) ?? []);
}

/** One run, null where the folder is none. */
export function readRun(folder: string): RunSummary | null {
  const run = readRunFile(folder);
  if (run === null) return null;
  return {
    folder,
    id: run.id,
    evaluation: run.evaluation,
    checkpoint: run.checkpoint.name,
    state: stateOf(folder, run),
    time: run.started,
    precision: run.options.precision,
    config: run.config,
    tasks: run.tasks.map(({ task }) => task),
    failed: run.failures.map(({ task }) => task),
    headline: headline(run, readResults(folder)),
  };
}

/** One that says `running` while nobody works on it was interrupted by a crash or a kill. */
export function stateOf(folder: string, { state }: RunFile): RunSummary['state'] {
  return state === 'running' && holderOf(folder) === null ? 'interrupted' : state;
}

/** `results` of the newest results file; null where there is none that can be read. */
export function readResults(folder: string): ReadResults | null {
  try {
    const newest = readdirSync(folder)
      .filter((name) => /^results_.*\.json$/.test(name) && lstatSync(join(folder, name)).isFile())
      .sort()
      .at(-1);
    if (newest === undefined) return null;
    const file: unknown = JSON.parse(readTextLimitedSync(join(folder, newest), MOST.json));
    return new Map(entriesOf((file as { readonly results?: unknown } | null)?.results).map(([task, results]) => [task, numbersOf(results)]));
  } catch {
    return null;
  }
}

function numbersOf(results: unknown): Map<string, number> {
  return new Map(entriesOf(results).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function headline(run: RunFile, results: ReadResults | null): RunSummary['headline'] {
  return run.tasks.flatMap(({ task, metrics }) => {
    const planned = headlineMetric(metrics);
    const value = planned === undefined ? undefined : results?.get(task)?.get(planned.metric);
    return planned !== undefined && value !== undefined ? [{ task, metric: planned.metric, form: planned.form, value }] : [];
  });
}
