import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCount, formatDifference, formatHalfWidth, formatP, formatShare, formatValue, significant } from '../../webview/format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('a proportion is a percentage with one decimal', () => {
  assert.equal(plain(formatValue('proportion', 0.6720183486238532)), '67.2 %');
  assert.equal(plain(formatValue('proportion', 1)), '100.0 %');
});

test('a perplexity has four significant digits, a score three decimals', () => {
  assert.equal(formatValue('perplexity', 4.0226), '4.023');
  assert.equal(formatValue('perplexity', 152.34), '152.3');
  assert.equal(plain(formatValue('perplexity', 12345.6)), '12 350');
  assert.equal(formatValue('perplexity', 9.99996), '10.00');
  assert.equal(formatValue('score', -0.0124), '−0.012');
  assert.equal(formatValue('score', -0.0001), '0.000');
});

test('half a width is in the unit of the value', () => {
  assert.equal(formatHalfWidth('proportion', [0.6402, 0.7024]), '3.1');
  assert.equal(formatHalfWidth('perplexity', [3.93, 4.11]), '0.090');
  assert.equal(formatHalfWidth('score', null), '');
});

test('a difference says its direction with a sign, and zero has none', () => {
  assert.equal(formatDifference('proportion', -0.1644), '−16.4');
  assert.equal(formatDifference('proportion', 0.012), '+1.2');
  assert.equal(formatDifference('proportion', -0.0001), '0.0');
  assert.equal(formatDifference('perplexity', -0.042), '−0.04');
});

test('a p-value below 0.0001 is said to be so', () => {
  assert.equal(plain(formatP(3.8e-10)), 'p < 0.0001');
  assert.equal(plain(formatP(0.0314)), 'p = 0.031');
  assert.equal(plain(formatP(1)), 'p = 1');
});

test('a share reaches 100 % only when all is done', () => {
  assert.equal(plain(formatShare(0.9999)), '99 %');
  assert.equal(plain(formatShare(1)), '100 %');
});

test('what is not a number is still text', () => {
  assert.equal(formatValue('perplexity', Infinity), '∞');
  assert.equal(formatValue('proportion', NaN), 'NaN');
});

test('significant digits read back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 1e8, noNaN: true }), fc.integer({ min: 1, max: 6 }), (value, digits) => {
      const read = Number(significant(value, digits).replaceAll('\u202f', ''));
      assert.ok(Math.abs(read - value) <= Math.abs(value) * 0.5000001 * 10 ** (1 - digits), `${value} as ${read}`);
    }),
  );
});

test('counts are grouped by thousands', () => {
  assert.equal(plain(formatCount(3919)), '3 919');
  assert.equal(plain(formatCount(1234567)), '1 234 567');
  assert.equal(formatCount(872), '872');
});
