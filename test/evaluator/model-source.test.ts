import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DigestMemory } from '../../src/checkpoint/digest-memory';
import { completeFingerprint } from '../../src/checkpoint/fingerprint';
import { openCheckpoint } from '../../src/checkpoint/open';
import { identity } from '../../src/evaluator/model-source';
import { localModels } from '../../src/evaluator/models';

const { signal } = new AbortController();

test('a checkpoint is every byte of it', async () => {
  const checkpoint = await openCheckpoint('examples/checkpoints/model-a');
  const fingerprint = await completeFingerprint({ ...checkpoint, fingerprint: null }, signal, { memory: new DigestMemory(null) });
  assert.equal(await identity({ kind: 'checkpoint', checkpoint: { ...checkpoint, fingerprint } }, signal), fingerprint);
});

test('a server is its address and its model', async () => {
  const of = (endpoint: string, model: string) => identity({ kind: 'endpoint', endpoint, model }, signal);
  const all = await Promise.all([of('http://a', 'm'), of('http://a', 'n'), of('http://b', 'm'), of('http://a","m', '')]);
  assert.equal(new Set(all).size, 4);
  assert.equal(await of('http://a', 'm'), all[0]);
});

test('a server cannot be opened yet, and that is said', async () => {
  await assert.rejects(localModels({ kind: 'endpoint', endpoint: 'http://a', model: 'm' }, { threads: null }), { code: 'endpoint-unsupported' });
});
