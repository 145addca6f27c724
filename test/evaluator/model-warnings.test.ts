import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint } from '../../src/checkpoint/open';
import { modelWarnings } from '../../src/evaluator/model-warnings';
import type { LanguageModel } from '../../src/model/language-model';

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
