import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reprFloat } from '../../src/python/print';

test('floats as CPython writes them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [-3, '-3.0'], [0.1, '0.1'], [-1.25, '-1.25'], [1e-4, '0.0001'], [9.999e-5, '9.999e-05'], [1e-5, '1e-05'],
    [1e15, '1000000000000000.0'], [9999999999999998, '9999999999999998.0'], [1e16, '1e+16'], [1.5e16, '1.5e+16'], [1e21, '1e+21'], [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '5e-324'], [123456789.125, '123456789.125'], [NaN, 'nan'], [Infinity, 'inf'], [-Infinity, '-inf'],
  ];
  for (const [value, text] of cases) assert.equal(reprFloat(value), text);
});

test('a printed float reads back as itself', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Object.is(Number(reprFloat(value)), value) && /[.e]/.test(reprFloat(value))));
});
