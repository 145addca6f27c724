import { fakeStatusBar } from '../fake-vscode';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusBar } from '../../../src/editor/evaluations/status-bar';

const bar = new StatusBar();
const text = (): string | null => (fakeStatusBar.get('assay.progress')?.visible ? (fakeStatusBar.get('assay.progress')?.text ?? null) : null);
const running = { kind: 'running', checkpoint: 'model-a', task: 'sst2', done: 25, total: 100, tokensPerSecond: 1234.5, failure: null } as const;

test('the time left is said as it is told, and held back while nothing sure is known', () => {
  bar.update({ title: 'a', waiting: 0, status: { ...running, remaining: 200 } });
  assert.equal(text(), '$(beaker) sst2 · model-a · 25 % · 1 235 tok/s · 3 min left');
  bar.update({ title: 'a', waiting: 1, status: { ...running, remaining: null } });
  assert.equal(text(), '$(beaker) sst2 · model-a · 25 % · 1 235 tok/s · 1 waiting');
});

test('an evaluation whose tasks did not all run is finished in part; one that is done has nothing to say', () => {
  bar.update({ title: 'a', waiting: 0, status: { kind: 'finished', missed: 0, failedTasks: 2 } });
  assert.equal(text(), '$(warning) a: finished in part');
  bar.update({ title: 'a', waiting: 0, status: { kind: 'finished', missed: 0, failedTasks: 0 } });
  assert.equal(text(), null);
});

test('names from files are no icons', () => {
  bar.update({ title: 'a', waiting: 0, status: { ...running, task: '$(pass) acc 1.0', remaining: null } });
  assert.match(text() ?? '', /^\$\(beaker\) \$ \(pass\) acc 1\.0 · model-a/);
});
