import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import { standing } from '../../webview/outcome';
import { advance, stateOf } from '../../webview/fold';
import { cellKey, comparisonKey, seriesKey } from '../../webview/state';
import { checkpointNames, evaluation, evaluationEvents } from './events';

const all = evaluationEvents();
const common = (checkpoint: string) => ({ run: `${evaluation}-${checkpoint}`, evaluation, checkpoint, time: '2026-11-24T05:50:00.000Z' });

test('nothing has happened', () => {
  assert.equal(standing(stateOf([])).outcome, 'empty');
});

test('the plan alone lays out every task and checkpoint', () => {
  const state = stateOf(all.slice(0, 2));
  assert.deepEqual(state.checkpoints.map((one) => one.name), checkpointNames);
  assert.deepEqual(state.tasks.map((one) => one.task), ['heldout', 'sst2', 'sst2_4shot', 'cola', 'piqa']);
  assert.equal(standing(state).outcome, 'preparing');
  assert.equal(standing(state).total, 2 * state.tasks.reduce((sum, task) => sum + task.documents, 0));
});

test('a checkpoint whose numbers are approximate is marked wherever it is named', () => {
  const plans = all.slice(0, 2).map((event, index) => (index === 0 ? ({ ...event, precision: 'int8' } as RunEvent) : event));
  assert.deepEqual(stateOf(plans).checkpoints.map(({ label }) => label), [`${checkpointNames[0]} (≈ int8)`, checkpointNames[1]]);
});

test('colours follow the order of the plan, not of arrival', () => {
  const last = all.filter((event) => event.checkpoint === 'model-b').slice(0, 3);
  assert.deepEqual(stateOf(last).checkpoints.map((one) => one.name), checkpointNames);
});

test('a finished evaluation holds each last value', () => {
  const state = stateOf(all);
  assert.equal(standing(state).outcome, 'finished');
  for (const event of all) {
    if (event.type !== 'metric' || !event.final) continue;
    const cell = state.tasks.find((one) => one.task === event.task)?.cells.get(cellKey(event.metric, event.checkpoint));
    assert.equal(cell?.value, event.value);
    assert.equal(cell?.final, true);
  }
  assert.equal(state.comparisons.get(comparisonKey('sst2', 'acc,none', 'model-b'))?.n, 872);
});

test('taking events one by one or all at once is the same', () => {
  const state = stateOf([]);
  for (const event of all) advance(state, event);
  assert.deepEqual(state, stateOf(all));
});

test('what is left is the one estimate of the event, for all checkpoints', () => {
  const until = all.findIndex((event) => event.type === 'progress' && event.done > 1000);
  const now = standing(stateOf(all.slice(0, until + 1)));
  const event = all[until];
  assert.ok(event?.type === 'progress' && event.remaining !== null && now.remaining !== null);
  assert.equal(now.remaining, event.remaining);
  assert.equal(standing(stateOf([...all.slice(0, until + 1), { ...event, remaining: null }])).remaining, null);
  assert.equal(now.outcome, 'running');
});

test('a failed run keeps its numbers, says why, and can be resumed', () => {
  const until = all.findIndex((event) => event.type === 'progress' && event.done > 500);
  const failed: RunEvent = { ...common('model-a'), type: 'failed', task: null, error: { code: 'internal', args: { message: 'SIGKILL' }, place: {}, message: 'The model process ended: SIGKILL' }, resumable: true };
  const events = [...all.slice(0, until + 1), failed, { ...common('model-b'), type: 'failed', task: null, error: failed.error, resumable: false } as const];
  const state = stateOf(events);
  assert.equal(standing(state).outcome, 'failed');
  assert.equal(standing(state).resumable, true);
  assert.ok((state.tasks[0]?.cells.size ?? 0) > 0);
  advance(state, { ...common('model-a'), type: 'resumed', answered: 500 });
  assert.equal(standing(state).resumable, false);
  assert.equal(state.checkpoints[0]?.run.error, null);
  assert.equal(state.checkpoints[0]?.run.answered, 500);
});

test('a task that fails alone leaves the run going', () => {
  const failed: RunEvent = { ...common('model-a'), type: 'failed', task: 'cola', error: { code: 'internal', args: {}, place: {}, message: 'no data' }, resumable: false };
  const state = stateOf([...all.slice(0, 50), failed]);
  assert.equal(standing(state).outcome, 'running');
  assert.equal(state.tasks.find((task) => task.task === 'cola')?.errors.get('model-a'), 'no data');
  assert.equal(standing(stateOf([...all, failed])).outcome, 'partly');
});

test('a resumed run that tells its first documents again does not fold the curve back', () => {
  const state = stateOf(all.slice(0, 400));
  const key = seriesKey('heldout', 'byte_perplexity,none', 'model-a');
  const before = state.series.get(key)?.length ?? 0;
  assert.ok(before > 10);
  for (const event of all.slice(2, 200)) advance(state, event);
  const tokens = state.series.get(key)?.map((point) => point.tokens) ?? [];
  assert.deepEqual(tokens, [...tokens].sort((a, b) => a - b));
  assert.equal(new Set(tokens).size, tokens.length);
});

test('cancelled and interrupted evaluations can be resumed', () => {
  const cancelled = stateOf([...all.slice(0, 300), { ...common('model-a'), type: 'cancelled', done: 120, total: 2991 }, { ...common('model-b'), type: 'cancelled', done: 0, total: 2991 }]);
  assert.deepEqual([standing(cancelled).outcome, standing(cancelled).resumable, standing(cancelled).done], ['cancelled', true, 120]);
  const interrupted = stateOf(all.slice(0, 300), true);
  assert.deepEqual([standing(interrupted).outcome, standing(interrupted).resumable], ['interrupted', true]);
});

test('a checkpoint that could not be opened is shown without a plan', () => {
  const state = stateOf([{ ...common('broken'), type: 'failed', task: null, error: { code: 'internal', args: {}, place: {}, message: 'truncated' }, resumable: false }]);
  assert.equal(standing(state).outcome, 'failed');
  assert.equal(state.checkpoints[0]?.run.error?.message, 'truncated');
});

test('samples of two checkpoints meet in one row, in order of arrival', () => {
  const task = stateOf(all).tasks.find((one) => one.task === 'sst2');
  assert.equal(task?.samples.length, 872);
  assert.ok(task?.samples.every((row) => row.byCheckpoint.size === 2));
});
