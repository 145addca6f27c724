import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { validateCheckpoint } from '../../../src/architecture/check';
import { ScoringSession } from '../../../src/model/onnx/session';
import type { ScoringRow } from '../../../src/model/onnx/wire';
import { ARCHITECTURES, largestDifference } from './fixtures';
import { referenceLogprobs, tensorReader } from './reference';
import { randomNumbers, writeCheckpoint } from './synthetic';
import { VARIANTS, VOCABULARY } from './variants';

const TOLERANCE = 2e-5;

const folder = mkdtempSync(join(tmpdir(), 'assay-variants-'));
after(() => rmSync(folder, { recursive: true }));

/** A random tree: every node scores two targets. */
function randomTree(random: () => number, size: number, branching: number): ScoringRow {
  const nodes = Array.from({ length: size }, (_, node) => node);
  return {
    tokens: Int32Array.from(nodes, () => Math.floor(random() * VOCABULARY)),
    parents: Int32Array.from(nodes, (node) => (node > 0 && random() < branching ? Math.floor(random() * node) : node - 1)),
    positions: Int32Array.from(nodes.flatMap((node) => [node, node])),
    targets: Int32Array.from(nodes.flatMap(() => [Math.floor(random() * VOCABULARY), Math.floor(random() * VOCABULARY)])),
  };
}

function expected(checkpoint: Checkpoint, row: ScoringRow): number[] {
  const parents = row.parents ?? row.tokens.map((_, node) => node - 1);
  const all = referenceLogprobs(validateCheckpoint(checkpoint).description, tensorReader(checkpoint.tensors), [...row.tokens], [...parents]);
  return [...row.positions].map((node, index) => all[node]?.[row.targets[index] ?? -1] ?? NaN);
}

for (const [name, config] of Object.entries(VARIANTS)) {
  test(`${name}: chains, trees, and both padded in one batch`, async () => {
    const checkpoint = await writeCheckpoint(join(folder, name.replace(/\W+/g, '-')), config);
    const random = randomNumbers(name.length);
    const chains = [17, 5].map((size) => ({ ...randomTree(random, size, 0), parents: null }));
    const trees = [randomTree(random, 23, 0.4), randomTree(random, 11, 0.7)];
    const session = await ScoringSession.open(checkpoint, { device: cpuProfile(1), maxTokens: 8 });
    for (const rows of [chains, trees, [...chains, ...trees]]) {
      const together = await session.score(rows);
      const reference = rows.flatMap((row) => expected(checkpoint, row));
      const difference = largestDifference(together.logprobs, reference);
      assert.ok(difference < TOLERANCE, `${difference}`);
    }
    await session.release();
  });
}

test('the second reading agrees with the first on stored float16 and bfloat16 weights', async () => {
  for (const name of ['gpt-neox-f16', 'llama-bf16-sharded']) {
    const checkpoint = await openCheckpoint(join(ARCHITECTURES, name));
    const row = { ...randomTree(randomNumbers(3), 12, 0.5) };
    const session = await ScoringSession.open(checkpoint, { device: cpuProfile(1), maxTokens: 8 });
    const { logprobs } = await session.score([row]);
    assert.ok(largestDifference(logprobs, expected(checkpoint, row)) < TOLERANCE);
    await session.release();
  }
});
