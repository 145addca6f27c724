import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planFeatures } from '../../../src/model/local/feature-batches';
import type { EncodedFeatures } from '../../../src/model/local/encode-features';
import type { Pool } from '../../../src/model/request';

function encoded(text: string, pool: Pool, layers: readonly number[]): EncodedFeatures {
  return { request: { kind: 'features', id: '', text, layers, pool }, tokens: Array.from(text, (character) => character.charCodeAt(0)), wanted: layers.map((layer) => ({ layer, pool })) };
}

test('a text that is asked for twice is read once, for both', () => {
  const [batch, ...others] = planFeatures([encoded('ab', 'last', [0, 1]), encoded('c', 'last', [1]), encoded('ab', 'mean', [1])], 4, 512);
  assert.deepEqual(others, []);
  assert.deepEqual(batch?.rows.map(({ tokens, requests }) => [[...tokens], requests]), [[[97, 98], [0, 2]], [[99], [1]]]);
  assert.deepEqual(batch?.wanted, [{ layer: 0, pool: 'last' }, { layer: 1, pool: 'last' }, { layer: 1, pool: 'mean' }]);
});

test('batches follow the token budget, every request is in one batch, and its poolings are wanted there', () => {
  const texts = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme-ascii' }), fc.constantFrom<Pool>('last', 'mean', 'first'), fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 })));
  fc.assert(
    fc.property(texts, (asked) => {
      const requests = asked.map(([text, pool, layers]) => encoded(text, pool, layers));
      const seen: number[] = [];
      for (const { rows, wanted } of planFeatures(requests, 8, 40)) {
        const longest = Math.max(...rows.map(({ tokens }) => tokens.length));
        assert.equal(rows[0]?.tokens.length, longest);
        assert.ok(rows.length === 1 || rows.length * longest <= 40);
        for (const index of rows.flatMap((row) => row.requests)) {
          seen.push(index);
          for (const pooling of requests[index]?.wanted ?? []) assert.ok(wanted.some(({ layer, pool }) => layer === pooling.layer && pool === pooling.pool));
        }
      }
      assert.deepEqual(seen.sort((a, b) => a - b), requests.map((_, index) => index));
    }),
  );
});

test('many layers of a wide model: fewer rows together, so that what comes back stays bounded', () => {
  const layers = Array.from({ length: 33 }, (_, layer) => layer);
  const requests = Array.from({ length: 200 }, (_, index) => encoded(String.fromCharCode(200 + index), 'mean', layers));
  const batches = planFeatures(requests, 4096, 512);
  assert.ok(batches.every(({ rows, wanted }) => rows.length * wanted.length * 4096 <= 1 << 22));
  assert.equal(batches.flatMap(({ rows }) => rows).length, 200);
  assert.equal(planFeatures(requests.slice(0, 2), 1 << 22, 512).length, 2);
});
