/** What an evaluation is going to do: each checkpoint on a list of tasks. Plain values: a run's folder holds them, and needs nothing else to be shown. */
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ExpectEntry, GroupAggregate } from '../config/definition';
import type { AggregationName } from '../metrics/aggregations/registry';
import type { MetricForm } from '../metrics/metric';
import type { DeviceProfile } from '../protocol/device';
import type { PlannedMetric, PlannedTask } from '../protocol/events';
import type { FailedTask, RunOptions } from './run-file';

/** What a run says of its checkpoint; the weights are not needed to draw it again. */
export type PlannedCheckpoint = {
  readonly name: string;
  /** null, here and below: it is served, and nobody here knows. */
  readonly path: string | null;
  readonly served?: Served;
  readonly modelType: string | null;
  readonly parameters: number | null;
  readonly dtype: Checkpoint['dtype'] | null;
  readonly maxLength: number | null;
} & Pick<Checkpoint, 'fingerprint' | 'stamps'>;

/** A model behind a server. */
export type Served = { readonly endpoint: string; readonly model: string };

/** A number of a task: a metric over what one of its filter pipelines lets through. Runs of earlier versions have no signatures. */
export type MetricFacts = { readonly name: string; readonly filter: string; readonly aggregation: AggregationName; readonly form: MetricForm; readonly higherIsBetter: boolean; readonly signature?: string };

/** What a run knows of a task besides its documents. */
export type TaskFacts = {
  readonly name: string;
  readonly alias: string;
  /** Documents that are evaluated, and rows of the split before `limit`. */
  readonly documents: number;
  readonly original: number;
  readonly numFewshot: number;
  readonly limit: number | null;
  /** Names of the filter pipelines. */
  readonly filters: readonly string[];
  /** For each filter, each metric: the order of a document's values. */
  readonly metrics: readonly MetricFacts[];
  /** Which `tasks:` entry asked for it. */
  readonly configPath: string | null;
  /** Digest of that entry (config/entry-digest.ts): it is known again where it stands by then. */
  readonly entry: string | null;
  readonly expect: readonly ExpectEntry[];
  /** Definition, documents and shots: what must be equal for answers to be reused. */
  readonly digest: string;
  /** `metadata.version`, and all keys of the task file as JSON, for the results file. */
  readonly version: number | string;
  readonly definition: unknown;
};

/** A group: its direct children are groups, or names of tasks. */
export type GroupFacts = {
  readonly group: string;
  readonly alias: string | null;
  readonly version: number | string;
  readonly aggregate: readonly GroupAggregate[] | null;
  readonly children: readonly (GroupFacts | string)[];
};

/** One checkpoint on a list of tasks. */
export type RunPlan = {
  readonly id: string;
  readonly evaluation: string;
  readonly folder: string;
  readonly checkpoint: PlannedCheckpoint;
  readonly checkpoints: readonly string[];
  readonly baseline: string;
  readonly tasks: readonly TaskFacts[];
  readonly groups: readonly GroupFacts[];
  /** Tasks that were asked for and cannot be run. */
  readonly failures: readonly FailedTask[];
  /** The eval config or task file it came from. */
  readonly config: string | null;
  readonly options: RunOptions;
  /** null: a server runs the model, on whatever it has. */
  readonly device: DeviceProfile | null;
};

/** `acc,none`: the key of a metric in results. */
export function metricKey({ name, filter }: Pick<MetricFacts, 'name' | 'filter'>): string {
  return `${name},${filter}`;
}

/** The row a screen lays out for a task. */
export function plannedTask({ name, alias, documents, metrics, configPath, entry }: TaskFacts): PlannedTask {
  const planned = metrics.map((metric): PlannedMetric => ({ metric: metricKey(metric), higherIsBetter: metric.higherIsBetter, form: metric.form }));
  return { task: name, alias, documents, metrics: planned, configPath, entry };
}

export function plannedDocuments({ tasks }: Pick<RunPlan, 'tasks'>): number {
  return tasks.reduce((sum, { documents }) => sum + documents, 0);
}

/** Names of the tasks below a group, each once. */
export function leafNames(group: GroupFacts): string[] {
  return [...new Set(group.children.flatMap((child) => (typeof child === 'string' ? [child] : leafNames(child))))];
}
