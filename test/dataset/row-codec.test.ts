import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PyBytes, PyDecimal, PyTime } from '../../src/dataset/opaque';
import { readRow, RowWriter } from '../../src/dataset/row-codec';
import { PyDate, PyDatetime } from '../../src/python/datetime';
import { PyTuple, type PyValue } from '../../src/python/value';

const scalar: fc.Arbitrary<PyValue> = fc.oneof(
  fc.constant(null), fc.boolean(), fc.bigInt(), fc.bigInt({ min: -300n, max: 300n }), fc.double(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }),
);
const { value } = fc.letrec<{ value: PyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new PyTuple(items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map<PyValue, PyValue>(entries)),
  ),
}));

test('rows come back as they were, each from its own place', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 6 }), (rows) => {
      const writer = new RowWriter();
      const starts = rows.map((row) => {
        const start = writer.size;
        writer.row(row);
        return start;
      });
      const bytes = Buffer.from(writer.take());
      for (const [index, [a, b]] of rows.entries()) {
        assert.deepStrictEqual(readRow(['a', 'b'], bytes, starts[index] ?? 0), new Map([['a', a], ['b', b]]));
      }
    }),
  );
});

test('dates, times, decimals, bytes and halves of characters keep their types', () => {
  const values: PyValue[] = [
    new PyDate(2020, 1, 2), new PyDatetime(new PyDate(1, 12, 31), 23, 59, 58, 999_999, null), new PyDatetime(new PyDate(9999, 1, 1), 0, 0, 0, 0, -720),
    new PyDatetime(new PyDate(2000, 2, 29), 1, 2, 3, 4, 0), new PyBytes(Uint8Array.of(0, 255, 5)), new PyDecimal(-12345678901234567890n, 3), new PyTime(86_399_999_999n), '\ud83d x', 'é漢😀',
  ];
  const columns = values.map((_, index) => String(index));
  const writer = new RowWriter();
  writer.row(values);
  assert.deepStrictEqual([...readRow(columns, Buffer.from(writer.take()), 0).values()], values);
});

test('a text of many MB is one value', () => {
  const text = 'ab漢'.repeat(1 << 20);
  const writer = new RowWriter();
  writer.row([text]);
  assert.equal(readRow(['text'], Buffer.from(writer.take()), 0).get('text'), text);
});
