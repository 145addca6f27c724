import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { PyRandom } from '../../src/python/random';

type Golden = {
  readonly random: readonly number[];
  readonly getrandbits: readonly number[];
  readonly choices: readonly number[];
  readonly shuffle: readonly number[];
  readonly samples: readonly { readonly n: number; readonly k: number; readonly draws: readonly (readonly number[])[] }[];
  readonly seeds: readonly { readonly seed: string; readonly first: number }[];
};
const golden = JSON.parse(readFileSync(join(__dirname, '../fixtures/python/random.json'), 'utf8')) as Golden;
const range = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

test('one generator: random, getrandbits, choices, shuffle in turn', () => {
  const random = new PyRandom(1234);
  assert.deepEqual(golden.random.map(() => random.random()), golden.random);
  assert.deepEqual([1, 5, 16, 31, 32].map((bits) => random.getrandbits(bits)), golden.getrandbits);
  assert.deepEqual(random.choices(range(10), 12), golden.choices);
  const items = range(15);
  random.shuffle(items);
  assert.deepEqual(items, golden.shuffle);
});

for (const { n, k, draws } of golden.samples) {
  test(`sample(range(${n}), ${k}), drawn three times`, () => {
    const random = new PyRandom(1234);
    assert.deepEqual(draws.map(() => random.sample(range(n), k)), draws);
  });
}

for (const { seed, first } of golden.seeds) {
  test(`seed ${seed}`, () => assert.equal(new PyRandom(BigInt(seed)).getrandbits(32), first));
}

test('a sample holds different members of the population', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), fc.nat(), (n, seed, share) => {
      const k = n === 0 ? 0 : share % (n + 1);
      const drawn = new PyRandom(seed).sample(range(n), k);
      assert.equal(new Set(drawn).size, k);
      assert.ok(drawn.every((item) => item >= 0 && item < n));
    }),
  );
});

test('more than there are is refused', () => assert.throws(() => new PyRandom(1).sample([1, 2], 3), RangeError));
