/** What the page shows, folded from RunEvents alone (fold.ts). No DOM, no clock. Names are identities; labels are what is written. */
import type { Comparison, Expectation, PlannedMetric, RunEvent, SampleSummary } from '../src/protocol/events';
import { type EvaluationStanding, type RunStanding, emptyStanding } from '../src/protocol/standing';

export type CheckpointState = {
  readonly name: string;
  label: string;
  path: string | null;
  readonly run: RunStanding;
};

export type MetricEvent = RunEvent & { type: 'metric' };

export type Cell = Pick<MetricEvent, 'value' | 'stderr' | 'interval' | 'n' | 'tokens' | 'final' | 'method' | 'approximate'>;

export type TaskState = {
  readonly task: string;
  /** What it is called on the page. */
  alias: string;
  /** Of the plan; 0 for a task that could not be planned. */
  documents: number;
  metrics: readonly PlannedMetric[];
  /** By `cellKey(metric, checkpoint)`. */
  readonly cells: Map<string, Cell>;
  readonly progress: Map<string, { readonly done: number; readonly total: number }>;
  /** Why this task could not be run, or not to its end, by checkpoint. */
  readonly errors: Map<string, string>;
  /** Rows in order of arrival, so that a row never moves; only the first ones of a long task. */
  readonly samples: SampleRow[];
  readonly sampleByDocument: Map<number, SampleRow>;
  /** Goes up when a row of its samples changes. */
  samplesVersion: number;
};

export type SampleRow = {
  readonly docId: number;
  readonly text: string;
  readonly target: string;
  readonly byCheckpoint: Map<string, SampleSummary>;
};

export type SeriesPoint = Cell;

/** The same thing said of several checkpoints and tasks is one warning. */
export type Warning = {
  readonly code: string;
  readonly message: string;
  readonly places: { readonly checkpoint: string; readonly task: string | null }[];
};

export type PanelState = {
  evaluation: string | null;
  config: string | null;
  baseline: string | null;
  confidence: number | null;
  readonly standing: EvaluationStanding;
  /** In the order that gives each its colour. */
  checkpoints: readonly CheckpointState[];
  readonly tasks: TaskState[];
  readonly taskByName: Map<string, TaskState>;
  /** By `seriesKey`: the running value. */
  readonly series: Map<string, SeriesPoint[]>;
  readonly comparisons: Map<string, Comparison>;
  readonly expectations: Map<string, Expectation>;
  readonly warnings: Map<string, Warning>;
  /** What of an event could not be understood, and how often. */
  readonly misfits: Map<string, number>;
  /** Rows of samples, of all tasks. */
  samplesKept: number;
  /** Goes up with every event, so that a view knows whether to look again. */
  version: number;
};

export function emptyState(): PanelState {
  return {
    evaluation: null,
    config: null,
    baseline: null,
    confidence: null,
    standing: emptyStanding(),
    checkpoints: [],
    tasks: [],
    taskByName: new Map(),
    series: new Map(),
    comparisons: new Map(),
    expectations: new Map(),
    warnings: new Map(),
    misfits: new Map(),
    samplesKept: 0,
    version: 0,
  };
}

export function cellKey(metric: string, checkpoint: string): string {
  return JSON.stringify([metric, checkpoint]);
}

export function seriesKey(task: string, metric: string, checkpoint: string): string {
  return JSON.stringify([task, metric, checkpoint]);
}

export function comparisonKey(task: string, metric: string, other: string): string {
  return JSON.stringify([task, metric, other]);
}

/** What a checkpoint is called on the page. */
export function labelOf(state: PanelState, checkpoint: string): string {
  return state.checkpoints.find(({ name }) => name === checkpoint)?.label ?? checkpoint;
}

/** What a task is called on the page. */
export function aliasOf(state: PanelState, task: string): string {
  return state.taskByName.get(task)?.alias ?? task;
}

/** What the colours and rows of a picture hang on: nothing kept for another evaluation, or another order, is right in this one. */
export function identityOf(state: PanelState): string {
  return JSON.stringify([state.evaluation, state.baseline, ...state.checkpoints.map(({ name }) => name)]);
}
