import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { ScoringSession } from '../../../src/model/onnx/session';
import { ARCHITECTURES, MORE, asTree, chain, expectedItems, largestDifference } from './fixtures';

const TOLERANCE = 3e-5;

const FOLDERS = [...readdirSync(ARCHITECTURES).map((name) => join(ARCHITECTURES, name)), join(MORE, 'rope-linear')];

for (const folder of FOLDERS) {
  describe(basename(folder), () => {
    const items = expectedItems(folder);
    for (const storage of ['folded', 'lazy', 'packed'] as const) {
      test(`every token as PyTorch computes it, weights ${storage}`, async (t) => {
        const session = await ScoringSession.open(await openCheckpoint(folder, { tokenizer: join(__dirname, '../../../examples/checkpoints/model-a') }), { device: cpuProfile(1), maxTokens: 64, storage });
        let chains = 0;
        let trees = 0;
        for (const item of items) {
          const row = chain(item.token_ids);
          const plain = await session.score([row]);
          const tree = await session.score([asTree(row)]);
          chains = Math.max(chains, largestDifference(plain.logprobs, item.logprobs));
          trees = Math.max(trees, largestDifference(tree.logprobs, item.logprobs));
          assert.deepEqual([...plain.greedy], item.greedy);
          assert.deepEqual([...tree.greedy], item.greedy);
        }
        t.diagnostic(`largest difference: chains ${chains}, trees ${trees}`);
        assert.ok(chains < TOLERANCE, `chains: ${chains}`);
        assert.ok(trees < TOLERANCE, `trees: ${trees}`);
        await session.release();
      });
    }
  });
}
