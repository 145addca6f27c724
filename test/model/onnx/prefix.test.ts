import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { cpuProfile } from '../../../src/model/device-profile';
import { ScoringSession } from '../../../src/model/onnx/session';
import type { ScoringRow } from '../../../src/model/onnx/wire';
import { AssayError } from '../../../src/protocol/errors';
import { ARCHITECTURES, largestDifference } from './fixtures';
import { randomNumbers, writeCheckpoint } from './synthetic';
import { VARIANTS, VOCABULARY } from './variants';

const TOLERANCE = 3e-5;
const options = { device: cpuProfile(1), maxTokens: 64 } as const;
const tokenizer = join(__dirname, '../../../examples/checkpoints/model-a');

const folder = mkdtempSync(join(tmpdir(), 'assay-prefix-'));
after(() => rmSync(folder, { recursive: true }));

const tokensOf = (random: () => number, length: number, vocabulary: number): Int32Array => Int32Array.from({ length }, () => Math.floor(random() * vocabulary));

/** A random forest: some nodes follow the prefix itself, every node scores a target. */
function forest(random: () => number, size: number, vocabulary: number): ScoringRow {
  const tokens = tokensOf(random, size, vocabulary);
  return {
    tokens,
    parents: tokens.map((_, node) => (random() < 0.4 ? Math.floor(random() * (node + 1)) - 1 : node - 1)),
    positions: tokens.map((_, node) => node),
    targets: tokensOf(random, size, vocabulary),
  };
}

const chainOf = (row: ScoringRow): ScoringRow => ({ ...row, parents: null });

/** The prefix and the row in one tree, as nobody holds anything. */
function whole(prefix: Int32Array, row: ScoringRow): ScoringRow {
  const parents = row.parents ?? row.tokens.map((_, node) => node - 1);
  return {
    tokens: Int32Array.from([...prefix, ...row.tokens]),
    parents: Int32Array.from([...prefix.keys(), ...parents.map((parent) => parent + prefix.length + 1)], (parent) => parent - 1),
    positions: row.positions.map((node) => node + prefix.length),
    targets: row.targets,
  };
}

async function check(checkpoint: Checkpoint, vocabulary: number): Promise<void> {
  const session = await ScoringSession.open(checkpoint, options);
  const random = randomNumbers(vocabulary);
  const prefix = tokensOf(random, 197, vocabulary);
  const other = Int32Array.from([...prefix.subarray(0, 64), ...tokensOf(random, 66, vocabulary)]);
  const rows = [forest(random, 40, vocabulary), chainOf(forest(random, 7, vocabulary)), forest(random, 300, vocabulary), forest(random, 1, vocabulary)];
  const seen = new Map<string, Float32Array>();
  // Longer, cut, another one with the same beginning, and each of them again.
  for (const [round, of] of [prefix, prefix.subarray(0, 128), prefix, other, prefix.subarray(0, 195), prefix, other].entries()) {
    for (const [index, row] of rows.entries()) {
      const { logprobs, greedy } = await session.score([row], undefined, of);
      const plain = await session.score([whole(of, row)]);
      const difference = largestDifference(logprobs, plain.logprobs);
      assert.ok(difference < TOLERANCE, `round ${round}, row ${index}: ${difference}`);
      assert.deepEqual(greedy, plain.greedy);
      const name = `${of.join()}/${index}`;
      assert.deepEqual(logprobs, seen.get(name) ?? logprobs, `round ${round}, row ${index}: the same to the last bit, whatever was held`);
      seen.set(name, logprobs);
    }
  }
  await session.release();
}

for (const name of readdirSync(ARCHITECTURES)) {
  test(`${name}: behind a prefix that is held, what is computed with it`, async () => check(await openCheckpoint(join(ARCHITECTURES, name), { tokenizer }), 2000));
}

for (const [name, config] of Object.entries(VARIANTS)) {
  const roomy = { ...config, ...('n_positions' in config && { n_positions: 600 }), ...(config.model_type === 'opt' && { max_position_embeddings: 600 }) };
  test(`${name}: the same`, async () => check(await writeCheckpoint(join(folder, name.replace(/\W+/g, '-')), roomy), VOCABULARY));
}

test('a prefix is read once, in pieces; a row behind it may not go beyond learned positions', async () => {
  const session = await ScoringSession.open(await openCheckpoint(join(ARCHITECTURES, 'gpt2-f32')), options);
  const random = randomNumbers(5);
  const prefix = tokensOf(random, 448, 2000);
  const row = forest(random, 20, 2000);
  const fed: number[] = [];
  for (const of of [prefix, prefix, prefix.subarray(0, 384), prefix, prefix.subarray(0, 440), prefix.subarray(0, 440)]) fed.push((await session.score([row], undefined, of)).tokens);
  assert.deepEqual(fed, [468, 20, 20, 84, 76, 20]);
  await session.score([chainOf(forest(random, 64, 2000))], undefined, prefix);
  await assert.rejects(session.score([chainOf(forest(random, 65, 2000))], undefined, prefix), (error) => error instanceof AssayError && error.code === 'too-many-positions');
  await session.release();
});

test('a batch that is given up between two pieces leaves what was read, and the next one goes on', async () => {
  const session = await ScoringSession.open(await openCheckpoint(join(ARCHITECTURES, 'qwen3')), options);
  const random = randomNumbers(6);
  const prefix = tokensOf(random, 320, 2000);
  const row = forest(random, 30, 2000);
  for (const turns of [1, 2, 4, 3]) {
    let left = turns;
    const giveUp = (): Promise<void> => (left-- > 0 ? Promise.resolve() : Promise.reject(new AssayError('cancelled')));
    await assert.rejects(session.score([row], giveUp, prefix), (error) => error instanceof AssayError && error.code === 'cancelled');
  }
  const { logprobs, tokens } = await session.score([row], undefined, prefix);
  assert.equal(tokens, 30, 'all five pieces were read by those that were given up');
  assert.ok(largestDifference(logprobs, (await session.score([whole(prefix, row)])).logprobs) < TOLERANCE);
  await session.release();
});
