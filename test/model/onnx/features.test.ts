import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import { validateCheckpoint } from '../../../src/architecture/check';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { FeaturesSession } from '../../../src/model/onnx/features-session';
import type { Pooling } from '../../../src/model/onnx/wire';
import type { Pool } from '../../../src/model/request';
import { ARCHITECTURES, largestDifference } from './fixtures';
import { referenceStates, tensorReader } from './reference';
import { randomNumbers, writeCheckpoint } from './synthetic';
import { VARIANTS, VOCABULARY } from './variants';

const POOLS: readonly Pool[] = ['last', 'mean', 'first'];
const options = { device: cpuProfile(1), maxTokens: 8 } as const;

const folder = mkdtempSync(join(tmpdir(), 'assay-features-'));
after(() => rmSync(folder, { recursive: true }));

function randomRow(seed: number, length: number, vocabulary = VOCABULARY): Int32Array {
  const random = randomNumbers(seed);
  return Int32Array.from({ length }, () => Math.floor(random() * vocabulary));
}

const everything = (blocks: number): Pooling[] => Array.from({ length: blocks + 1 }, (_, layer) => POOLS.map((pool) => ({ layer, pool }))).flat();

/** In float64 and plain loops: of each pooling the vectors of all rows, one after the other. */
function expected(checkpoint: Checkpoint, rows: readonly Int32Array[], wanted: readonly Pooling[]): number[][] {
  const { description } = validateCheckpoint(checkpoint);
  const read = tensorReader(checkpoint.tensors);
  const states = rows.map((row) => referenceStates(description, read, [...row], [...row.map((_, place) => place - 1)]));
  return wanted.map(({ layer, pool }) => states.flatMap((layers) => pooled(layers[layer] ?? [], pool)));
}

function pooled(tokens: readonly ArrayLike<number>[], pool: Pool): number[] {
  if (pool === 'first') return Array.from(tokens[0] ?? []);
  if (pool === 'last') return Array.from(tokens.at(-1) ?? []);
  return Array.from(tokens[0] ?? [], (_, index) => tokens.reduce((sum, token) => sum + (token[index] ?? NaN), 0) / tokens.length);
}

/** Within `tolerance` of the largest entry, or of 1. */
function assertNear(vectors: readonly ArrayLike<number>[], want: readonly (readonly number[])[], tolerance: number): void {
  assert.equal(vectors.length, want.length);
  vectors.forEach((vector, index) => {
    const scale = Math.max(1, ...(want[index] ?? []).map(Math.abs));
    const difference = largestDifference(vector, want[index] ?? []) / scale;
    assert.ok(difference < tolerance, `pooling ${index}: ${difference}`);
  });
}

for (const [name, config] of Object.entries(VARIANTS)) {
  test(`${name}: every layer and pool, rows padded in one batch`, async () => {
    const checkpoint = await writeCheckpoint(join(folder, name.replace(/\W+/g, '-')), config);
    const wanted = everything(validateCheckpoint(checkpoint).description.blocks.length);
    const rows = [randomRow(1, 17), randomRow(2, 5), randomRow(3, 1)];
    const session = new FeaturesSession(checkpoint, options);
    assertNear(await session.pooled(rows, wanted), expected(checkpoint, rows, wanted), 2e-5);
    await session.release();
  });
}

for (const name of readdirSync(ARCHITECTURES)) {
  test(`${basename(name)}: stored weights, cast at once or when read`, async () => {
    const checkpoint = await openCheckpoint(join(ARCHITECTURES, name), { tokenizer: join(__dirname, '../../../examples/checkpoints/model-a') });
    const wanted = everything(validateCheckpoint(checkpoint).description.blocks.length);
    const rows = [randomRow(4, 9), randomRow(5, 2)];
    const want = expected(checkpoint, rows, wanted);
    for (const casting of ['folded', 'lazy'] as const) {
      const session = new FeaturesSession(checkpoint, { ...options, casting });
      assertNear(await session.pooled(rows, wanted), want, 2e-5);
      await session.release();
    }
  });
}

test('layers asked for one after the other, shallow after deep, give what they give together', async () => {
  const checkpoint = await writeCheckpoint(join(folder, 'after'), VARIANTS['gpt2'] ?? {});
  const rows = [randomRow(6, 12), randomRow(7, 30)];
  const wanted = everything(3);
  const want = expected(checkpoint, rows, wanted);
  const session = new FeaturesSession(checkpoint, options);
  for (const [index, pooling] of [...wanted.entries(), ...[...wanted.entries()].reverse()]) {
    assertNear(await session.pooled(rows, [pooling]), [want[index] ?? []], 2e-5);
  }
  await session.release();
});

test('a row gives what it gives alone, whatever it is padded to', async () => {
  const checkpoint = await writeCheckpoint(join(folder, 'padded'), VARIANTS['gemma2, small caps'] ?? {});
  const wanted = everything(2);
  const rows = [randomRow(8, 33), randomRow(9, 4), randomRow(10, 11)];
  const session = new FeaturesSession(checkpoint, options);
  const together = await session.pooled(rows, wanted);
  for (const [place, row] of rows.entries()) {
    const alone = await session.pooled([row], wanted);
    alone.forEach((vector, index) => {
      const all = together[index] ?? new Float32Array();
      const width = all.length / rows.length;
      assertNear([vector], [[...all.slice(place * width, (place + 1) * width)]], 1e-6);
    });
  }
  await session.release();
});

test('a text longer than the learned positions is an error by name', async () => {
  const checkpoint = await writeCheckpoint(join(folder, 'positions'), VARIANTS['opt'] ?? {});
  const session = new FeaturesSession(checkpoint, options);
  await assert.rejects(session.pooled([randomRow(11, 41)], [{ layer: 0, pool: 'mean' }]), { code: 'too-many-positions' });
  assert.equal((await session.pooled([randomRow(11, 40)], [{ layer: 0, pool: 'mean' }])).length, 1);
  await session.release();
});
