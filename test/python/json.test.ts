import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonSyntaxError, parseJson } from '../../src/python/json';

test('integers and floats stay apart', () => {
  assert.deepEqual(parseJson('[1, 1.0, -0, 1e2, 12345678901234567890123]'), [1n, 1, 0n, 100, 12345678901234567890123n]);
});

test('what Python accepts beyond JSON', () => {
  assert.deepEqual(parseJson('[NaN, Infinity, -Infinity]'), [NaN, Infinity, -Infinity]);
});

test('objects keep the order of their keys, the last value of equal keys counts', () => {
  assert.deepEqual(parseJson('{"b": 1, "2": null, "b": true}'), new Map<string, unknown>([['b', true], ['2', null]]));
});

test('strings: escapes, surrogates, no raw control characters', () => {
  assert.equal(parseJson('"\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00é"'), 'é\n"\\/😀é');
  assert.equal(parseJson('"\\ud800"'), '\ud800');
});

const refused: readonly [text: string, reason: string, line: number, column: number][] = [
  ['', 'Expecting value', 1, 1],
  ['{"a": }', 'Expecting value', 1, 7],
  ['{"a" 1}', "Expecting ':' delimiter", 1, 6],
  ['[1 2]', "Expecting ',' delimiter", 1, 4],
  ['{a: 1}', 'Expecting property name enclosed in double quotes', 1, 2],
  ['[1,\n 2', "Expecting ',' delimiter", 2, 3],
  ['1 2', 'Extra data', 1, 3],
  ['"abc', 'Unterminated string starting at', 1, 1],
  ['"a\tb"', 'Invalid control character at', 1, 3],
  ['"\\x41"', 'Invalid \\escape', 1, 2],
  ['"\\u12"', 'Invalid \\uXXXX escape', 1, 3],
  ['01', 'Extra data', 1, 2],
  ['-', 'Expecting value', 1, 1],
  ['tru', 'Expecting value', 1, 1],
];
for (const [text, reason, line, column] of refused) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseJson(text), (error: unknown) => {
      assert.ok(error instanceof JsonSyntaxError);
      assert.deepEqual([error.reason, error.line, error.column], [reason, line, column]);
      return true;
    });
  });
}

test('deep nesting is refused, not a stack overflow', () => {
  assert.throws(() => parseJson('['.repeat(100_000)), JsonSyntaxError);
});

test('agrees with JSON.parse on what both accept', () => {
  const plain = (value: unknown): unknown => {
    if (typeof value === 'bigint') return Number(value);
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
    return value;
  };
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value);
      assert.equal(JSON.stringify(plain(parseJson(text))), JSON.stringify(JSON.parse(text)));
    }),
  );
});
