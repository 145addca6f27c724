import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { cachedRows, chooseCasting, chooseStorage, headRows, prepackingFits } from '../../../src/model/onnx/memory';
import { ScoringSession } from '../../../src/model/onnx/session';
import type { ScoringRow } from '../../../src/model/onnx/wire';
import { AssayError } from '../../../src/protocol/errors';
import { ARCHITECTURES, asTree, chain, expectedItems, largestDifference } from './fixtures';
import { randomNumbers } from './synthetic';

const options = { device: cpuProfile(1), maxTokens: 64 } as const;

async function open(name: string): Promise<ScoringSession> {
  return ScoringSession.open(await openCheckpoint(join(ARCHITECTURES, name)), options);
}

function randomChain(seed: number, length: number): ScoringRow {
  const random = randomNumbers(seed);
  return chain(Array.from({ length: length + 1 }, () => Math.floor(random() * 2048)));
}

test('a padded row scores exactly as it does alone, and the same every time', async () => {
  for (const name of ['llama-bf16-sharded', 'gemma2', 'gpt2-f32']) {
    const session = await open(name);
    for (const shape of [(row: ScoringRow) => row, asTree]) {
      const rows = [3, 130, 41].map((length) => shape(randomChain(length, length)));
      const alone: number[] = [];
      for (const row of rows) alone.push(...(await session.score([row])).logprobs);
      assert.deepEqual([...(await session.score(rows)).logprobs], alone);
      assert.deepEqual([...(await session.score(rows)).logprobs], alone);
    }
    await session.release();
  }
});

test('more scored tokens than the head takes at once, in the order they were asked', async () => {
  const session = await open('qwen3');
  const [, , , , item] = expectedItems(join(ARCHITECTURES, 'qwen3'));
  assert.ok(item !== undefined && item.token_ids.length > 300);
  const row = chain(item.token_ids);
  const backwards = { ...row, positions: row.positions.slice().reverse(), targets: row.targets.slice().reverse() };
  const forth = await session.score([row]);
  const back = await session.score([backwards]);
  assert.deepEqual(back.logprobs.reverse(), forth.logprobs);
  assert.deepEqual(back.greedy.reverse(), forth.greedy);
  await session.release();
});

test('nothing to score', async () => {
  const session = await open('qwen3');
  assert.equal((await session.score([])).logprobs.length, 0);
  assert.equal((await session.score([{ ...randomChain(1, 4), positions: new Int32Array(0), targets: new Int32Array(0) }])).logprobs.length, 0);
  await session.release();
});

test('texts longer than learned positions, and token ids beyond the vocabulary, are errors', async () => {
  const session = await open('gpt2-f32');
  const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;
  await session.score([randomChain(1, 512)]);
  await assert.rejects(session.score([randomChain(1, 513)]), code('too-many-positions'));
  await assert.rejects(session.score([{ ...randomChain(1, 4), tokens: Int32Array.of(1, 2, 9999, 3) }]), code('engine-failed'));
    await session.release();
});

test('weights lie packed where two copies fit and packing takes no long time', () => {
  const device = cpuProfile(1);
  const stored = (dtype: 'F32' | 'BF16', parameters: number, times: number) => chooseStorage({ parameters, dtype }, parameters * 4 * times, device);
  assert.deepEqual([5.2, 4.8].map((times) => stored('F32', 1000, times)), ['packed', 'mapped']);
  assert.deepEqual([5.2, 4.8, 2.6, 2.4].map((times) => stored('BF16', 1000, times)), ['packed', 'folded', 'folded', 'lazy']);
  assert.deepEqual((['F32', 'BF16'] as const).map((dtype) => stored(dtype, 494e6, 100)), ['mapped', 'folded']);
});

test('each way of holding weights is told, and scores alike', async () => {
  const row = randomChain(5, 70);
  const scores: number[][] = [];
  for (const storage of ['folded', 'lazy', 'packed'] as const) {
    const session = await ScoringSession.open(await openCheckpoint(join(ARCHITECTURES, 'llama-bf16-sharded')), { ...options, storage });
    assert.equal(session.storage, storage);
    scores.push([...(await session.score([row, asTree(row)])).logprobs]);
    await session.release();
  }
  const [first = [], ...others] = scores;
  for (const other of others) assert.ok(largestDifference(first, other) < 1e-5);
});

test('how weights are cast and how many rows the head takes', async () => {
  const checkpoint = await openCheckpoint(join(ARCHITECTURES, 'qwen3'));
  const bytes = checkpoint.parameters * 4;
  const device = cpuProfile(1);
  assert.equal(chooseCasting(checkpoint, bytes * 2.6, device), 'folded');
  assert.equal(chooseCasting(checkpoint, bytes * 2.4, device), 'lazy');
  assert.deepEqual([2048, 151_936, 10_000_000].map((size) => headRows(size, device)), [256, 110, 32]);
  assert.deepEqual([2.6, 2.4].map((times) => prepackingFits({ parameters: 1000, dtype: 'F32' }, 4000 * times, device)), [true, false]);
  assert.deepEqual([5.2, 4.8].map((times) => prepackingFits({ parameters: 1000, dtype: 'BF16' }, 4000 * times, device)), [true, false]);
  assert.deepEqual([1, 10, 100, 1000].map((bytes) => cachedRows(bytes, 1000, device)), [32, 32, 4, 1]);
});
