import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError } from '../../src/protocol/errors';
import { takeUp } from '../../src/run/take-up';

const { signal } = new AbortController();
const active = new AssayError('run-active', { path: '/run', pid: 1, host: 'here', since: 'now' });

/** Fails so often, then gives what was asked for. */
function failing(times: number, error: Error = active): { readonly take: () => string; readonly asked: () => number } {
  let asked = 0;
  return { asked: () => asked, take: () => (++asked > times ? 'taken' : throws(error)) };
}

function throws(error: Error): never {
  throw error;
}

const atOnce = (): Promise<void> => Promise.resolve();

test('who is just leaving a run is waited for', async () => {
  const { take, asked } = failing(3);
  assert.equal(await takeUp(take, signal, atOnce), 'taken');
  assert.equal(asked(), 4);
});

test('somebody who stays is told of; what else goes wrong is told at once', async () => {
  const staying = failing(1000);
  await assert.rejects(takeUp(staying.take, signal, atOnce), { code: 'run-active' });
  assert.equal(staying.asked(), 40);
  const broken = failing(1000, new AssayError('broken-journal', { file: 'j' }));
  await assert.rejects(takeUp(broken.take, signal, atOnce), { code: 'broken-journal' });
  assert.equal(broken.asked(), 1);
});

test('a cancel ends the waiting', async () => {
  const controller = new AbortController();
  const { take } = failing(1000);
  await assert.rejects(takeUp(take, controller.signal, () => Promise.resolve(controller.abort())), { code: 'cancelled' });
});
