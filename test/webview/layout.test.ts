import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { niceRange, spread, steady, tickText } from '../../webview/axis';
import { droppedColumns } from '../../webview/columns';
import { labelPlaces } from '../../webview/label-places';
import { markScale } from '../../webview/mark-scale';

test('a range holds the data in whole steps', () => {
  assert.deepEqual(niceRange(3.93, 4.11).map((end) => Number(end.toFixed(6))), [3.9, 4.15]);
  fc.assert(
    fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (low, span) => {
      const [from, to] = niceRange(low, low + span);
      assert.ok(from <= low + 1e-9 && to >= low + span - 1e-9 && to - from < 3 * span);
    }),
  );
});

test('ticks are short, true, and told apart', () => {
  assert.deepEqual([3.8, 4].map((tick) => tickText(tick, 0.2)), ['3.8', '4.0']);
  assert.deepEqual([0, 5000, 200_000, 250_000, 2_500_000].map((tick) => tickText(tick, 5000)), ['0', '5000', '200\u00a0k', '250\u00a0k', '2.50\u00a0M']);
});

test('an axis stays while the data fits and fills it', () => {
  assert.deepEqual(steady([0, 10], [1, 9]), [0, 10]);
  assert.deepEqual(steady([0, 10], [1, 3]), [1, 3]);
  assert.deepEqual(steady([0, 10], [1, 12]), [1, 12]);
  assert.deepEqual(steady(null, [1, 3]), [1, 3]);
});

test('labels keep their order and their distance, and stay inside', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 }), (places) => {
      const placed = spread(places, 17, 0, 200);
      const order = [...placed].sort((a, b) => a - b);
      assert.ok(order.every((place, index) => index === 0 || place - (order[index - 1] ?? 0) >= 17 - 1e-9));
      assert.ok(order.every((place) => place >= -1e-9 && place <= 200 + 1e-9));
      for (const [i, one] of places.entries()) for (const [j, other] of places.entries()) if (one < other) assert.ok((placed[i] ?? 0) < (placed[j] ?? 0));
    }),
  );
});

test('columns leave in order as it gets narrower, and later with fewer checkpoints', () => {
  for (const checkpoints of [1, 2, 3, 6]) {
    const dropped = Array.from({ length: 60 }, (_, index) => droppedColumns(1500 - index * 22, checkpoints));
    assert.ok(dropped.every((one, index) => index === 0 || one >= (dropped[index - 1] ?? 0)));
  }
  assert.equal(droppedColumns(1068, 2), 0);
  assert.equal(droppedColumns(280, 2), 3);
  assert.equal(droppedColumns(280, 1), 1);
});

test('a name goes where no other dot is', () => {
  const [first, second] = labelPlaces([{ x: 100, y: 50, width: 40 }, { x: 90, y: 64, width: 40 }], 300);
  assert.equal(first?.y, 42);
  assert.equal(second?.y, 81);
  assert.equal(labelPlaces([{ x: 280, y: 50, width: 60 }], 300)[0]?.anchor, 'end');
  const crowd = labelPlaces(Array.from({ length: 20 }, () => ({ x: 150, y: 50, width: 100 })), 300);
  assert.ok(crowd[0] !== null && crowd.at(-1) === null, 'a name that would lie on another is left out');
});

test('the zero line is wide enough for every interval, at least five points and at most fifty', () => {
  assert.equal(markScale([]), 0.05);
  assert.equal(markScale([{ at: -0.164, low: -0.207, high: -0.121 }]), 0.25);
  assert.equal(markScale([{ at: 3, low: 2, high: 4 }]), 0.5);
});
