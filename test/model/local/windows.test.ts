import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RollingWindows, rollingSequences, type Sequence, windowShape, type WindowShape } from '../../../src/model/local/windows';

const PREFIX = -7;
const rollingWindows = (tokens: readonly number[], prefix: number, shape: WindowShape): Sequence[] => rollingSequences(new RollingWindows(tokens, prefix, shape));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('the harness\'s disjoint windows: ten tokens, four a window', () => {
  assert.deepEqual(rollingWindows(upTo(10), PREFIX, { window: 4, stride: 4 }), [
    { fed: [PREFIX, 0, 1, 2], targets: [0, 1, 2, 3] },
    { fed: [3, 4, 5, 6], targets: [4, 5, 6, 7] },
    // ([5 6 7], [8 9]) of the harness: the last window has a full-size left context
    { fed: [5, 6, 7, 8], targets: [8, 9] },
  ]);
});

test('a text that fits is one window behind the prefix token', () => {
  assert.deepEqual(rollingWindows([5, 6], PREFIX, { window: 4, stride: 4 }), [{ fed: [PREFIX, 5], targets: [5, 6] }]);
  assert.deepEqual(rollingWindows([], PREFIX, { window: 4, stride: 4 }), []);
});

test('overlapping windows score `stride` tokens each', () => {
  assert.deepEqual(rollingWindows(upTo(9), PREFIX, { window: 4, stride: 2 }), [
    { fed: [PREFIX, 0, 1, 2], targets: [0, 1, 2, 3] },
    { fed: [1, 2, 3, 4], targets: [4, 5] },
    { fed: [3, 4, 5, 6], targets: [6, 7] },
    { fed: [4, 5, 6, 7], targets: [8] },
  ]);
});

test('every token is scored once, in order, with at least window - stride tokens before it', () => {
  const shapes = fc.integer({ min: 1, max: 12 }).chain((window) => fc.record({ window: fc.constant(window), stride: fc.integer({ min: 1, max: window }) }));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), shapes, (length, shape) => {
      const tokens = upTo(length);
      const windows = rollingWindows(tokens, PREFIX, shape);
      assert.deepEqual(windows.flatMap(({ targets }) => targets), tokens);
      for (const { fed, targets } of windows) {
        assert.ok(fed.length <= shape.window && targets.length >= 1 && targets.length <= fed.length);
        targets.forEach((target, index) => {
          const before = fed.slice(0, fed.length - targets.length + index + 1);
          assert.equal(before.at(-1), target === 0 ? PREFIX : target - 1, 'the token before the target is the last one fed');
          const real = before.filter((token) => token !== PREFIX).length;
          assert.ok(real >= Math.min(shape.window - shape.stride, target), `token ${target} has ${real} before it`);
        });
      }
    }),
  );
});

test('a window is never longer than the model, a stride never longer than the window', () => {
  assert.deepEqual(windowShape(512), { window: 512, stride: 512 });
  assert.deepEqual(windowShape(512, 2048), { window: 512, stride: 512 });
  assert.deepEqual(windowShape(512, 128, 64), { window: 128, stride: 64 });
  assert.deepEqual(windowShape(512, 128, 400), { window: 128, stride: 128 });
});

test('windows share the memory of the text', () => {
  const windows = new RollingWindows(upTo(1000), PREFIX, { window: 100, stride: 1 });
  assert.equal(windows.count, 901);
  const views = Array.from({ length: windows.count }, (_, index) => windows.at(index));
  assert.equal(new Set(views.flatMap(({ fed, targets }) => [fed.buffer, targets.buffer])).size, 1);
  assert.deepEqual(views.map(({ first }) => first), [0, ...upTo(900).map((index) => 100 + index)]);
  assert.deepEqual(windows.tokens(998, 1000), [998, 999]);
});
