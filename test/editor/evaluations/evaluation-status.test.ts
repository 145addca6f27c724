import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isResumable, StatusOfEvaluation } from '../../../src/editor/evaluations/evaluation-status';
import { cancelled, expectation, failed, finished, planned, progress } from '../events';

test('progress counts the documents of all checkpoints, also of those not planned yet', () => {
  const status = new StatusOfEvaluation([planned('model-a'), progress('model-a', 50)]).status(true);
  assert.deepEqual(status, { kind: 'running', checkpoint: 'model-a', task: 'sst2', done: 50, total: 200, tokensPerSecond: 1_000, remaining: 5, failure: null });
});

test('before the first answer it is starting', () => {
  assert.deepEqual(new StatusOfEvaluation([planned('model-a')]).status(true), { kind: 'starting' });
});

test('one checkpoint fails while the other goes on, and the failure outlasts the end', () => {
  const status = new StatusOfEvaluation([planned('model-a'), planned('model-b'), progress('model-a', 10), failed('model-a'), progress('model-b', 20)]);
  const live = status.status(true);
  assert.ok(live.kind === 'running' && live.failure?.checkpoint === 'model-a');
  assert.equal(isResumable(live), true);
  status.apply(finished('model-b'));
  const ended = status.status(false);
  assert.ok(ended.kind === 'failed' && ended.failure.error.code === 'model-process-died');
});

test('a task that fails alone does not fail the evaluation', () => {
  const status = new StatusOfEvaluation([planned('model-a'), failed('model-a', 'sst2'), expectation('model-a', false), finished('model-a'), planned('model-b'), failed('model-b', 'sst2'), finished('model-b')]).status(false);
  assert.deepEqual(status, { kind: 'finished', missed: 1, failedTasks: 1 });
  assert.equal(isResumable(status), false);
});

test('a run without an end was interrupted, where nobody works on it', () => {
  const events = [planned('model-a'), progress('model-a', 100), finished('model-a'), planned('model-b'), progress('model-b', 30)];
  const status = new StatusOfEvaluation(events).status(false);
  assert.deepEqual(status, { kind: 'interrupted', done: 130, total: 200 });
  assert.equal(isResumable(status), true);
});

test('cancelled says how far it came', () => {
  const status = new StatusOfEvaluation([planned('model-a'), planned('model-b'), progress('model-a', 40), cancelled('model-a', 42), cancelled('model-b', 0)]).status(false);
  assert.deepEqual(status, { kind: 'cancelled', done: 42, total: 200 });
});
