import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineBlocks } from '../../../src/evaluator/ask/line-blocks';
import { Writer, written } from './scripted';

const lengths = async (blocks: AsyncIterable<readonly unknown[]>): Promise<number[]> => {
  const found: number[] = [];
  for await (const block of blocks) found.push(block.length);
  return found;
};

test('blocks grow, and depend on the lines alone where nobody waits', async () => {
  assert.deepEqual(await lengths(lineBlocks(written(...Array.from({ length: 1000 }, () => 'x')), null)), [16, 64, 256, 256, 256, 152]);
});

test('a block is full at some size, however few its lines', async () => {
  const long = 'x'.repeat(150_000);
  assert.deepEqual(await lengths(lineBlocks(written(long, long, long, 'x', 'x'), null)), [2, 3]);
});

test('lines are numbered over all blocks', async () => {
  const numbers: number[] = [];
  for await (const block of lineBlocks(written(...Array.from({ length: 100 }, () => 'x')), null)) numbers.push(...block.map(({ index }) => index));
  assert.deepEqual(numbers, Array.from({ length: 100 }, (_, index) => index));
});

test('who waits for answers gets them: a block is closed when the pause is over', async () => {
  const input = new Writer();
  let over: () => void = () => undefined;
  const pause = (): Promise<void> => new Promise((resolve) => (over = resolve));
  const blocks = lineBlocks(input, pause);
  const first = blocks.next();
  input.line('a');
  input.line('b');
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  over();
  assert.equal((await first).value?.length, 2);
  const second = blocks.next();
  input.line('c');
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  input.end();
  assert.deepEqual((await second).value?.map(({ index }: { index: number }) => index), [2]);
  assert.equal((await blocks.next()).done, true);
});
