/** What the editor asks of files it does not read itself: answered in a process that may die, with a budget of time and memory. */
import type { SerializedError } from './errors';
import type { PlannedMetric } from './events';
import type { Problem } from './problem';
import type { Precision } from './results';

/** Problems of a text as it is in the editor. */
export type CheckRequest = {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** Folder whose checkpoints a config without `checkpoints:` runs on. */
  readonly workspace: string;
  /** Other files that are open with changes, as they are in the editor. */
  readonly texts: readonly (readonly [file: string, text: string])[];
  /** The same number as last time: no file around has been written over since. Without it every file is looked at. */
  readonly revision?: number;
  /** Further folders with task files, absolute; their names stand above the config's own. */
  readonly includePath?: readonly string[];
  /** Milliseconds that names of task files are waited for: until they are there, a problem `still-indexing` says that they are not checked. Without it, as long as it takes. */
  readonly patience?: number;
};

/** A column of a data file; `isText`: it holds text and nothing else. */
export type Column = { readonly name: string; readonly isText: boolean };

/** A checkpoint below a folder; null where a problem hides what there is to say. */
export type ListedCheckpoint = {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly modelType: string | null;
  readonly parameters: number | null;
  readonly dtype: string | null;
  readonly bytes: number | null;
  readonly maxLength: number | null;
  /** Of its training, where its name or config says it. */
  readonly step: number | null;
  /** Every problem found, not only the first. */
  readonly problems: readonly SerializedError[];
  /** What is odd about it and no reason not to use it. */
  readonly warnings?: readonly SerializedError[];
};

/** A run as it lies on disk. */
export type RunSummary = {
  readonly folder: string;
  readonly id: string;
  readonly evaluation: string;
  readonly checkpoint: string;
  /** `interrupted`: it says it is running, and nobody works on it. */
  readonly state: 'running' | 'finished' | 'cancelled' | 'failed' | 'interrupted';
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

/** A config of a workspace as a tree shows it; `entries` null: it cannot be read. */
export type ListedConfig = {
  readonly file: string;
  readonly entries: readonly { readonly configPath: string; readonly label: string; readonly line: number }[] | null;
  /** Where its runs go, absolute. */
  readonly output: string;
};

/** Where names of tasks are looked up: folders with task files, absolute, before what is built in; open texts as in CheckRequest. */
export type TaskNamesRequest = { readonly includePath: readonly string[] } & Pick<CheckRequest, 'texts' | 'revision'>;

/** `description`: what is known without loading a task file. */
export type TaskName = { readonly name: string; readonly kind: 'task' | 'group' | 'tag'; readonly builtIn: boolean; readonly description: string | null };

/** A task, group or tag; null where its files do not say it. */
export type ListedTask = TaskName & {
  readonly outputType: string | null;
  readonly metrics: readonly string[];
  readonly numFewshot: number | null;
  /** Of a group or tag. */
  readonly members: readonly string[] | null;
  readonly source: string | null;
  readonly licence: string | null;
  /** Id or path of the data, and its config. */
  readonly dataset: string | null;
  /** Of the data set, where they are known without it. */
  readonly columns: readonly string[] | null;
  /** null: built in. */
  readonly file: string | null;
};

/** `unknown`: what names nothing, with the `{hint}` of its message. */
export type ListedTasks = { readonly tasks: readonly ListedTask[]; readonly unknown: readonly { readonly name: string; readonly hint: string }[] };

/** A line of a samples file, from 0. */
export type SamplesPlace = { readonly file: string; readonly line: number };

export interface Inspections {
  /** Of the text and of every file it refers to, each in its own file. */
  check(request: CheckRequest): Promise<readonly Problem[]>;
  /** Columns of a data file; none of a file that is one text. */
  columns(file: string): Promise<readonly Column[]>;
  /** Checkpoints below a folder, in natural order. */
  checkpoints(folder: string): Promise<readonly ListedCheckpoint[]>;
  /** Runs below output folders, newest first; what is no run, or a damaged one, is left out. */
  runs(outputs: readonly string[]): Promise<readonly RunSummary[]>;
  /** Configs as they are on disk, or in `texts` where they are open with changes. */
  configs(files: readonly string[], texts: CheckRequest['texts']): Promise<readonly ListedConfig[]>;
  /** Where a document of a finished task stands in the samples of a run folder; null: they are not written yet. */
  samples(folder: string, task: string, document: number | null): Promise<SamplesPlace | null>;
  /** Every task, group and tag, sorted by name; nothing is loaded. */
  taskNames(request: TaskNamesRequest): Promise<readonly TaskName[]>;
  /** What the named ones are, patterns too, in their order; null: all. */
  tasks(request: TaskNamesRequest, names: readonly string[] | null): Promise<ListedTasks>;
}
