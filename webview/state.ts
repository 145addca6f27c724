/**
 * What the page shows, computed from RunEvents alone: live, replayed, resumed, cancelled and failed runs of one
 * evaluation look the same because they pass through here. No DOM, no clock.
 */
import type { Comparison, Expectation, PlannedMetric, RunEvent, SampleSummary } from '../src/protocol/events';

export type CheckpointStatus = 'waiting' | 'running' | 'finished' | 'cancelled' | 'failed';

export type CheckpointState = {
  readonly name: string;
  status: CheckpointStatus;
  path: string | null;
  parameters: number | null;
  precision: string | null;
  /** Documents. */
  done: number;
  total: number;
  tokens: number;
  tokensPerSecond: number;
  /** Seconds left of this run; null until there is a rate. */
  remaining: number | null;
  /** Answers found in the journal when the run was resumed. */
  answered: number;
  /** Why the run as a whole stopped. */
  error: string | null;
  resumable: boolean;
};

type MetricEvent = RunEvent & { type: 'metric' };

export type Cell = Pick<MetricEvent, 'value' | 'stderr' | 'interval' | 'n' | 'tokens' | 'final' | 'method' | 'approximate'>;

export type TaskState = {
  readonly task: string;
  alias: string;
  documents: number;
  configPath: string | null;
  metrics: readonly PlannedMetric[];
  /** By `cellKey(metric, checkpoint)`. */
  readonly cells: Map<string, Cell>;
  readonly progress: Map<string, { readonly done: number; readonly total: number }>;
  /** Why this task failed, by checkpoint. */
  readonly errors: Map<string, string>;
  /** Rows in order of arrival, so that a row never moves. */
  readonly samples: SampleRow[];
  readonly sampleByDocument: Map<number, SampleRow>;
};

export type SampleRow = {
  readonly docId: number;
  readonly text: string;
  readonly target: string;
  readonly byCheckpoint: Map<string, SampleSummary>;
};

export type SeriesPoint = Cell;

export type Notice = { readonly kind: 'failure' | 'warning' | 'missed'; readonly checkpoint: string; readonly task: string | null; readonly message: string };

export type PanelState = {
  evaluation: string | null;
  config: string | null;
  baseline: string | null;
  confidence: number | null;
  /** The editor says so: the evaluation was cut off and nobody runs it. */
  interrupted: boolean;
  /** In the order that gives each its colour. */
  readonly checkpoints: CheckpointState[];
  readonly tasks: TaskState[];
  /** By `cellKey(metric, checkpoint)` of each task: the running value. */
  readonly series: Map<string, SeriesPoint[]>;
  readonly comparisons: Map<string, Comparison>;
  readonly expectations: Map<string, Expectation>;
  readonly notices: Map<string, Notice>;
  /** Goes up with every event, so that a view knows whether to look again. */
  version: number;
};

/** A series longer than this loses every second point: its shape stays. */
const MOST_POINTS = 2000;

export function emptyState(): PanelState {
  return {
    evaluation: null,
    config: null,
    baseline: null,
    confidence: null,
    interrupted: false,
    checkpoints: [],
    tasks: [],
    series: new Map(),
    comparisons: new Map(),
    expectations: new Map(),
    notices: new Map(),
    version: 0,
  };
}

/** The state after a history of events. */
export function stateOf(events: readonly RunEvent[], interrupted = false): PanelState {
  const state = emptyState();
  for (const event of events) advance(state, event);
  state.interrupted = interrupted;
  return state;
}

export function cellKey(metric: string, checkpoint: string): string {
  return `${metric}\n${checkpoint}`;
}

export function seriesKey(task: string, metric: string, checkpoint: string): string {
  return `${task}\n${metric}\n${checkpoint}`;
}

export function comparisonKey(task: string, metric: string, other: string): string {
  return `${task}\n${metric}\n${other}`;
}

/** Takes one event in, in place. */
export function advance(state: PanelState, event: RunEvent): void {
  state.version += 1;
  state.evaluation ??= event.evaluation;
  const checkpoint = checkpointOf(state, event.checkpoint);
  switch (event.type) {
    case 'planned':
      state.config ??= event.config;
      state.baseline ??= event.baseline;
      state.confidence ??= event.confidence ?? null;
      orderCheckpoints(state, event.checkpoints);
      for (const planned of event.tasks) {
        const task = taskOf(state, planned.task);
        task.alias = planned.alias;
        task.documents = planned.documents;
        task.configPath ??= planned.configPath;
        task.metrics = planned.metrics;
      }
      checkpoint.path = event.path;
      checkpoint.total = event.documents;
      return;
    case 'started':
      begin(state, checkpoint);
      checkpoint.parameters = event.parameters;
      checkpoint.precision = event.precision;
      return;
    case 'resumed':
      begin(state, checkpoint);
      checkpoint.answered = event.answered;
      return;
    case 'progress':
      if (checkpoint.status === 'waiting') begin(state, checkpoint);
      checkpoint.done = event.done;
      checkpoint.total = event.total;
      checkpoint.tokens = event.tokens;
      checkpoint.tokensPerSecond = event.tokens_per_second;
      checkpoint.remaining = event.remaining;
      taskOf(state, event.task).progress.set(event.checkpoint, { done: event.taskDone, total: event.taskTotal });
      return;
    case 'sample':
      takeSample(taskOf(state, event.task), event.checkpoint, event.sample);
      return;
    case 'metric':
      takeMetric(state, event);
      return;
    case 'comparison': {
      const { task, metric, baseline, other } = event.comparison;
      state.baseline ??= baseline;
      state.comparisons.set(comparisonKey(task, metric, other), event.comparison);
      return;
    }
    case 'expectation':
      takeExpectation(state, event.expectation);
      return;
    case 'warning':
      notice(state, { kind: 'warning', checkpoint: event.checkpoint, task: event.task, message: event.message });
      return;
    case 'finished':
      checkpoint.status = 'finished';
      checkpoint.done = checkpoint.total;
      checkpoint.tokens = event.tokens;
      checkpoint.remaining = 0;
      return;
    case 'cancelled':
      checkpoint.status = 'cancelled';
      checkpoint.done = event.done;
      checkpoint.total = event.total;
      checkpoint.resumable = true;
      return;
    case 'failed':
      takeFailure(state, checkpoint, event);
  }
}

function begin(state: PanelState, checkpoint: CheckpointState): void {
  checkpoint.status = 'running';
  checkpoint.error = null;
  checkpoint.resumable = false;
  state.interrupted = false;
  for (const [key, one] of state.notices) {
    if (one.kind === 'failure' && one.checkpoint === checkpoint.name) state.notices.delete(key);
  }
  for (const task of state.tasks) task.errors.delete(checkpoint.name);
}

function takeFailure(state: PanelState, checkpoint: CheckpointState, event: RunEvent & { type: 'failed' }): void {
  const message = event.error.message;
  if (event.task === null) {
    checkpoint.status = 'failed';
    checkpoint.error = message;
    checkpoint.resumable = event.resumable;
  } else {
    taskOf(state, event.task).errors.set(checkpoint.name, message);
  }
  notice(state, { kind: 'failure', checkpoint: checkpoint.name, task: event.task, message });
}

function takeMetric(state: PanelState, event: MetricEvent): void {
  const { task: name, metric, checkpoint, value, stderr, interval, n, tokens, final, method, approximate } = event;
  const task = taskOf(state, name);
  if (!task.metrics.some((planned) => planned.metric === metric)) {
    task.metrics = [...task.metrics, { metric, higherIsBetter: null, form: 'score' }];
  }
  const cell: Cell = { value, stderr, interval, n, tokens, final, method, approximate };
  task.cells.set(cellKey(metric, checkpoint), cell);
  const key = seriesKey(name, metric, checkpoint);
  const points = state.series.get(key) ?? [];
  // A resumed run may tell its first documents again.
  while (points.length > 0 && (points[points.length - 1]?.tokens ?? -1) >= tokens) points.pop();
  points.push(cell);
  state.series.set(key, points.length > MOST_POINTS ? points.filter((_, index) => index % 2 === 0 || index === points.length - 1) : points);
}

function takeSample(task: TaskState, checkpoint: string, sample: SampleSummary): void {
  let row = task.sampleByDocument.get(sample.doc_id);
  if (row === undefined) {
    row = { docId: sample.doc_id, text: sample.text, target: sample.target, byCheckpoint: new Map() };
    task.sampleByDocument.set(sample.doc_id, row);
    task.samples.push(row);
  }
  row.byCheckpoint.set(checkpoint, sample);
}

function takeExpectation(state: PanelState, expectation: Expectation): void {
  const key = `${expectation.checkpoint}\n${expectation.task}\n${expectation.metric}\n${expectation.expected}`;
  state.expectations.set(key, expectation);
}

function notice(state: PanelState, one: Notice): void {
  state.notices.set(`${one.kind}\n${one.checkpoint}\n${one.task ?? ''}\n${one.message}`, one);
}

function checkpointOf(state: PanelState, name: string): CheckpointState {
  let found = state.checkpoints.find((one) => one.name === name);
  if (found === undefined) {
    found = {
      name,
      status: 'waiting',
      path: null,
      parameters: null,
      precision: null,
      done: 0,
      total: 0,
      tokens: 0,
      tokensPerSecond: 0,
      remaining: null,
      answered: 0,
      error: null,
      resumable: false,
    };
    state.checkpoints.push(found);
  }
  return found;
}

function orderCheckpoints(state: PanelState, names: readonly string[]): void {
  for (const name of names) checkpointOf(state, name);
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  state.checkpoints.sort((a, b) => place(a.name) - place(b.name));
}

function taskOf(state: PanelState, name: string): TaskState {
  let found = state.tasks.find((one) => one.task === name);
  if (found === undefined) {
    found = {
      task: name,
      alias: name,
      documents: 0,
      configPath: null,
      metrics: [],
      cells: new Map(),
      progress: new Map(),
      errors: new Map(),
      samples: [],
      sampleByDocument: new Map(),
    };
    state.tasks.push(found);
  }
  return found;
}
