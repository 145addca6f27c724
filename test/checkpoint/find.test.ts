import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { inspectCheckpoint } from '../../src/checkpoint/inspect';
import { findCheckpoints } from '../../src/checkpoint/find';
import { looksLikeCheckpoint } from '../../src/checkpoint/presence';
import { checkpointFolder, safetensors, temporaryFolder } from './checkpoint-folder';

const weights = safetensors({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8);

describe('finding checkpoints', () => {
  test('in natural order; tools\' and hidden folders are passed over; links are followed once', async (context) => {
    const root = temporaryFolder(context);
    const at = (...parts: string[]) => checkpointFolder(join(root, ...parts), { 'model.safetensors': weights });
    at('run', 'checkpoint-10');
    at('run', 'checkpoint-9');
    at('run');
    at('node_modules', 'x');
    at('.assay', 'x');
    at('deep', '2', '3', '4', '5', '6', '7');
    mkdirSync(join(root, 'empty'));
    symlinkSync(root, join(root, 'circle'));
    symlinkSync(join(root, 'run', 'none'), join(root, 'dangling'));
    const names = (found: string[]) => found.map((path) => relative(root, path).replaceAll('\\', '/'));
    assert.deepEqual(names(await findCheckpoints(root)), ['run', 'run/checkpoint-9', 'run/checkpoint-10']);
    assert.deepEqual(names(await findCheckpoints(root, { depth: 1 })), ['run']);
    assert.equal((await findCheckpoints(root, { depth: 9 })).length, 4);
    assert.equal((await findCheckpoints(root, { folders: 1 })).length, 0);
    assert.deepEqual(await findCheckpoints(join(root, 'nowhere')), []);
    await assert.rejects(findCheckpoints(root, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  });

  test('what a checkpoint looks like', (context) => {
    const root = temporaryFolder(context);
    assert.equal(looksLikeCheckpoint(join(root, 'none')), false);
    assert.equal(looksLikeCheckpoint('examples/checkpoints/model-a'), true);
    assert.equal(looksLikeCheckpoint('test/fixtures/arch/llama-bf16-sharded'), true);
    writeFileSync(join(root, 'config.json'), '{}');
    assert.equal(looksLikeCheckpoint(root), false);
    assert.equal(looksLikeCheckpoint(root, 'any'), true);
  });
});

describe('describing a checkpoint', () => {
  test('a whole one', async () => {
    const { path, ...rest } = await inspectCheckpoint('examples/checkpoints/model-a');
    assert.match(path, /model-a$/);
    assert.deepEqual(rest, { modelType: 'llama', parameters: 3426560, dtype: 'BF16', bytes: 6853120, maxLength: 512, step: null, problems: [], warnings: [] });
  });

  test('every problem is told, and what is known all the same', async (context) => {
    const folder = checkpointFolder(join(temporaryFolder(context), 'checkpoint-3'), { 'model.safetensors': weights.subarray(0, 20), 'tokenizer_config.json': '[' });
    const found = await inspectCheckpoint(folder);
    assert.deepEqual([found.modelType, found.parameters, found.maxLength, found.step], ['llama', null, 64, 3]);
    assert.deepEqual(found.problems.map(({ code, place }) => [code, place.file]), [
      ['broken-checkpoint', join(folder, 'model.safetensors')],
      ['broken-checkpoint', join(folder, 'tokenizer_config.json')],
    ]);
  });

  test('nothing there', async (context) => {
    const found = await inspectCheckpoint(join(temporaryFolder(context), 'none'));
    assert.deepEqual(found.problems.map((problem) => problem.code), ['unknown-checkpoint']);
  });
});
