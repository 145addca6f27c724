import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PyValue, PyTuple } from '../../src/python/value';
import { decode, encode, type Json } from '../../src/python/codec';

const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.bigInt(), fc.double(), fc.string());
const { value } = fc.letrec<{ value: PyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new PyTuple(items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map<PyValue, PyValue>(entries)),
  ),
}));

test('Python values survive JSON', () => {
  fc.assert(
    fc.property(value, (original) => {
      const json = JSON.parse(JSON.stringify(encode(original))) as Json;
      assert.deepStrictEqual(normal(decode(json)), normal(original));
    }),
  );
});

test('keys that look like ours stay keys', () => {
  const original = { $int: 'not a number', $$map: [1.5], plain: { $tuple: null } };
  assert.deepEqual(decode(JSON.parse(JSON.stringify(encode(original))) as Json), original);
});

/** -0 has no JSON form; nothing depends on it. */
function normal(item: unknown): unknown {
  if (Object.is(item, -0)) return 0;
  if (Array.isArray(item)) return item.map(normal);
  if (item instanceof Map) return new Map([...item].map(([key, inner]) => [normal(key), normal(inner)]));
  return item instanceof PyTuple ? new PyTuple(item.items.map((inner) => normal(inner) as PyValue)) : item;
}
