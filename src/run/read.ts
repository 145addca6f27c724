/** Runs as they lie on disk, for lists: what ran, how it ended, its headline. Loads no metric and no journal. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { headlineMetric } from '../protocol/headline';
import type { RunSummary } from '../protocol/inspection';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { holderOf } from './lock';
import { readRunFile, type RunFile } from './run-file';

/** Results of tasks and groups, by name; values that are no numbers are left out. */
export type ReadResults = ReadonlyMap<string, ReadonlyMap<string, number>>;

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
