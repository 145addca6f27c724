import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint } from '../../src/checkpoint/open';
import { modelWarnings } from '../../src/evaluator/model-warnings';
import type { LanguageModel } from '../../src/model/language-model';
import { AssayError } from '../../src/protocol/errors';
import { inOrder } from '../run/scripted-model';
import { rowsOf, ScriptedWorkspace } from './scripted-evaluation';

test('on Windows a run of weights that were just saved says that they cannot be overwritten now', async () => {
  const checkpoint = await openCheckpoint('examples/checkpoints/model-a');
  const model = { info: { warnings: [] } } as unknown as LanguageModel;
  const saved = Math.max(...checkpoint.files.map(({ mtimeMs }) => mtimeMs));
  const codes = (platform: NodeJS.Platform, minutesLater: number): string[] =>
    modelWarnings({ kind: 'checkpoint', precision: 'fp32', checkpoint }, model, platform, saved + minutesLater * 60_000).map(({ code }) => code);
  assert.deepEqual(codes('win32', 5), ['weights-held']);
  assert.deepEqual(codes('win32', 61), []);
  assert.deepEqual(codes('linux', 5), []);
});

test('what shows only while a model works is a warning of its run', async () => {
  const workspace = new ScriptedWorkspace();
  workspace.task('odd', rowsOf(20));
  let blocks = 0;
  const { events } = await workspace.evaluate({
    checkpoints: [workspace.checkpoint('a')],
    script: (_, warn) => (requests) => {
      if (blocks++ === 1) warn(new AssayError('fewer-tokens-at-once', { tried: 512, most: 256 }));
      return inOrder(requests);
    },
  });
  assert.ok(blocks > 1);
  const warnings = events.flatMap((event) => (event.type === 'warning' && event.code === 'fewer-tokens-at-once' ? [event] : []));
  assert.deepEqual(warnings.map(({ args }) => args), [{ tried: 512, most: 256 }]);
  assert.match(warnings[0]?.message ?? '', /no memory for 512 tokens at once.*at most 256/);
});
