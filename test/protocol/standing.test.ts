import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import { advanceStanding, documentsOf, emptyStanding, type EvaluationStanding, interrupt, isResumable, keepsAnswers, outcomeOf } from '../../src/protocol/standing';

const common = (checkpoint: string) => ({ run: `r-${checkpoint}`, evaluation: 'r', checkpoint, time: '2026-11-28T05:50:00.000Z' });
const names = ['a', 'b'];
const task = (name: string) => ({ task: name, alias: name, documents: 60, metrics: [], configPath: null });
const planned = (checkpoint: string, tasks = ['sst2', 'cola']): RunEvent => ({ ...common(checkpoint), type: 'planned', config: null, tasks: tasks.map(task), documents: 60 * tasks.length, checkpoints: names, baseline: 'a', path: '/run' });
const started = (checkpoint: string): RunEvent => ({ ...common(checkpoint), type: 'started', parameters: 1, precision: 'fp32' });
const progress = (checkpoint: string, done: number, remaining: number | null = 30): RunEvent => ({ ...common(checkpoint), type: 'progress', task: 'sst2', done, total: 120, taskDone: done, taskTotal: 60, tokens: done, tokens_per_second: 10, remaining });
const finished = (checkpoint: string, failedTasks: readonly string[] = []): RunEvent => ({ ...common(checkpoint), type: 'finished', seconds: 1, tokens: 1, failedTasks });
const failed = (checkpoint: string, of: string | null, resumable = false): RunEvent => ({ ...common(checkpoint), type: 'failed', task: of, error: { code: 'internal', args: {}, place: {}, message: 'why' }, resumable });
const cancelled = (checkpoint: string, done: number, total: number): RunEvent => ({ ...common(checkpoint), type: 'cancelled', done, total });

function standingOf(events: readonly RunEvent[]): EvaluationStanding {
  const standing = emptyStanding();
  for (const event of events) advanceStanding(standing, event);
  return standing;
}

const outcome = (...events: readonly RunEvent[]) => outcomeOf(standingOf(events));

test('a task whose failure is told before its run starts stays failed, planned or not', () => {
  for (const broken of ['sst2', 'never planned']) {
    const events = [planned('a'), planned('b'), failed('a', broken), failed('b', broken), started('a'), finished('a'), started('b'), finished('b')];
    assert.equal(outcome(...events), 'partly');
    assert.deepEqual([...(standingOf(events).runs[1]?.failedTasks.keys() ?? [])], [broken]);
  }
});

test('failed tasks that only the ending names count, in a replay too', () => {
  assert.equal(outcome({ ...planned('a'), checkpoints: ['a'], origin: 'replay' } as RunEvent, started('a'), finished('a', ['cola'])), 'partly');
});

test('where nothing has results it has failed; where something has it is finished in part', () => {
  const one = (events: readonly RunEvent[]) => outcome(...events.map((event): RunEvent => (event.type === 'planned' ? { ...event, checkpoints: ['a'] } : event)));
  assert.equal(one([planned('a'), failed('a', 'sst2'), failed('a', 'cola'), started('a'), finished('a', ['sst2', 'cola'])]), 'failed');
  assert.equal(outcome(planned('a'), planned('b'), failed('b', null), started('a'), finished('a')), 'partly');
  assert.equal(outcome(planned('a'), planned('b'), failed('a', null), failed('b', null)), 'failed');
});

test('another attempt forgets what the last one said of failing', () => {
  const first = [planned('a'), failed('a', 'cola'), started('a'), progress('a', 20), failed('a', null, true), failed('b', null)];
  assert.equal(isResumable(standingOf(first)), true);
  const again = standingOf([...first, planned('a'), planned('b')]);
  assert.deepEqual([again.runs[0]?.failedTasks.size, again.runs[0]?.error, again.runs[0]?.resumable], [0, null, false]);
  // What the second attempt tells before it starts stays.
  const second = standingOf([...first, planned('a'), planned('b'), failed('a', 'sst2'), started('a'), progress('a', 21)]);
  assert.deepEqual([...(second.runs[0]?.failedTasks.keys() ?? [])], ['sst2']);
  assert.equal(outcomeOf(second), 'running');
});

test('a cancelled run says what was answered; one whose turn had not come counts nothing and keeps its plan', () => {
  const standing = standingOf([planned('a'), planned('b'), started('a'), progress('a', 20), cancelled('a', 25, 120), cancelled('b', 0, 0)]);
  assert.deepEqual([outcomeOf(standing), documentsOf(standing)], ['cancelled', { done: 25, total: 240 }]);
  assert.deepEqual(standing.runs.map(keepsAnswers), [true, false]);
});

test('interrupted is what had no end; what finished stays finished', () => {
  const standing = standingOf([planned('a'), planned('b'), started('a'), finished('a'), started('b'), progress('b', 7)]);
  interrupt(standing);
  assert.deepEqual(standing.runs.map(({ status }) => status), ['finished', 'interrupted']);
  assert.deepEqual([outcomeOf(standing), isResumable(standing), standing.remaining], ['interrupted', true, null]);
});

test('time left is the latest event’s, and none while it is held back', () => {
  assert.equal(standingOf([planned('a'), started('a'), progress('a', 1, 42)]).remaining, 42);
  assert.equal(standingOf([planned('a'), started('a'), progress('a', 1, 42), progress('a', 2, null)]).remaining, null);
  assert.equal(standingOf([planned('a'), started('a'), progress('a', 1, 42), finished('a')]).remaining, null);
});

test('runs stand in the plan’s order, whatever comes first', () => {
  assert.deepEqual(standingOf([failed('b', null), planned('a')]).runs.map(({ checkpoint }) => checkpoint), names);
});
