import assert from 'node:assert/strict';
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { DecodeSession } from '../../../src/model/onnx/decode-session';
import { bytesPerToken } from '../../../src/model/onnx/memory';
import { AssayError } from '../../../src/protocol/errors';
import { ScoringSession } from '../../../src/model/onnx/session';
import { ARCHITECTURES, chain } from './fixtures';
import { writeCheckpoint } from './synthetic';

const TOLERANCE = 2e-5;
const STEPS = 10;
const options = { device: cpuProfile(1), maxTokens: 64, prepacked: true } as const;
const tokenizer = join(__dirname, '../../../examples/checkpoints/model-a');

const folder = mkdtempSync(join(tmpdir(), 'assay-decode-'));
after(() => rmSync(folder, { recursive: true }));

/** Prompts of different lengths, one of a single token. */
function promptsFor(vocabulary: number): Int32Array[] {
  return [7, 40, 23, 1].map((length, row) => Int32Array.from({ length }, (_, index) => (index * 37 + row * 11 + 5) % vocabulary));
}

type Line = { readonly tokens: number[]; readonly logits: Float32Array[] };

/** Rows side by side in one cache, each as long as it is. */
async function together(session: DecodeSession, prompts: readonly Int32Array[]): Promise<Line[]> {
  const cache = session.cache(prompts.length, 64);
  const lines: Line[] = [];
  for (const [row, prompt] of prompts.entries()) {
    const { best, logits } = await session.forward(cache, { first: row, tokens: [prompt], past: [0], asked: [0] });
    lines.push({ tokens: [...best], logits: [logits] });
  }
  for (let step = 1; step < STEPS; step++) {
    const tokens = lines.map((line) => Int32Array.of(line.tokens.at(-1) ?? -1));
    const past = lines.map((line, row) => (prompts[row]?.length ?? 0) + line.tokens.length - 1);
    const { best, logits } = await session.forward(cache, { first: 0, tokens, past, asked: [...lines.keys()] });
    lines.forEach((line, row) => {
      line.tokens.push(best[row] ?? -1);
      line.logits.push(logits.slice(row * session.vocabularySize, (row + 1) * session.vocabularySize));
    });
  }
  return lines;
}

/** The same prompt alone: its first half once, copied from a cache of another size, the rest behind it. */
async function alone(session: DecodeSession, prompt: Int32Array): Promise<Line> {
  const half = prompt.length >> 1;
  const prefix = session.cache(1, Math.max(1, half));
  if (half > 0) await session.forward(prefix, { first: 0, tokens: [prompt.subarray(0, half)], past: [0], asked: [] });
  const cache = session.cache(3, 60);
  cache.copy(prefix, 0, 2, half);
  let next = await session.forward(cache, { first: 2, tokens: [prompt.subarray(half)], past: [half], asked: [0] });
  const line: Line = { tokens: [], logits: [] };
  for (let step = 0; ; step++) {
    line.tokens.push(next.best[0] ?? -1);
    line.logits.push(next.logits);
    if (step === STEPS - 1) return line;
    next = await session.forward(cache, { first: 2, tokens: [Int32Array.of(next.best[0] ?? -1)], past: [prompt.length + step], asked: [0] });
  }
}

function logprob(logits: Float32Array, token: number): number {
  const largest = logits.reduce((most, each) => Math.max(most, each), -Infinity);
  return (logits[token] ?? NaN) - largest - Math.log(logits.reduce((sum, each) => sum + Math.exp(each - largest), 0));
}

async function check(checkpoint: Checkpoint, vocabulary: number): Promise<void> {
  const scoring = await ScoringSession.open(checkpoint, options);
  const session = await DecodeSession.open(checkpoint, options);
  const prompts = promptsFor(vocabulary);
  const lines = await together(session, prompts);
  for (const [index, prompt] of prompts.entries()) {
    const line = lines[index] as Line;
    const { logprobs, greedy } = await scoring.score([chain([...prompt, ...line.tokens])]);
    line.tokens.forEach((token, step) => {
      const place = prompt.length - 1 + step;
      assert.equal(greedy[place], 1, `row ${index}, token ${step} is the most likely one`);
      assert.ok(Math.abs(logprob(line.logits[step] as Float32Array, token) - (logprobs[place] ?? NaN)) < TOLERANCE, `row ${index}, token ${step}`);
    });
    assert.deepEqual(await alone(session, prompt), line, `row ${index}: the same to the last bit, whatever its company`);
  }
  await session.release();
  await scoring.release();
}

for (const name of readdirSync(ARCHITECTURES)) {
  test(`${name}: what goes on token by token is what is scored`, async () => check(await openCheckpoint(join(ARCHITECTURES, name), { tokenizer }), 2000));
}

const llama = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 40, vocab_size: 60, tie_word_embeddings: false };
for (const [name, config] of Object.entries({
  'heads of 6 and a window': { ...llama, model_type: 'mistral', head_dim: 6, sliding_window: 3 },
  'heads of 10 with caps and windows': { ...llama, model_type: 'gemma2', head_dim: 10, sliding_window: 4, attn_logit_softcapping: 2, final_logit_softcapping: 3 },
  'heads of 100': { ...llama, model_type: 'llama', head_dim: 100 },
})) {
  test(`${name}: the same`, async () => check(await writeCheckpoint(join(folder, name.replaceAll(' ', '-')), config), 60));
}

test('a token takes keys and values of every layer', async () => {
  const session = await DecodeSession.open(await openCheckpoint(join(ARCHITECTURES, 'qwen3')), options);
  const { caches } = session.needs;
  assert.equal(bytesPerToken(caches), caches.length * 2 * (caches[0]?.heads ?? 0) * (caches[0]?.size ?? 0) * 4);
  assert.throws(() => session.cache(1 << 20, 1 << 20), RangeError);
  await session.release();
});

test('a greedy row whose logits are no numbers fails: its argmax is no token', async () => {
  const broken = join(folder, 'no-numbers');
  cpSync(join(ARCHITECTURES, 'qwen3'), broken, { recursive: true });
  const norm = (await openCheckpoint(broken, { tokenizer })).tensors.get('model.norm.weight');
  assert.ok(norm !== undefined);
  const file = openSync(norm.file, 'r+');
  writeSync(file, new Uint8Array(Float32Array.of(NaN).buffer), 0, norm.dtype === 'F32' ? 4 : 2, norm.offset);
  if (norm.dtype !== 'F32') writeSync(file, Uint8Array.of(0xff, 0xff), 0, 2, norm.offset);
  closeSync(file);
  const session = await DecodeSession.open(await openCheckpoint(broken, { tokenizer }), options);
  const forward = session.forward(session.cache(1, 8), { first: 0, tokens: [Int32Array.of(1, 2, 3)], past: [0], asked: [] });
  await assert.rejects(forward, (error) => error instanceof AssayError && error.code === 'engine-failed' && /no numbers/.test(error.message));
  await session.release();
});
