import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundFor, meets, parseBound } from '../../src/config/expect';

const holds = (text: string, value: number): boolean => {
  const bound = parseBound(text);
  assert.ok(bound !== null, text);
  return meets(bound, value);
};

test('each comparison at, below and above its number', () => {
  const truth: Record<string, readonly [boolean, boolean, boolean]> = {
    '>= 0.5': [false, true, true], '> 0.5': [false, false, true], '<= 0.5': [true, true, false], '< 0.5': [true, false, false], '== 0.5': [false, true, false],
  };
  for (const [text, expected] of Object.entries(truth)) assert.deepEqual([0.4, 0.5, 0.6].map((value) => holds(text, value)), expected, text);
});

test('a range includes both ends; NaN meets nothing', () => {
  const bound = parseBound([0.2, 1n]);
  assert.ok(bound !== null);
  assert.deepEqual([0.1, 0.2, 0.5, 1, 1.1].map((value) => meets(bound, value)), [false, true, true, true, false]);
  for (const text of ['>= -1e9', '< 1e9', '== 0']) assert.equal(holds(text, NaN), false);
});

test('numbers as people write them', () => {
  for (const [text, low] of [['>=.5', 0.5], ['>= 1e-3', 0.001], ['  >=  -2. ', -2], ['>= 1_0', null], ['>= x', null], ['>= 0.5 0.6', null], ['', null]] as const) {
    assert.equal(parseBound(text)?.low ?? null, low, text);
  }
  assert.equal(parseBound(['1e-3', 2n])?.low, 0.001);
  for (const value of [[1n], [1n, 2n, 3n], [2n, 1n], [NaN, 1], 0.5, true, null, new Map()]) assert.equal(parseBound(value), null);
});

test('property: a bound agrees with the operator it is written with', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true }), (x, value) => {
    assert.equal(holds(`>= ${x}`, value), value >= x);
    assert.equal(holds(`> ${x}`, value), value > x);
    assert.equal(holds(`<= ${x}`, value), value <= x);
    assert.equal(holds(`< ${x}`, value), value < x);
    assert.equal(holds(`== ${x}`, value), value === x);
  }));
});

test('bounds by checkpoint speak only of those they name', () => {
  const bound = parseBound('>= 1');
  assert.ok(bound !== null);
  const entry = { metric: 'acc', configPath: 'x', bounds: { byCheckpoint: { a: bound } } };
  assert.equal(boundFor(entry, 'a'), bound);
  assert.equal(boundFor(entry, 'toString'), null);
  assert.equal(boundFor({ ...entry, bounds: { all: bound } }, 'b'), bound);
});
