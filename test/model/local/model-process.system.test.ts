import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuProfile } from '../../../src/model/device-profile';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { ModelProcess, type ModelProcessOptions } from '../../../src/model/local/model-process';
import type { ScoringRow } from '../../../src/model/onnx/wire';
import { AssayError } from '../../../src/protocol/errors';
import { builtModelProcess, isAlive } from './built-model-process';

const modelA = join(__dirname, '../../../examples/checkpoints/model-a');
let bundle: { script: string; remove: () => void };
let checkpoint: Checkpoint;
const started: ModelProcess[] = [];

before(async () => {
  bundle = await builtModelProcess();
  checkpoint = await openCheckpoint(modelA);
});
afterEach(() => Promise.all(started.splice(0).map((each) => each.close())));
after(() => bundle.remove());

function start(options: Partial<ModelProcessOptions> = {}): ModelProcess {
  const model = new ModelProcess({ script: bundle.script, node: process.execPath, checkpoint, device: cpuProfile(1), maxTokens: 512, ...options });
  started.push(model);
  return model;
}

function rows(count: number, length: number): ScoringRow[] {
  const tokens = Int32Array.from({ length }, (_, index) => (index * 37) % 2000);
  return Array.from({ length: count }, () => ({ tokens, parents: null, positions: Int32Array.of(length - 1), targets: Int32Array.of(5) }));
}

/** Takes any machine minutes. */
const endless = (): ScoringRow[] => rows(4_000, 512);

const hasCode = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;

test('scores rows and tells its versions', async () => {
  const model = start();
  const { versions } = await model.loaded;
  assert.match(versions['onnxruntime'] ?? '', /^1\./);
  const { logprobs, greedy, tokens } = await model.score(rows(3, 20));
  assert.equal(tokens, 60);
  assert.equal(greedy.length, 3);
  assert.ok(logprobs.every((logprob) => logprob < 0 && Number.isFinite(logprob)));
});

test('killed while it computes: an error with signal and cause, and nothing hangs', async () => {
  const model = start();
  await model.loaded;
  const first = await model.score(rows(1, 8));
  assert.equal(first.logprobs.length, 1);
  const asked = [model.score(endless()), model.score(rows(1, 8))];
  await delay(200);
  process.kill(model.processId as number, 'SIGKILL');
  for (const each of await Promise.allSettled(asked)) {
    assert.equal(each.status, 'rejected');
    assert.ok(each.reason instanceof AssayError && each.reason.code === 'model-process-died');
    assert.equal(each.reason.args['signal'], 'SIGKILL');
    assert.match(each.reason.message, /SIGKILL: .*memory.*Resume/);
  }
  await assert.rejects(model.score(rows(1, 8)), hasCode('model-process-died'));
});

test('a cancel between batches leaves the process usable', async (context) => {
  const model = start();
  await model.loaded;
  // However slow the machine is, the process hears the cancel before its time is up.
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [model.score(rows(1, 8)), model.score(rows(1, 8)), model.score(rows(1, 8))];
  model.cancel();
  const settled = await Promise.allSettled(asked);
  assert.ok(settled.some((each) => each.status === 'rejected' && hasCode('cancelled')(each.reason)));
  context.mock.timers.tick(800);
  assert.equal((await model.score(rows(2, 8))).logprobs.length, 2);
});

test('a cancel in a long run ends the process long before the run would end', async () => {
  const model = start();
  await model.loaded;
  const asked = model.score(endless());
  await delay(150);
  model.cancel();
  await assert.rejects(asked, hasCode('cancelled'));
  await model.close();
  assert.equal(isAlive(model.processId as number), false);
});

test('close ends the process, also in a long run, and can be called twice', async () => {
  const model = start();
  await model.loaded;
  const asked = model.score(endless());
  await delay(100);
  await Promise.all([model.close(), model.close(), assert.rejects(asked, hasCode('model-closed'))]);
  assert.equal(isAlive(model.processId as number), false);
});

test('a checkpoint that cannot be loaded says why', async () => {
  const broken = { ...checkpoint, tensors: new Map([...checkpoint.tensors].slice(1)) };
  await assert.rejects(start({ checkpoint: broken }).loaded, hasCode('broken-checkpoint'));
});

test('an engine that is not there is told with the platform, not as a death', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-no-engine-'));
  try {
    const script = join(folder, 'model.js');
    copyFileSync(bundle.script, script);
    await assert.rejects(start({ script }).loaded, (error) => {
      assert.ok(error instanceof AssayError);
      assert.deepEqual([error.code, error.args['platform'], error.args['hintCode']], ['engine-not-available', process.platform, 'engine-hint-package']);
      return true;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('weights that change under a run are named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-changed-'));
  try {
    cpSync(modelA, folder, { recursive: true });
    const model = start({ checkpoint: await openCheckpoint(folder) });
    await model.loaded;
    writeFileSync(join(folder, 'model.safetensors'), 'short');
    await assert.rejects(model.score(rows(1, 8)), (error) => error instanceof AssayError && error.code === 'checkpoint-changed' && error.message.includes('model.safetensors'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a Node that is not there, and a bundle that is not there', async () => {
  await assert.rejects(start({ node: '/nowhere/node' }).loaded, (error) => error instanceof AssayError && error.code === 'model-process-not-started' && /nowhere/.test(error.message));
  await assert.rejects(start({ script: '/nowhere/model.js' }).loaded, (error) => error instanceof AssayError && error.code === 'model-process-died' && /Cannot find module/.test(error.message));
});
