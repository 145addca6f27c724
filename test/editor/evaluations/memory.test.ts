import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory } from '../../../src/editor/evaluations/memory';
import type { Asked } from '../../../src/editor/evaluations/evaluations';
import type { RunEvent } from '../../../src/protocol/events';
import { planned } from '../events';
import { store } from '../store';

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
