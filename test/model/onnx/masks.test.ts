import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attentionBias, MASKED, padded, positionsOf, scoredIndices } from '../../../src/model/onnx/masks';
import type { ScoringRow } from '../../../src/model/onnx/wire';

/** Rows as trees in topological order; about a third are chains. */
const row: fc.Arbitrary<ScoringRow> = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    tokens: fc.constant(Int32Array.from({ length: size }, (_, node) => node)),
    parents: fc.option(
      fc.tuple(...Array.from({ length: size }, (_, node) => fc.integer({ min: node === 0 ? -1 : 0, max: node - 1 }))).map((parents) => Int32Array.from(parents)),
      { freq: 2 },
    ),
    positions: fc.array(fc.nat({ max: size - 1 }), { maxLength: 4 }).map((places) => Int32Array.from(places)),
    targets: fc.constant(new Int32Array(0)),
  }),
);

/** From the token up to the root. */
function pathOf({ parents }: ScoringRow, node: number): number[] {
  const path = [node];
  for (let at = node; ; path.push(at)) {
    at = parents === null ? at - 1 : (parents[at] ?? -1);
    if (at < 0) return path;
  }
}

test('a token sees its path to the root, or the near end of it, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), fc.nat(3), fc.option(fc.integer({ min: 1, max: 14 })), (rows, padding, window) => {
      const width = Math.max(...rows.map(({ tokens }) => tokens.length)) + padding;
      const bias = attentionBias(rows, width, window);
      assert.equal(bias.length, rows.length * width * width);
      rows.forEach((each, index) => {
        for (let node = 0; node < width; node++) {
          const start = (index * width + node) * width;
          const seen = [...bias.subarray(start, start + width)].flatMap((value, other) => (value === 0 ? [other] : []));
          const path = node < each.tokens.length ? pathOf(each, node).slice(0, window ?? Infinity) : [node];
          assert.deepEqual(seen, path.sort((a, b) => a - b));
        }
      });
      assert.ok(bias.every((value) => value === 0 || value === Math.fround(MASKED)));
    }),
  );
});

test('positions count the tokens before one on its path', () => {
  fc.assert(
    fc.property(row, (each) => {
      assert.deepEqual([...positionsOf(each)], [...each.tokens].map((_, node) => pathOf(each, node).length - 1));
    }),
  );
});

test('padding and scored indices', () => {
  assert.deepEqual(padded([Int32Array.of(7, 8), Int32Array.of(9)], 3), BigInt64Array.of(7n, 8n, 0n, 9n, 0n, 0n));
  const scored = (positions: number[]): ScoringRow => ({ tokens: Int32Array.of(1, 2, 3), parents: null, positions: Int32Array.from(positions), targets: Int32Array.from(positions) });
  assert.deepEqual(scoredIndices([scored([0, 2]), scored([]), scored([1, 1])], 5), BigInt64Array.of(0n, 2n, 11n, 11n));
});
