import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { WorkerProcess, type WorkerOptions } from '../../src/processes/worker-process';

const work = mkdtempSync(join(tmpdir(), 'assay-worker-'));
after(() => rmSync(work, { recursive: true, force: true }));
const started: Worker[] = [];
afterEach(async () => {
  for (const worker of started.splice(0)) {
    worker.kill();
    await worker.ended;
  }
});

type Worker = WorkerProcess<{ ask: string }, Record<string, unknown>>;

/** `message` in the script is what is sent. */
function start(name: string, script: string, options: Partial<WorkerOptions> = {}): Worker {
  const file = join(work, `${name}.cjs`);
  writeFileSync(file, script);
  const worker: Worker = new WorkerProcess({ script: file, ...options });
  started.push(worker);
  return worker;
}

const answer = (worker: Worker): Promise<Record<string, unknown>> => new Promise((resolve) => worker.onMessage(resolve));

test('messages carry typed arrays, and the environment is what a child needs', async () => {
  process.env['A_PERSONS_KEY'] = 'secret';
  const worker = start('echo', `process.on('message', ({ ask }) => process.send({ ask, numbers: Int32Array.of(1, 2), key: process.env.A_PERSONS_KEY, added: process.env.ADDED }));`, { environment: { ADDED: 'yes' } });
  const answered = answer(worker);
  worker.send({ ask: 'it' });
  assert.deepEqual(await answered, { ask: 'it', numbers: Int32Array.of(1, 2), key: undefined, added: 'yes' });
  await worker.end();
  assert.equal(worker.hasEnded, true);
  delete process.env['A_PERSONS_KEY'];
});

test('a death says its cause, with the last words', async () => {
  const end = await start('dies', `console.error('Error: no more of it'); process.exit(7);`).ended;
  assert.deepEqual(end, { kind: 'died', cause: 'exit code 7; it said: Error: no more of it', causeCode: 'cause-exit', code: 7, signal: null });
});

test('a Node that is not there is told, and messages to it go nowhere', async () => {
  const worker = start('unused', '', { node: join(work, 'no-node') });
  worker.send({ ask: 'anyone' });
  const end = await worker.ended;
  assert.ok(end.kind === 'not-started');
  assert.match(end.detail, /ENOENT/);
});

test('a process that hears nothing is asked to end, then killed', async () => {
  const worker = start('deaf', `process.on('SIGTERM', () => undefined); process.send({ ready: true }); setInterval(() => undefined, 1000);`);
  await answer(worker);
  let signals = 0;
  worker.endUnless(() => false, () => signals++);
  const end = await worker.ended;
  assert.ok(end.kind === 'died');
  assert.deepEqual([end.signal, signals], ['SIGKILL', 2]);
});

test('one that settles what it was asked stays alive', async () => {
  const worker = start('settles', `process.on('message', (message) => process.send(message));`);
  worker.endUnless(() => true);
  await new Promise((resolve) => setTimeout(resolve, 900));
  const answered = answer(worker);
  worker.send({ ask: 'still there' });
  assert.deepEqual(await answered, { ask: 'still there' });
});

test('a heap that grows over its limit ends the process, not this one', async () => {
  const end = await start('grows', `const all = []; for (;;) all.push(new Array(1e5).fill(all.length));`, { heapMegabytes: 64 }).ended;
  assert.ok(end.kind === 'died');
  assert.match(end.cause, /SIGABRT.*(heap|memory)/i);
});

test('lines of both streams are told whole, the last one too', async () => {
  const lines: string[] = [];
  const worker = start('talks', `process.stdout.write('one\\ntw'); setTimeout(() => process.stdout.write('o\\nlast'), 50);`, { onLine: (line) => lines.push(line) });
  worker.child.disconnect();
  await worker.ended;
  assert.deepEqual(lines, ['one', 'two', 'last']);
});

test('an end is told although somebody else holds its streams open', async () => {
  const worker = start('leaves-a-child', `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref(); process.exit(3);`);
  const end = await worker.ended;
  assert.ok(end.kind === 'died' && end.code === 3);
  assert.equal(worker.child.stderr?.destroyed, true);
});
