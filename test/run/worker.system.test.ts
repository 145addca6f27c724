import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { isAlive, thisWorker } from '../../src/run/worker';

test('a worker is a process, not only its number', async () => {
  const worker = thisWorker();
  assert.equal(worker.pid, process.pid);
  assert.ok(isAlive(worker));
  assert.ok(isAlive({ pid: worker.pid, host: worker.host }), 'runs that lack the start are judged by the number');
  assert.ok(!isAlive({ ...worker, started: '1' }), 'the number belongs to another process by now');
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid ?? 0;
  await new Promise((resolve) => child.once('close', resolve));
  assert.ok(!isAlive({ ...worker, pid, started: null }));
});

test('without a record of processes, a number of before a restart of the machine is somebody else', () => {
  const worker = { ...thisWorker(), started: 'boot 1000000' };
  assert.ok(isAlive(worker, () => 'boot 1000030'), 'a clock that was set');
  assert.ok(!isAlive(worker, () => 'boot 1009000'));
});
