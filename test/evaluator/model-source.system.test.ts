import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DigestMemory } from '../../src/checkpoint/digest-memory';
import { completeFingerprint } from '../../src/checkpoint/fingerprint';
import { openCheckpoint } from '../../src/checkpoint/open';
import { type EndpointSource, identity } from '../../src/evaluator/model-source';
import { modelOpener } from '../../src/evaluator/models';
import { cpuProfile } from '../../src/model/device-profile';
import { ENDPOINT_DEFAULTS } from '../../src/config/endpoint-entry';
import type { AssayError } from '../../src/protocol/errors';

const { signal } = new AbortController();

test('a checkpoint is every byte of it', async () => {
  const checkpoint = await openCheckpoint('examples/checkpoints/model-a');
  const fingerprint = await completeFingerprint({ ...checkpoint, fingerprint: null }, signal, { memory: new DigestMemory(null) });
  assert.equal(await identity({ kind: 'checkpoint', precision: 'fp32', checkpoint: { ...checkpoint, fingerprint } }, signal), fingerprint);
});

test('a server is its address and its model', async () => {
  const served = { ...ENDPOINT_DEFAULTS, kind: 'endpoint', chat: false } as const;
  const of = (endpoint: string, model: string) => identity({ ...served, endpoint, model }, signal);
  const all = await Promise.all([of('http://a', 'm'), of('http://a', 'n'), of('http://b', 'm'), of('http://a","m', '')]);
  assert.equal(new Set(all).size, 4);
  assert.equal(await of('http://a', 'm'), all[0]);
  const cut = (more: Partial<EndpointSource>) => identity({ ...served, endpoint: 'http://a', model: 'm', ...more }, signal);
  assert.equal(new Set([all[0], await cut({ maxLength: 100 }), await cut({ tokenizer: 'examples/checkpoints/model-a' })]).size, 3);
  assert.equal(await cut({ concurrency: 1, timeout: 1, apiKeyEnv: 'K' }), all[0]);
});

test('a key is read by its name when its server is opened, and a bad one is never repeated', async () => {
  const source = { ...ENDPOINT_DEFAULTS, kind: 'endpoint', endpoint: 'http://127.0.0.1:9/v1', model: 'm', chat: false, apiKeyEnv: 'SERVER_KEY' } as const;
  const open = (value: string | undefined) => {
    const asked: string[] = [];
    const opened = modelOpener((name) => {
      asked.push(name);
      return Promise.resolve(value);
    })(source, { device: cpuProfile(1) });
    assert.deepEqual(asked, ['SERVER_KEY']);
    return opened;
  };
  await assert.rejects(open(undefined), { code: 'endpoint-key-missing' });
  await assert.rejects(open('two\nlines'), (error: AssayError) => error.code === 'endpoint-bad-key' && !JSON.stringify(error).includes('two'));
  await assert.rejects(open(' '), { code: 'endpoint-bad-key' });
});
