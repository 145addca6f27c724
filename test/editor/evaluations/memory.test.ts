import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory, type Store } from '../../../src/editor/evaluations/memory';
import { MissedExpectations } from '../../../src/editor/config/missed-expectations';
import { LatestScores } from '../../../src/editor/config/latest-scores';
import type { Asked } from '../../../src/editor/evaluations/evaluations';
import type { RunEvent } from '../../../src/protocol/events';
import { expectation, metric, planned } from '../events';

/** Values go through JSON, as in the editor's own storage. */
function store(): Store {
  const values = new Map<string, string>();
  return {
    get: <T>(key: string) => (values.has(key) ? (JSON.parse(values.get(key) ?? '') as T) : undefined),
    update: (key, value) => Promise.resolve(void values.set(key, JSON.stringify(value))),
  };
}

const asked: Asked = { title: 'a', request: { configs: ['/w/a.eval.yaml'], overrides: {}, onlyEntry: 'tasks[0]', resume: false, workspace: '/w' } };

function plannedEvent(checkpoint: string): Extract<RunEvent, { type: 'planned' }> {
  const event = planned(checkpoint);
  assert.ok(event.type === 'planned');
  return event;
}

test('remembers what was asked and the folder of each checkpoint, across a reload', () => {
  const kept = store();
  const before = new Memory(kept);
  before.planned(asked, plannedEvent('model-a'));
  before.planned(asked, plannedEvent('model-b'));
  const after = new Memory(kept);
  assert.deepEqual(after.last, { evaluation: 'evaluation', asked, folders: ['/w/.assay/runs/run-model-a', '/w/.assay/runs/run-model-b'], ended: false });
  assert.deepEqual(after.askedFor('evaluation'), asked);
  assert.equal(after.askedFor('other'), null);
  after.ended();
  assert.equal(after.last?.ended, true);
});

test('a missed expectation is known until a run of the same checkpoint meets it', () => {
  const memory = new Memory(store());
  let changes = 0;
  const missed = new MissedExpectations(memory, () => changes++);
  const judge = (checkpoint: string, met: boolean): void => {
    const event = expectation(checkpoint, met);
    assert.ok(event.type === 'expectation');
    missed.judge(event.expectation);
  };
  judge('model-a', true);
  judge('model-b', false);
  judge('model-b', false);
  assert.deepEqual(missed.of('/w/a.eval.yaml').map(({ checkpoint }) => checkpoint), ['model-b']);
  assert.deepEqual(missed.of('/w/other.eval.yaml'), []);
  judge('model-b', true);
  assert.deepEqual(missed.of('/w/a.eval.yaml'), []);
  assert.equal(changes, 4);
});

test('the lens beside Run tells the newest value of each checkpoint', () => {
  const scores = new LatestScores();
  assert.equal(scores.text('/w/a.eval.yaml', 'tasks[0]'), null);
  for (const event of [planned('model-a'), planned('model-b'), metric('model-a', 10, 0.5), metric('model-a', 20, 0.672), metric('model-b', 20, 0.5083)]) scores.apply(event);
  assert.equal(scores.text('/w/a.eval.yaml', 'tasks[0]'), 'model-a 67.2 % · model-b 50.8 %');
  scores.apply(planned('model-a'));
  assert.equal(scores.text('/w/a.eval.yaml', 'tasks[0]'), 'model-b 50.8 %');
});
