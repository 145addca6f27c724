/** Log-probabilities of every token against PyTorch's in float32, one checkpoint for each architecture. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ScoredText } from '../../src/protocol/commands';
import { assay, fixtures } from '../cli/command';

type ExpectedText = {
  readonly text: string;
  /** With the prefix token in front. */
  readonly token_ids: readonly number[];
  readonly logprobs: readonly number[];
  readonly greedy: readonly (boolean | number)[];
};

/** A token this improbable carries more of float32's rounding. */
const DEEP = -20;
const TOLERANCE = 1e-4;
const DEEP_TOLERANCE = 1e-3;
/** Near ties may fall either way: one token in 200, at least one. */
const FLIPPED_SHARE = 1 / 200;

const folder = join(fixtures, 'arch');
const checkpoints = readdirSync(folder).sort();

test('there are checkpoints to hold against PyTorch', () => {
  assert.ok(checkpoints.length >= 12);
});

for (const name of checkpoints) {
  test(`${name}: log-probabilities and greedy flags are PyTorch's`, async () => {
    const checkpoint = join(folder, name);
    const { items } = JSON.parse(readFileSync(join(checkpoint, 'expected_logprobs.json'), 'utf8')) as { readonly items: readonly ExpectedText[] };
    const ran = await assay(['score', ...items.flatMap(({ text }) => ['--text', text]), '--checkpoint', checkpoint, '--json']);
    assert.equal(ran.code, 0, ran.stderr);
    const scored = ran.json as readonly ScoredText[];
    assert.equal(scored.length, items.length);
    let [tokens, flips] = [0, 0];
    for (const [index, want] of items.entries()) {
      const got = scored[index];
      assert.ok(got !== undefined);
      assert.equal(got.text, want.text);
      const ids = want.token_ids.slice(want.token_ids.length - want.logprobs.length);
      // What is expected ends where the model's first window does.
      assert.deepEqual(got.token_ids.slice(0, ids.length), ids, `text ${index}: token ids`);
      assert.equal(got.logprobs.length, got.token_ids.length);
      assert.equal(got.greedy.length, got.token_ids.length);
      for (const [position, expected] of want.logprobs.entries()) {
        const actual = got.logprobs[position] ?? NaN;
        const tolerance = expected < DEEP ? DEEP_TOLERANCE : TOLERANCE;
        assert.ok(Math.abs(actual - expected) <= tolerance, `text ${index}, token ${position}: ${actual}, PyTorch has ${expected}`);
        const greedy: unknown = got.greedy[position];
        assert.equal(typeof greedy, 'boolean');
        if (greedy !== Boolean(want.greedy[position])) flips++;
        tokens++;
      }
    }
    assert.ok(tokens > 0);
    assert.ok(flips <= Math.max(1, tokens * FLIPPED_SHARE), `${flips} of ${tokens} greedy flags differ`);
  });
}
