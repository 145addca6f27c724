/** Runs as they lie on disk, for lists: what ran, how it ended, its headline. Loads no metric and no journal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedMetric } from '../protocol/events';
import { headlineMetric } from '../protocol/headline';
import type { TaskResults } from '../protocol/results';
import { isBeingRun, readRunFile, runFolders, type RunFile } from './run-file';

export type RunSummary = {
  readonly folder: string;
  readonly id: string;
  readonly evaluation: string;
  readonly checkpoint: string;
  /** `interrupted`: it says it is running, and nobody works on it. */
  readonly state: RunFile['state'] | 'interrupted';
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly config: string | null;
  readonly tasks: readonly string[];
  /** One metric of each finished task, and how to print it. */
  readonly headline: readonly { readonly task: string; readonly metric: string; readonly form: PlannedMetric['form']; readonly value: number }[];
};

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
    state: run.state === 'running' && !isBeingRun(folder, run) ? 'interrupted' : run.state,
    time: run.started,
    config: run.config,
    tasks: run.tasks.map(({ task }) => task),
    headline: headline(run, readResults(folder)),
  };
}

/** `results` of the newest results file; null where there is none. */
export function readResults(folder: string): Readonly<Record<string, TaskResults>> | null {
  const newest = readdirSync(folder)
    .filter((name) => /^results_.*\.json$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return null;
  try {
    const file = JSON.parse(readFileSync(join(folder, newest), 'utf8')) as { results?: Record<string, TaskResults> };
    return file.results ?? null;
  } catch {
    return null;
  }
}

function headline(run: RunFile, results: Readonly<Record<string, TaskResults>> | null): RunSummary['headline'] {
  return run.tasks.flatMap(({ task, metrics }) => {
    const planned = headlineMetric(metrics);
    const value = planned === undefined ? undefined : results?.[task]?.[planned.metric];
    return planned !== undefined && typeof value === 'number' ? [{ task, metric: planned.metric, form: planned.form, value }] : [];
  });
}
