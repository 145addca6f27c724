import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TensorDtype } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { cpuProfile } from '../../../src/model/device-profile';
import { DecodeSession } from '../../../src/model/onnx/decode-session';
import { FeaturesSession } from '../../../src/model/onnx/features-session';
import { quantizeColumns, quantizeRows } from '../../../src/model/onnx/quantize';
import { probeCodes } from '../../../src/model/onnx/quantized-feeds';
import { type Codes, QuantizedWeights } from '../../../src/model/onnx/quantized-weights';
import { ScoringSession } from '../../../src/model/onnx/session';
import { FloatReader } from '../../../src/model/onnx/stored-numbers';
import { ARCHITECTURES, chain, expectedItems, largestDifference } from './fixtures';
import { randomNumbers } from './synthetic';

/** One stored outputs first, one inputs first, one in bfloat16 and two files. */
const NAMES = ['qwen3', 'gpt2-f32', 'llama-bf16-sharded'];
const options = { device: cpuProfile(1), maxTokens: 64 } as const;

async function checkpointOf(name: string, codes: () => Promise<Codes> = probeCodes) {
  const checkpoint = await openCheckpoint(join(ARCHITECTURES, name));
  return { checkpoint, int8: { ...options, quantized: new QuantizedWeights(checkpoint.tensors, codes) } };
}

/**
 * Rounding to 255 steps of a row's largest number moves a product by about 0.8 % (both sides by 0.6 %), and the seven products of each
 * of a few layers add up to some 2 % of what varies. A layer read in the wrong layout, or a wrong scale, moves numbers by all that varies.
 */
const MEAN_TOLERANCE = 0.05;
const MOST_TOLERANCE = 0.25;

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

for (const name of NAMES) {
  test(`${name} in int8: near float32, in any company, whatever the engine's codes`, async () => {
    const { checkpoint, int8 } = await checkpointOf(name);
    const rows = expectedItems(join(ARCHITECTURES, name)).map(({ token_ids: ids }) => chain(ids)).filter(({ targets }) => targets.length > 0);
    const expected = expectedItems(join(ARCHITECTURES, name)).flatMap(({ logprobs }) => logprobs);
    const session = await ScoringSession.open(checkpoint, int8);
    const alone: number[] = [];
    for (const row of rows) alone.push(...(await session.score([row])).logprobs);
    const differences = alone.map((value, index) => Math.abs(value - (expected[index] ?? NaN)));
    const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
    assert.equal(alone.length, expected.length);
    assert.ok(mean > 1e-5, 'it is not float32');
    assert.ok(mean < MEAN_TOLERANCE * spread(expected), `mean ${mean} of ${spread(expected)}`);
    assert.ok(Math.max(...differences) < MOST_TOLERANCE * spread(expected), `most ${Math.max(...differences)} of ${spread(expected)}`);
    assert.deepEqual([...(await session.score(rows)).logprobs], alone, 'together as alone');
    await session.release();
    const unsigned = await checkpointOf(name, () => Promise.resolve('uint8'));
    const other = await ScoringSession.open(unsigned.checkpoint, unsigned.int8);
    assert.deepEqual([...(await other.score(rows)).logprobs], alone, 'sums are exact in either code');
    await other.release();
  });
}

test('hidden states and generation in int8 are near float32, and not it', async () => {
  const { checkpoint, int8 } = await checkpointOf('qwen3');
  const tokens = Int32Array.from({ length: 12 }, (_, index) => 100 + index);
  const pooled = async (session: FeaturesSession): Promise<Float32Array> => {
    const [vectors] = await session.pooled([tokens], [{ layer: 1, pool: 'last' }]);
    await session.release();
    return vectors ?? new Float32Array(0);
  };
  const [exact, near] = [await pooled(new FeaturesSession(checkpoint, options)), await pooled(new FeaturesSession(checkpoint, int8))];
  const size = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0));
  const distance = Math.sqrt(exact.reduce((sum, value, index) => sum + (value - (near[index] ?? NaN)) ** 2, 0));
  assert.ok(distance > 0 && distance < 0.05 * size, `${distance} of ${size}`);
  const logits = async (chosen: typeof options): Promise<Float32Array> => {
    const session = await DecodeSession.open(checkpoint, chosen);
    const next = await session.forward(session.cache(1, 16), { first: 0, tokens: [tokens], past: [0], asked: [0] });
    await session.release();
    return next.logits.slice();
  };
  const [plain, quick] = [await logits(options), await logits(int8)];
  assert.ok(largestDifference(quick, plain) > 0 && largestDifference(quick, plain) < MOST_TOLERANCE * spread([...plain]));
});

test('numbers become the nearest of 255 steps of their output, from either layout', () => {
  const random = randomNumbers(5);
  const [inputs, outputs] = [19, 70];
  const rows = Float32Array.from({ length: inputs * outputs }, (_, index) => (index < inputs ? 0 : (random() - 0.5) * 10 ** Math.floor(index / 200)));
  const turned = Float32Array.from(rows, (_, index) => rows[(index % outputs) * inputs + Math.floor(index / outputs)] ?? NaN);
  const matrix = { values: new Int8Array(inputs * outputs), scales: new Float32Array(outputs) };
  for (const [first, end] of [[0, 64], [64, 70]] as const) quantizeRows(rows.subarray(first * inputs, end * inputs), inputs, first, matrix);
  assert.deepEqual(matrix, quantizeColumns(turned, outputs));
  const atOnce = { values: new Int8Array(inputs * outputs), scales: new Float32Array(outputs) };
  quantizeRows(rows, inputs, 0, atOnce);
  assert.deepEqual(atOnce, matrix);
  turned.forEach((value, index) => {
    const scale = matrix.scales[index % outputs] ?? NaN;
    assert.ok(Math.abs((matrix.values[index] ?? NaN) * scale - value) <= scale * 0.5001, `number ${index}`);
  });
  assert.deepEqual([matrix.scales[0], matrix.values[0]], [0, 0], 'an output of zeros');
  assert.ok(matrix.values.every((value) => value >= -127));
});

test('a weight that is no number makes scores that are none', () => {
  const broken = { values: new Int8Array(2), scales: new Float32Array(1) };
  quantizeRows(Float32Array.of(NaN, 1), 2, 0, broken);
  assert.ok(Number.isNaN(broken.scales[0]));
});

test('stored numbers, and fewer of them in the same memory', () => {
  const floats = (dtype: TensorDtype, stored: Uint16Array | Float32Array): number[] => {
    const reader = new FloatReader(dtype, 9);
    reader.bytes.fill(0xff);
    reader.bytes.set(new Uint8Array(stored.buffer));
    return [...reader.floats(stored.length)];
  };
  assert.deepEqual(floats('F16', Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x3555)), [1, -2, 65504, 2 ** -24, -0, Infinity, 0.333251953125]);
  assert.ok(Number.isNaN(floats('F16', Uint16Array.of(0x7e01))[0]));
  assert.deepEqual(floats('BF16', Uint16Array.of(0x3f80, 0xc020)), [1, -2.5]);
  assert.deepEqual(floats('F32', Float32Array.of(1.5, -3)), [1.5, -3]);
});
