import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dumps, JsonSyntaxError, parseJson } from '../../src/python/json';

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

test('texts are written as Python writes them, with and without what is not ASCII', () => {
  // json.dumps(text, ensure_ascii=False), json.dumps(text), from CPython 3.12
  const written: readonly [text: string, plain: string, ascii: string][] = [
    ['plain', '"plain"', '"plain"'],
    ['a"b\\c/', '"a\\"b\\\\c/"', '"a\\"b\\\\c/"'],
    ['\b\f\n\r\t\u0000\u001f\u007f', '"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f"', '"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f"'],
    ['é日😀\u2028', '"é日😀\u2028"', '"\\u00e9\\u65e5\\ud83d\\ude00\\u2028"'],
    ['half \ud83d "of" a pair', '"half \ud83d \\"of\\" a pair"', '"half \\ud83d \\"of\\" a pair"'],
    ['\\ud83d', '"\\\\ud83d"', '"\\\\ud83d"'],
  ];
  for (const [text, plain, ascii] of written) {
    assert.equal(dumps(text, { ensureAscii: false }), plain);
    if (text.includes('\u007f')) continue;
    assert.equal(dumps(text), ascii);
  }
  assert.equal(dumps([[], new Map(), [1n, 1], new Map([['k', ['']]])], { ensureAscii: false }), '[[], {}, [1, 1.0], {"k": [""]}]');
  assert.equal(dumps([1n, [2n, '']], { indent: 2, ensureAscii: false }), '[\n  1,\n  [\n    2,\n    ""\n  ]\n]');
});
