/** lock.json: one worker for a run. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
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

test('whoever comes while another takes a dead lock over: one holds it', () => {
  const place = folder();
  RunLock.take(place, ports([1], 1));
  const living = [2, 3, 4];
  const holders: number[] = [];
  const take = (own: number, meanwhile: readonly number[]): void => {
    const coming = [...meanwhile];
    const isAlive: LockPorts['isAlive'] = ({ pid }) => {
      // Each look at whether somebody is alive is a moment in which another process comes.
      const next = coming.shift();
      if (next !== undefined) take(next, []);
      return living.includes(pid);
    };
    try {
      RunLock.take(place, { ...ports(living, own), isAlive });
      holders.push(own);
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'run-active');
    }
  };
  take(2, [3, 4]);
  assert.deepEqual(holders, [3]);
  assert.equal(holderOf(place, ports(living, 5))?.pid, 3);
  assert.deepEqual(readdirSync(place), [LOCK_FILE]);
});

test('a process that died while it took a dead lock over holds nobody up', () => {
  const place = folder();
  RunLock.take(place, ports([1], 1));
  const dead = readFileSync(join(place, LOCK_FILE), 'utf8');
  const guard = `${LOCK_FILE}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  writeFileSync(join(place, guard), JSON.stringify({ pid: 2, host: 'here', started: null, since: '2026-01-01T00:00:00.000Z' }));
  assert.throws(() => RunLock.take(place, ports([2, 3], 3)), { code: 'run-active', message: /process 2 on here/ });
  const lock = RunLock.take(place, ports([3], 3));
  assert.equal(holderOf(place, ports([3], 4))?.pid, 3);
  assert.deepEqual(readdirSync(place), [LOCK_FILE]);
  lock.release();
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
