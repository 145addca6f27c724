import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuProfile } from '../../../src/model/device-profile';
import { openCheckpoint } from '../../../src/checkpoint/open';
import type { FromModelProcess, ToModelProcess } from '../../../src/model/onnx/wire';
import { builtModelProcess } from '../local/built-model-process';
import { ARCHITECTURES, chain, expectedItems, largestDifference } from './fixtures';

const folder = mkdtempSync(join(tmpdir(), 'assay-process-'));
const fixture = join(ARCHITECTURES, 'llama-bf16-sharded');

let bundle = '';
let removeBundle: () => void = () => undefined;
before(async () => {
  const built = await builtModelProcess();
  bundle = built.script;
  removeBundle = built.remove;
});
const running: ModelProcess[] = [];
after(() => {
  for (const model of running) model.kill('SIGKILL');
  removeBundle();
  rmSync(folder, { recursive: true });
});

class ModelProcess {
  private readonly child: ChildProcess;
  private readonly received: FromModelProcess[] = [];
  stderr = '';

  constructor() {
    running.push(this);
    this.child = fork(bundle, { serialization: 'advanced', execArgv: [], silent: true });
    this.child.on('message', (message: FromModelProcess) => this.received.push(message));
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
  }

  send(message: ToModelProcess | { type: 'score'; batch: null }): void {
    this.child.send(message);
  }

  async load(path: string): Promise<FromModelProcess> {
    this.send({ type: 'load', checkpoint: await openCheckpoint(path), device: cpuProfile(1), precision: 'fp32', maxTokens: 512 });
    return this.next();
  }

  async next(): Promise<FromModelProcess> {
    for (;;) {
      const message = this.received.shift();
      if (message !== undefined) return message;
      await Promise.race([once(this.child, 'message'), once(this.child, 'exit').then(() => Promise.reject(new Error(`exited: ${this.stderr}`)))]);
    }
  }

  get idle(): boolean {
    return this.received.length === 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exited(): Promise<[number | null, NodeJS.Signals | null]> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return [this.child.exitCode, this.child.signalCode];
  }
}

const rows = (): { tokens: number[]; logprobs: readonly number[] } => {
  const [item] = expectedItems(fixture);
  assert.ok(item !== undefined);
  return { tokens: [...item.token_ids], logprobs: item.logprobs };
};
const batchOf = (id: number, count = 1): ToModelProcess => ({ type: 'score', batch: { id, prefix: null, rows: Array.from({ length: count }, () => chain(rows().tokens)) } });
/** Takes seconds, in one run of the engine. */
const longBatch = (id: number): ToModelProcess => ({
  type: 'score',
  batch: { id, prefix: null, rows: Array.from({ length: 6 }, () => chain(Array.from({ length: 8_000 }, (_, index) => index % 2048))).map((row) => ({ ...row, positions: Int32Array.of(0), targets: Int32Array.of(1) })) },
});

test('loads, scores, exits', async () => {
  const model = new ModelProcess();
  const loaded = await model.load(fixture);
  assert.ok(loaded.type === 'loaded', JSON.stringify(loaded));
  assert.match(loaded.versions['onnxruntime'] ?? '', /^1\./);
  assert.ok(loaded.rssBytes > 0);
  model.send(batchOf(5));
  const scored = await model.next();
  assert.ok(scored.type === 'scored' && scored.id === 5);
  assert.ok(largestDifference(scored.logprobs, rows().logprobs) < 3e-5);
  assert.equal(scored.tokens, rows().tokens.length - 1);
  model.send({ type: 'exit' });
  assert.deepEqual(await model.exited(), [0, null]);
  assert.equal(model.stderr, '');
});

test('cancelling drops what waits, and the process goes on', async () => {
  const model = new ModelProcess();
  await model.load(fixture);
  model.send(longBatch(0));
  for (const id of [1, 2, 3]) model.send(batchOf(id));
  await delay(300);
  model.send({ type: 'cancel' });
  model.send(batchOf(4));
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) {
    const message = await model.next();
    if (message.type === 'scored') ids.push(`scored ${message.id}`);
    if (message.type === 'batch-failed') ids.push(`${message.error.code} ${message.id}`);
  }
  assert.deepEqual(ids.sort(), ['cancelled 0', 'cancelled 1', 'cancelled 2', 'cancelled 3', 'scored 4']);
  model.send({ type: 'exit' });
  await model.exited();
});

test('a batch that is cancelled while its prefix is read: the next one behind it has its numbers', async () => {
  const model = new ModelProcess();
  await model.load(fixture);
  const { tokens } = rows();
  const prefix = Int32Array.from({ length: 1280 }, (_, index) => (index * 37) % 2048);
  const behind = (id: number): ToModelProcess => ({ type: 'score', batch: { id, prefix, rows: [chain(tokens)] } });
  model.send(behind(1));
  model.send({ type: 'cancel' });
  const cancelled = await model.next();
  assert.ok(cancelled.type === 'batch-failed' && cancelled.id === 1 && cancelled.error.code === 'cancelled');
  model.send(behind(2));
  const scored = await model.next();
  const whole = chain([...prefix, ...tokens]);
  model.send({ type: 'score', batch: { id: 3, prefix: null, rows: [whole] } });
  const plain = await model.next();
  assert.ok(scored.type === 'scored' && plain.type === 'scored');
  assert.ok(largestDifference(scored.logprobs, plain.logprobs.slice(prefix.length)) < 3e-5);
  model.send({ type: 'exit' });
  await model.exited();
});

test('a checkpoint that changes under the process', async () => {
  const copy = join(folder, 'copy');
  cpSync(fixture, copy, { recursive: true });
  const model = new ModelProcess();
  await model.load(copy);
  model.send(batchOf(1));
  assert.equal((await model.next()).type, 'scored');
  const shard = join(copy, 'model-00002-of-00003.safetensors');
  utimesSync(shard, new Date(), new Date(Date.now() + 5000));
  model.send(batchOf(2));
  const failed = await model.next();
  assert.ok(failed.type === 'batch-failed' && failed.id === 2);
  assert.equal(failed.error.code, 'checkpoint-changed');
  assert.ok(failed.error.place.file?.endsWith('model-00002-of-00003.safetensors'));
  model.send({ type: 'exit' });
  await model.exited();
});

test('a checkpoint that cannot be used', async () => {
  const copy = join(folder, 'broken');
  cpSync(fixture, copy, { recursive: true });
  const checkpoint = await openCheckpoint(copy);
  const model = new ModelProcess();
  model.send({ type: 'load', checkpoint: { ...checkpoint, config: { ...checkpoint.config, hidden_act: 'mish' } }, device: cpuProfile(1), precision: 'fp32', maxTokens: 8 });
  const failed = await model.next();
  assert.ok(failed.type === 'load-failed');
  assert.equal(failed.error.code, 'unsupported-option');
  assert.equal(failed.error.place.file, join(copy, 'config.json'));
  model.send({ type: 'exit' });
  await model.exited();
});

test('SIGTERM ends it in mid-computation; an internal error is one line', async () => {
  const busy = new ModelProcess();
  await busy.load(fixture);
  busy.send(longBatch(0));
  await delay(500);
  assert.ok(busy.idle);
  busy.kill('SIGTERM');
  assert.deepEqual(await busy.exited(), [null, 'SIGTERM']);

  const confused = new ModelProcess();
  confused.send({ type: 'score', batch: null });
  assert.deepEqual(await confused.exited(), [70, null]);
  assert.match(confused.stderr, /^model process: [^\n]+\n$/);
});

test('it dies with its parent, in mid-computation', { skip: process.platform === 'win32' }, async () => {
  const messages = join(folder, 'messages.json');
  const load = { type: 'load', checkpoint: { ...(await openCheckpoint(fixture)), tensors: null }, device: cpuProfile(1), precision: 'fp32', maxTokens: 512 };
  writeFileSync(messages, JSON.stringify({ load, tensors: [...(await openCheckpoint(fixture)).tensors] }));
  const parent = spawn(process.execPath, ['-e', PARENT, bundle, messages], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  parent.stdout.on('data', (data: Buffer) => (output += data.toString()));
  while (!/computing (\d+)\n/.test(output)) await once(parent.stdout, 'data');
  const pid = Number(/computing (\d+)\n/.exec(output)?.[1]);
  assert.ok(isAlive(pid) && !output.includes('scored'));
  parent.kill('SIGKILL');
  // What it computes takes many times as long on any machine.
  for (let waited = 0; isAlive(pid); waited += 50) {
    assert.ok(waited < 60_000, 'it still computes');
    await delay(50);
  }
});

/** Forks the model process, gives it seconds of work in one run, and says when it is at it. */
const PARENT = `
const { fork } = require('node:child_process');
const [bundle, messages] = process.argv.slice(1);
const { load, tensors } = JSON.parse(require('node:fs').readFileSync(messages, 'utf8'));
load.checkpoint.tensors = new Map(tensors);
load.checkpoint.otherTensors = new Map();
const child = fork(bundle, { serialization: 'advanced', execArgv: [] });
child.on('message', ({ type }) => {
  if (type !== 'loaded') return console.log(type);
  const row = { tokens: Int32Array.from({ length: 20000 }, (_, i) => i % 2048), parents: null, positions: Int32Array.of(0), targets: Int32Array.of(1) };
  child.send({ type: 'score', batch: { id: 1, prefix: null, rows: [row, row, row, row] } });
  setTimeout(() => console.log('computing ' + child.pid), 700);
});
child.send(load);
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
