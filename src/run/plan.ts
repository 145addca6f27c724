/** What an evaluation is going to do: each checkpoint on a list of tasks, prepared, before a weight is read. */
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ExpectEntry, GroupDefinition } from '../config/definition';
import type { PlannedMetric, PlannedTask } from '../protocol/events';
import type { PreparedTask } from '../task/prepared';
import type { RunOptions } from './run-file';

/** What a run says of its checkpoint; the weights are not needed to draw it again. */
export type PlannedCheckpoint = { readonly name: string; readonly fingerprint: string } & Pick<Checkpoint, 'path' | 'modelType' | 'parameters' | 'dtype' | 'maxLength'>;

/** A task of a run, ready to ask. */
export type TaskPlan = {
  readonly prepared: PreparedTask;
  /** Which `tasks:` entry asked for it. */
  readonly configPath: string | null;
  /** Digest of that entry (config/entry-digest.ts): it is known again where it stands by then. Missing in older journals. */
  readonly entry?: string | null;
  readonly expect: readonly ExpectEntry[];
  readonly limit: number | null;
  /** Definition, documents and shots: what must be equal for answers to be reused. */
  readonly digest: string;
};

/** One checkpoint on a list of tasks. */
export type RunPlan = {
  readonly id: string;
  readonly evaluation: string;
  readonly folder: string;
  readonly checkpoint: PlannedCheckpoint;
  readonly checkpoints: readonly string[];
  readonly baseline: string;
  readonly tasks: readonly TaskPlan[];
  readonly groups: readonly GroupDefinition[];
  /** The eval config or task file it came from. */
  readonly config: string | null;
  readonly options: RunOptions;
};

/** The row a screen lays out for a task. */
export function plannedTask({ prepared, configPath, entry = null }: TaskPlan): PlannedTask {
  const metrics = prepared.filters.flatMap((filter) =>
    prepared.metrics.map(
      ({ metric, higherIsBetter }): PlannedMetric => ({ metric: `${metric.name},${filter}`, higherIsBetter, form: metric.form }),
    ),
  );
  return {
    task: prepared.name,
    alias: prepared.definition.alias ?? prepared.name,
    documents: prepared.documents.length,
    metrics,
    configPath,
    entry,
  };
}

export function plannedDocuments(run: RunPlan): number {
  return run.tasks.reduce((sum, { prepared }) => sum + prepared.documents.length, 0);
}
