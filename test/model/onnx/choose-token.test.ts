import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseToken, readsLogits, uniform } from '../../../src/model/onnx/choose-token';
import type { TokenChoice } from '../../../src/model/onnx/wire';
import { AssayError } from '../../../src/protocol/errors';

const greedy: TokenChoice = { random: null, repetitionPenalty: 1, noRepeatGram: 0, suppressed: [], suppressedFirst: [] };
const random = (options: Partial<NonNullable<TokenChoice['random']>> = {}): TokenChoice => ({ ...greedy, random: { temperature: 1, topK: null, topP: null, minP: null, seed: 11, ...options } });

test('greedy: the first of equals; processors in the order of transformers', () => {
  const choose = (logits: number[], before: number[], step: number, choice: Partial<TokenChoice>): number => chooseToken(Float32Array.from(logits), before, step, { ...greedy, ...choice });
  assert.equal(choose([1, 3, 3, 2], [], 0, {}), 1);
  assert.equal(choose([1, 3, 2.9], [1, 1], 0, { repetitionPenalty: 1.1 }), 2, 'divided once');
  assert.equal(choose([-1, -2, -1.5], [0], 0, { repetitionPenalty: 2 }), 2, 'multiplied where negative');
  assert.equal(choose([1, 3, 2], [5, 1, 5], 0, { noRepeatGram: 2 }), 2, '5 1 was there');
  assert.equal(choose([1, 3, 2], [5, 1, 4], 0, { noRepeatGram: 2 }), 1);
  assert.equal(choose([1, 3, 2], [1], 0, { noRepeatGram: 1 }), 2);
  assert.equal(choose([1, 3, 2], [], 4, { suppressed: [1] }), 2);
  assert.deepEqual([0, 1].map((step) => choose([1, 3, 2], [], step, { suppressedFirst: [1] })), [2, 1]);
  assert.equal(readsLogits(greedy), false);
  for (const choice of [random(), { ...greedy, repetitionPenalty: 1.2 }, { ...greedy, noRepeatGram: 3 }, { ...greedy, suppressed: [1] }]) assert.equal(readsLogits(choice), true);
});

const LOGITS = [2, 1, 1, 0, -1, -3];
const DRAWS = 20_000;

/** Counts of draws with a fixed seed, held against the shares by Pearson's chi-square at 1 in 1000 (df 1 to 5). */
function holds(options: Partial<NonNullable<TokenChoice['random']>>, kept: readonly number[], temperature = 1): void {
  const counts = LOGITS.map(() => 0);
  for (let step = 0; step < DRAWS; step++) {
    const token = chooseToken(Float32Array.from(LOGITS), [], step, random({ ...options, temperature }));
    counts[token] = (counts[token] ?? 0) + 1;
  }
  const weights = LOGITS.map((logit, token) => (kept.includes(token) ? Math.exp(logit / temperature) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let chiSquare = 0;
  weights.forEach((weight, token) => {
    const expected = (DRAWS * weight) / total;
    if (expected === 0) assert.equal(counts[token], 0, `token ${token} is never drawn`);
    else chiSquare += ((counts[token] ?? 0) - expected) ** 2 / expected;
  });
  const critical = [0, 10.83, 13.82, 16.27, 18.47, 20.52][kept.length - 1] ?? 0;
  assert.ok(chiSquare <= critical, `chi-square ${chiSquare}, at most ${critical}; ${counts.join(' ')}`);
}

test('random draws have the shares of the softmax', () => holds({}, [0, 1, 2, 3, 4, 5]));
test('a temperature flattens or sharpens', () => {
  holds({}, [0, 1, 2, 3, 4, 5], 2);
  holds({}, [0, 1, 2, 3, 4, 5], 0.5);
});
test('top-k keeps the k largest, and ties of the last', () => {
  holds({ topK: 4 }, [0, 1, 2, 3]);
  holds({ topK: 2 }, [0, 1, 2]);
  holds({ topK: 1 }, [0]);
  holds({ topK: 60 }, [0, 1, 2, 3, 4, 5]);
});
test('top-p keeps the fewest tokens that reach it', () => {
  holds({ topP: 0.5 }, [0]);
  holds({ topP: 0.95 }, [0, 1, 2, 3]);
  holds({ topP: 0.9, topK: 3 }, [0, 1, 2]);
  holds({ topP: 1e-9 }, [0]);
});
test('min-p keeps what is likely beside the likeliest', () => holds({ minP: 0.1 }, [0, 1, 2, 3]));

test('a draw depends on seed and step alone', () => {
  const draws = (seed: number): number[] => Array.from({ length: 40 }, (_, step) => uniform(seed, step));
  assert.deepEqual(draws(5), draws(5));
  assert.notDeepEqual(draws(5), draws(6));
  assert.ok([...draws(-3), ...draws(Number.MAX_SAFE_INTEGER)].every((place) => place >= 0 && place < 1));
  const mean = Array.from({ length: 10_000 }, (_, step) => uniform(1, step)).reduce((sum, place) => sum + place, 0) / 10_000;
  assert.ok(Math.abs(mean - 0.5) < 0.01);
});

test('logits that are no numbers are an error of the engine', () => {
  for (const choice of [random(), { ...greedy, repetitionPenalty: 2 }]) for (const logits of [[NaN, 1], [1, NaN]]) assert.throws(() => chooseToken(Float32Array.from(logits), [], 0, choice), (error) => error instanceof AssayError && error.code === 'engine-failed');
});
