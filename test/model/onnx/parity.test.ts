import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { supportedModelTypes } from '../../../src/model/onnx/architecture/registry';
import { ScoringSession } from '../../../src/model/onnx/session';
import { ARCHITECTURES, asTree, chain, expectedItems, largestDifference, openFixture } from './fixtures';

const TOLERANCE = 3e-5;

for (const name of readdirSync(ARCHITECTURES)) {
  const folder = join(ARCHITECTURES, name);
  const checkpoint = openFixture(folder);
  if (!supportedModelTypes().includes(checkpoint.modelType)) continue;
  describe(name, () => {
    const items = expectedItems(folder);
    for (const casting of ['folded', 'lazy'] as const) {
      test(`every token as PyTorch computes it, ${casting} casts`, async (t) => {
        const session = await ScoringSession.open(checkpoint, { threads: 1, maxTokens: 64, casting });
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
