import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import type { Continued, Next } from '../../../src/model/onnx/decode-session';
import { type Decoder, GenerationLoop } from '../../../src/model/onnx/generation-loop';
import { KvCache } from '../../../src/model/onnx/kv-cache';
import type { LayerCache } from '../../../src/model/onnx/row-inputs';
import type { FromModelProcess, GenerationRow } from '../../../src/model/onnx/wire';
import { AssayError } from '../../../src/protocol/errors';

const LAYER: LayerCache = { heads: 2, size: 1, key: { past: 'k', present: 'K' }, value: { past: 'v', present: 'V' } };
const VOCABULARY = 1000;

/** Keeps tokens as keys; the next token is the sum of all it holds of a row, modulo the vocabulary: wrong where a row is mixed up. */
class AddingDecoder implements Decoder {
  readonly needs = { positions: false, lengths: true, masks: [], rotaries: [], caches: [LAYER] };
  readonly vocabularySize = VOCABULARY;
  readonly runs: Continued[] = [];
  caches = 0;
  before: (run: Continued) => void = () => undefined;

  cache(rows: number, places: number): KvCache {
    this.caches++;
    return new KvCache([LAYER], rows, places);
  }

  async forward(cache: KvCache, run: Continued): Promise<Next> {
    this.before(run);
    this.runs.push(run);
    const best = run.tokens.map((tokens, index) => {
      const past = run.past[index] ?? 0;
      const data = cache.bind(run.first + index, 1).past['k']?.data as Float32Array;
      for (let head = 0; head < 2; head++) tokens.forEach((token, place) => (data[head * cache.places + past + place] = token));
      const held = past + tokens.length;
      const sums = [0, 1].map((head) => data.subarray(head * cache.places, head * cache.places + held).reduce((sum, token) => sum + token, 0));
      assert.equal(sums[0], sums[1]);
      return (sums[0] ?? 0) % VOCABULARY;
    });
    return { best: Int32Array.from(best), logits: new Float32Array(run.asked.length * VOCABULARY) };
  }
}

/** What the decoder above says after `tokens`. */
function expected(tokens: readonly number[], count: number): number[] {
  const all = [...tokens];
  for (let step = 0; step < count; step++) all.push(all.reduce((sum, token) => sum + token, 0) % VOCABULARY);
  return all.slice(tokens.length);
}

const choice = { random: null, repetitionPenalty: 1, noRepeatGram: 0, suppressed: [], suppressedFirst: [] };
const row = (id: number, tokens: readonly number[], maxTokens: number, more: Partial<GenerationRow> = {}): GenerationRow => ({ id, tokens: Int32Array.from(tokens), maxTokens, ends: [], choice, prefix: null, ...more });
const prompt = (id: number, length = 5): number[] => Array.from({ length }, (_, index) => (id * 31 + index * 7 + 1) % VOCABULARY);

class Told {
  readonly tokens = new Map<number, number[]>();
  readonly ends = new Map<number, string>();
  readonly errors: string[] = [];
  readonly warnings: unknown[] = [];
  onTurn: () => void = () => undefined;

  readonly receive = (message: FromModelProcess): void => {
    if (message.type === 'generation-failed') this.errors.push(`${message.error.code}: ${message.rows.join(' ')}`);
    if (message.type !== 'generated') return;
    for (const { row: id, token, end } of message.rows) {
      assert.ok(!this.ends.has(id), `row ${id} has ended`);
      if (token !== null) this.tokens.set(id, [...(this.tokens.get(id) ?? []), token]);
      if (end !== null) this.ends.set(id, end);
    }
    this.onTurn();
  };
}

function loopOf(decoder: Decoder): { loop: GenerationLoop; told: Told } {
  const told = new Told();
  return { told, loop: new GenerationLoop({ checkpoint: { files: [] }, device: cpuProfile(1), open: () => Promise.resolve(decoder), warn: ({ code, args }) => told.warnings.push([code, args]) }, told.receive) };
}

test('many rows of many lengths through few places: each as it goes on alone', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  const rows = Array.from({ length: 100 }, (_, id) => row(id, prompt(id, 1 + (id % 9)), 1 + ((id * 7) % 23)));
  await loop.add(rows);
  for (const { id, tokens, maxTokens } of rows) {
    assert.deepEqual(told.tokens.get(id), expected([...tokens], maxTokens), `row ${id}`);
    assert.equal(told.ends.get(id), 'length');
  }
  const most = Math.max(...decoder.runs.map((run) => run.tokens.length));
  assert.equal(most, 32);
  const steps = decoder.runs.filter((run) => run.tokens.length > 1).length;
  const tokens = rows.reduce((sum, { maxTokens }) => sum + maxTokens, 0);
  assert.ok(steps < tokens / 10, `${steps} steps for ${tokens} tokens: rows that end make room`);
  assert.equal(decoder.caches, 1);
});

test('answers that fill the cache move into one with more places', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  const rows = [row(1, prompt(1), 400), row(2, prompt(2, 90), 5), row(3, prompt(3, 2), 150)];
  await loop.add(rows);
  for (const { id, tokens, maxTokens } of rows) assert.deepEqual(told.tokens.get(id), expected([...tokens], maxTokens), `row ${id}`);
  assert.ok(decoder.caches > 1 && decoder.caches < 8, `${decoder.caches} caches`);
});

test('an end token ends its row and is told; a stopped row leaves, also one that waits', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  const third = expected(prompt(1), 3)[2] ?? -1;
  told.onTurn = () => {
    if (told.tokens.get(2)?.length === 4) loop.stop([2, 39, 777]);
  };
  await loop.add([row(1, prompt(1), 50, { ends: [third] }), row(2, prompt(2), 1000), ...Array.from({ length: 38 }, (_, index) => row(index + 3, prompt(index + 3), 60))]);
  assert.deepEqual([told.tokens.get(1), told.ends.get(1)], [expected(prompt(1), 3), 'eos']);
  assert.equal(told.ends.get(2), 'stopped');
  assert.deepEqual(told.tokens.get(2), expected(prompt(2), 1000).slice(0, told.tokens.get(2)?.length));
  assert.ok((told.tokens.get(2)?.length ?? 0) <= 5);
  assert.equal(told.ends.get(39), 'stopped');
  assert.equal(told.ends.size, 40);
});

test('a prefix is run once, its rows start behind it; long prompts are run in parts', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  const prefix = Array.from({ length: 600 }, (_, index) => (index * 13) % VOCABULARY);
  const rows = [0, 1, 2].map((id) => row(id, [...prefix, ...prompt(id)], 6, { prefix: { id: 9, tokens: 600 } }));
  await loop.add(rows);
  for (const { id } of rows) assert.deepEqual(told.tokens.get(id), expected([...prefix, ...prompt(id)], 6));
  assert.deepEqual(decoder.runs.slice(0, 6).map((run) => run.tokens[0]?.length), [256, 256, 88, 5, 5, 5]);
});

test('rows that come while others go on join them; a longer one waits for a cache of its size', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  let joined = false;
  told.onTurn = () => {
    if (joined) return;
    joined = true;
    void loop.add([row(10, prompt(10), 8), row(11, prompt(11, 40), 30)]);
  };
  await loop.add([row(1, prompt(1), 20)]);
  assert.deepEqual(told.tokens.get(10), expected(prompt(10), 8));
  assert.deepEqual(told.tokens.get(11), expected(prompt(11, 40), 30));
  assert.equal(decoder.caches, 2);
});

test('short of memory: half as many rows go on from what they have, the texts are the same', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  decoder.before = (run) => {
    if (run.tokens.length > 3) throw new AssayError('engine-failed', { detail: 'Failed to allocate memory for requested buffer of size 99' });
  };
  const rows = Array.from({ length: 9 }, (_, id) => row(id, prompt(id), 12));
  await loop.add(rows);
  for (const { id } of rows) assert.deepEqual(told.tokens.get(id), expected(prompt(id), 12));
  assert.deepEqual(told.errors, []);
  assert.deepEqual(told.warnings, [['fewer-rows-at-once', { tried: 9, most: 4 }]]);
});

test('a cache that gets no memory: the same', async () => {
  const decoder = new AddingDecoder();
  const cache = decoder.cache.bind(decoder);
  const asked: number[] = [];
  decoder.cache = (count, places) => {
    asked.push(count);
    if (count > 1) throw new RangeError('Array buffer allocation failed');
    return cache(count, places);
  };
  const { loop, told } = loopOf(decoder);
  await loop.add([row(1, prompt(1), 4), row(2, prompt(2), 4)]);
  assert.deepEqual([told.tokens.get(1), told.tokens.get(2)], [expected(prompt(1), 4), expected(prompt(2), 4)]);
  assert.deepEqual(asked.slice(0, 6), [32, 16, 8, 4, 2, 1]);
});

test('what the engine cannot do fails every row, and the next ones are tried', async () => {
  const decoder = new AddingDecoder();
  const { loop, told } = loopOf(decoder);
  decoder.before = () => {
    throw new AssayError('engine-failed', { detail: 'no' });
  };
  await loop.add([row(1, prompt(1), 4), row(2, prompt(2), 4)]);
  assert.deepEqual(told.errors, ['engine-failed: 1 2']);
  decoder.before = () => undefined;
  await loop.add([row(3, prompt(3), 4)]);
  assert.deepEqual(told.tokens.get(3), expected(prompt(3), 4));
});
