import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charactersOf } from '../../src/run/blocks';
import { BlockSize, documentOrder } from '../../src/run/order';

test('the order is a permutation, the same for the same seed', () => {
  fc.assert(
    fc.property(fc.nat({ max: 500 }), fc.nat({ max: 1e6 }), (documents, seed) => {
      const order = documentOrder(documents, seed);
      assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: documents }, (_, index) => index));
      assert.deepEqual(order, documentOrder(documents, seed));
    }),
  );
});

test('another seed gives another order', () => assert.notDeepEqual(documentOrder(100, 1), documentOrder(100, 2)));

test('blocks grow from a few documents to at most 256', () => {
  const size = new BlockSize(10_000);
  const sizes: number[] = [];
  for (let block = 0; block < 40; block++) {
    let documents = 1;
    while (!size.isFull(documents, documents * 100)) documents++;
    sizes.push(documents);
  }
  assert.ok((sizes[0] ?? 0) <= 32, 'a first number shows soon');
  assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
  assert.equal(sizes.at(-1), 256);
});

test('a task of some hundred documents is cut into at least twelve blocks', () => {
  const size = new BlockSize(872);
  let blocks = 0;
  for (let documents = 0, left = 872; left > 0; left--) {
    documents++;
    if (!size.isFull(documents, documents * 100)) continue;
    blocks++;
    documents = 0;
  }
  assert.ok(blocks >= 12, `${blocks} blocks`);
});

test('a document longer than a block is a block of its own', () => assert.equal(new BlockSize(100).isFull(1, 1e6), true));

test('a context counts once for all choices that are scored behind it, every other text each time', () => {
  const choice = (context: string, continuation: string): Parameters<typeof charactersOf>[0][number] => ({ kind: 'loglikelihood', id: continuation, context, continuation });
  assert.equal(charactersOf([choice('12345', 'a'), choice('12345', 'bc'), choice('12346', 'd')]), 5 + 1 + 2 + 5 + 1);
  const text = { kind: 'generate_until', context: '12345', kwargs: new Map(), seed: 1 } as const;
  assert.equal(charactersOf([{ ...text, id: '0' }, { ...text, id: '1' }, { kind: 'loglikelihood_rolling', id: '2', text: '123' }]), 13);
});
