/** The fold of RunEvents into what the page shows: live, replayed, resumed, cancelled and failed runs of one evaluation pass through here alike. */
import type { Expectation, RunEvent, SampleSummary } from '../src/protocol/events';
import { plainText } from '../src/protocol/plain-text';
import { advanceStanding, interrupt } from '../src/protocol/standing';
import { type Cell, type CheckpointState, type MetricEvent, type PanelState, type TaskState, cellKey, comparisonKey, emptyState, seriesKey } from './state';
import { thinned } from './series';

/** Of a name and of a message, so much is shown. */
const LABEL = 120;
const MESSAGE = 1000;
/** Of one task's samples so many are kept, of all together so many before tasks get few. */
const MOST_SAMPLES = 2000;
const MOST_SAMPLES_TOGETHER = 40_000;
const FEW_SAMPLES = 100;
/** Different warnings kept, and places of each. */
const MOST_WARNINGS = 500;

/** The state after a history of events. */
export function stateOf(events: readonly RunEvent[], interrupted = false): PanelState {
  const state = emptyState();
  for (const event of events) advance(state, event);
  if (interrupted) interrupt(state.standing);
  return state;
}

/** Takes one event in, in place. */
export function advance(state: PanelState, event: RunEvent): void {
  if (event.type === 'downloading') return;
  state.version += 1;
  state.evaluation ??= event.evaluation;
  advanceStanding(state.standing, event);
  keepCheckpoints(state);
  switch (event.type) {
    case 'planned':
      takePlan(state, event);
      return;
    case 'started':
    case 'resumed':
      forgetErrors(state, event.checkpoint);
      return;
    case 'progress':
      taskOf(state, event.task).progress.set(event.checkpoint, { done: event.taskDone, total: event.taskTotal });
      return;
    case 'sample':
      takeSample(state, taskOf(state, event.task), event.checkpoint, event.sample);
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
      takeWarning(state, event);
      return;
    case 'failed':
      if (event.task !== null) taskOf(state, event.task).errors.set(event.checkpoint, plainText(event.error.message, MESSAGE));
      return;
    case 'finished':
      for (const task of event.failedTasks) {
        const { errors } = taskOf(state, task);
        if (!errors.has(event.checkpoint)) errors.set(event.checkpoint, '');
      }
      return;
    case 'cancelled':
  }
}

/** An event, or a part of one, that the page cannot read. */
export function takeMisfit(state: PanelState, what: string): void {
  state.version += 1;
  const key = state.misfits.has(what) || state.misfits.size < 20 ? what : '…';
  state.misfits.set(key, (state.misfits.get(key) ?? 0) + 1);
}

function takePlan(state: PanelState, event: RunEvent & { type: 'planned' }): void {
  state.config ??= event.config;
  state.baseline ??= event.baseline;
  state.confidence ??= event.confidence ?? null;
  for (const planned of event.tasks) {
    const task = taskOf(state, planned.task);
    task.alias = plainText(planned.alias, LABEL) || task.alias;
    task.documents = planned.documents;
    task.metrics = planned.metrics;
  }
  const checkpoint = state.checkpoints.find(({ name }) => name === event.checkpoint);
  if (checkpoint !== undefined) {
    checkpoint.path = event.path;
    // In every place that names it: head of a column, chart, sentence, samples.
    checkpoint.label = event.precision === undefined ? plainText(event.checkpoint, LABEL) : `${plainText(event.checkpoint, LABEL)} (≈ ${event.precision})`;
  }
  forgetErrors(state, event.checkpoint);
}

/** The standing says which failures are of this attempt. */
function forgetErrors(state: PanelState, checkpoint: string): void {
  const failed = state.standing.runs.find((run) => run.checkpoint === checkpoint)?.failedTasks;
  for (const task of state.tasks) if (!failed?.has(task.task)) task.errors.delete(checkpoint);
}

/** In the standing's order, which is the plan's. */
function keepCheckpoints(state: PanelState): void {
  const { runs } = state.standing;
  if (runs.length === state.checkpoints.length && runs.every(({ checkpoint }, index) => checkpoint === state.checkpoints[index]?.name)) return;
  const known = new Map(state.checkpoints.map((one) => [one.name, one]));
  state.checkpoints = runs.map((run): CheckpointState => known.get(run.checkpoint) ?? { name: run.checkpoint, label: plainText(run.checkpoint, LABEL), path: null, run });
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
  state.series.set(key, thinned(points));
}

function takeSample(state: PanelState, task: TaskState, checkpoint: string, sample: SampleSummary): void {
  let row = task.sampleByDocument.get(sample.doc_id);
  if (row === undefined) {
    if (task.samples.length >= roomForSamples(state)) return;
    row = { docId: sample.doc_id, text: plainText(sample.text, MESSAGE), target: plainText(sample.target, MESSAGE), byCheckpoint: new Map() };
    task.sampleByDocument.set(sample.doc_id, row);
    task.samples.push(row);
    state.samplesKept += 1;
  }
  const { answer, filtered } = sample;
  row.byCheckpoint.set(checkpoint, { ...sample, answer: plainText(answer, MESSAGE), ...(filtered !== undefined && { filtered: plainText(filtered, MESSAGE) }) });
  task.samplesVersion += 1;
}

function roomForSamples({ samplesKept }: PanelState): number {
  return samplesKept < MOST_SAMPLES_TOGETHER ? MOST_SAMPLES : FEW_SAMPLES;
}

function takeExpectation(state: PanelState, expectation: Expectation): void {
  state.expectations.set(JSON.stringify([expectation.checkpoint, expectation.task, expectation.metric, expectation.expected]), expectation);
}

function takeWarning(state: PanelState, event: RunEvent & { type: 'warning' }): void {
  const { code, checkpoint, task } = event;
  const message = plainText(event.message, MESSAGE);
  const key = `${code} ${message}`;
  const warning = state.warnings.get(key) ?? { code, message, places: [] };
  if (state.warnings.size >= MOST_WARNINGS && !state.warnings.has(key)) return;
  state.warnings.set(key, warning);
  if (!warning.places.some((place) => place.checkpoint === checkpoint && place.task === task)) warning.places.push({ checkpoint, task });
}

function taskOf(state: PanelState, name: string): TaskState {
  let found = state.taskByName.get(name);
  if (found === undefined) {
    found = {
      task: name,
      alias: plainText(name, LABEL),
      documents: 0,
      metrics: [],
      cells: new Map(),
      progress: new Map(),
      errors: new Map(),
      samples: [],
      sampleByDocument: new Map(),
      samplesVersion: 0,
    };
    state.taskByName.set(name, found);
    state.tasks.push(found);
  }
  return found;
}
