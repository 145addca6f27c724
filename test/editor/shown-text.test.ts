import { fake } from './fake-vscode';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complain, inform, warn } from '../../src/editor/notices';
import { shownLines, shownText } from '../../src/editor/shown-text';

test('a name from a file is no link and no icon, and nothing in it is hidden', () => {
  assert.equal(shownText('[Install](command:workbench.action.quit)'), '[Install] (command:workbench.action.quit)');
  assert.equal(shownText('$(error) all failed'), '$ (error) all failed');
  assert.equal(shownText('[a\u200b](x)'), '[a] (x)', 'also where something unseen stood between');
  assert.equal(shownText('acc \u202e0001.0\u0007\nsecond line'), 'acc 0001.0 second line');
  assert.equal(shownText('$\u200b(error)'), '$ (error)');
  assert.equal(shownText('x'.repeat(5_000)).length, 1_000);
  assert.equal(shownText('评测 · model-a 67.2 %'), '评测 · model-a 67.2 %');
});

test('lines of a tooltip stay lines', () => assert.equal(shownLines(['a\nb', null, '', '$(x)']), 'a b\n$ (x)'));

test('every notification goes through it', async () => {
  fake.messages = [];
  for (const tell of [inform, warn, complain]) await tell('[a](command:b)', 'Button');
  assert.deepEqual(fake.messages, ['information', 'warning', 'error'].map((severity) => ({ severity, message: '[a] (command:b)', items: ['Button'] })));
});
