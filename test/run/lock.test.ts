/** lock.json: one worker for a run. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { holderOf, LOCK_FILE, type LockPorts, RunLock } from '../../src/run/lock';

const folder = (): string => mkdtempSync(join(tmpdir(), 'assay-lock-'));
const ports = (living: readonly number[], own: number, host = 'here'): LockPorts => ({
  worker: () => ({ pid: own, host, started: null }),
  isAlive: ({ pid }) => living.includes(pid),
  host: () => host,
  now: Date.now,
});

test('who comes second is told who works on it; a released lock is free', () => {
  const place = folder();
  const lock = RunLock.take(place, ports([1, 2], 1));
  assert.throws(() => RunLock.take(place, ports([1, 2], 2)), { code: 'run-active', message: /process 1 on here/ });
  lock.release();
  RunLock.take(place, ports([1, 2], 2)).release();
  assert.deepEqual(readdirSync(place), []);
});

test('the lock of a process that is gone is taken over, and one that cannot be read', () => {
  const place = folder();
  RunLock.take(place, ports([1], 1));
  const second = RunLock.take(place, ports([2], 2));
  assert.equal(holderOf(place, ports([2], 3))?.pid, 2);
  second.release();
  writeFileSync(join(place, LOCK_FILE), '{"pid": ');
  RunLock.take(place, ports([2], 2)).release();
});

test('the same process number on another host is somebody else, for as long as its lock is touched', () => {
  const place = folder();
  RunLock.take(place, ports([7], 7, 'there'));
  assert.throws(() => RunLock.take(place, ports([7], 7, 'here')), { code: 'run-active', message: /process 7 on there/ });
  const long = new Date(Date.now() - 3_600_000);
  utimesSync(join(place, LOCK_FILE), long, long);
  RunLock.take(place, ports([7], 7, 'here')).release();
});

test('a lock is never written through a link', () => {
  const place = folder();
  writeFileSync(join(place, 'mine'), 'mine');
  symlinkSync(join(place, 'mine'), join(place, LOCK_FILE));
  RunLock.take(place, ports([1], 1)).release();
  assert.equal(readFileSync(join(place, 'mine'), 'utf8'), 'mine');
});

test('of many processes that find a dead lock one gets it', async () => {
  const place = folder();
  writeFileSync(join(place, LOCK_FILE), JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname(), started: null, since: '2026-01-01T00:00:00.000Z' }));
  const script = `
    const { RunLock } = require(${JSON.stringify(join(__dirname, '../../src/run/lock.ts'))});
    process.once('message', () => {
      try { RunLock.take(${JSON.stringify(place)}); process.send('taken'); } catch (error) { process.send(error.code); }
      process.once('message', () => process.exit(0));
    });
    process.send('ready');`;
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  const said = (): Promise<unknown[]> => Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
  await said();
  const answers = said();
  for (const child of children) child.send('go');
  const sorted = (await answers).sort();
  for (const child of children) child.send('end');
  assert.deepEqual(sorted, ['run-active', 'run-active', 'run-active', 'taken']);
  assert.ok(existsSync(join(place, LOCK_FILE)));
});
