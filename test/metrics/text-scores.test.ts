/** What BLEU, chrF and TER of any texts keep to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregationOf } from '../../src/metrics/aggregations/registry';
import type { Counted } from '../statistics/values';
import type { Outcome } from '../../src/metrics/metric';
import type { MetricValue } from '../../src/metrics/score';
import { findMetric } from '../../src/metrics/registry';
import { edits } from '../../src/metrics/ter/edits';
import { PyError } from '../../src/python/errors';
import type { PyValue } from '../../src/python/value';
import { columnOf, liveOf } from '../statistics/values';
import { plainEdits } from './plain-ter';

const NAMES: readonly Counted[] = ['bleu', 'chrf', 'chrf++', 'ter'];

function metric(name: string, options: Readonly<Record<string, PyValue>> = {}): (result: PyValue, gold: PyValue) => MetricValue {
  const found = findMetric(name, 'generate_until');
  assert.ok(found !== null);
  const configured = Object.keys(options).length === 0 ? found : found.configure?.(options);
  assert.ok(configured !== undefined);
  return (result, gold) => configured.value({ kind: 'generate_until', result, gold, severalTargets: Array.isArray(gold) } satisfies Outcome);
}

const corpus = (name: Counted, pairs: readonly (readonly [string, string])[]): number => aggregationOf(name).value(columnOf(pairs.map(([answer, target]) => metric(name)(answer, target))));

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'the', 'cat', 'sat', '.', "don't", '5,000', '世界');
const sentence = (length: number): fc.Arbitrary<string> => fc.array(word, { maxLength: length }).map((words) => words.join(' '));

test('identical texts are 100, or 0 edits', () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { minLength: 5, maxLength: 12 }).map((words) => words.join(' ')), { minLength: 1, maxLength: 5 }), (texts) => {
      const pairs = texts.map((text) => [text, text] as const);
      for (const name of NAMES) assert.ok(Math.abs(corpus(name, pairs) - (name === 'ter' ? 0 : 100)) < 1e-9, name);
    }),
  );
});

test('any texts at all have numbers, and live numbers are those of the corpus', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), sentence(12)), fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), sentence(12))), { minLength: 1, maxLength: 6 }), (pairs) => {
      for (const name of NAMES) {
        const values = pairs.map(([answer, target]) => metric(name)(answer, target));
        const score = aggregationOf(name).value(columnOf(values));
        assert.ok(score >= 0 && (name === 'ter' || score <= 100 + 1e-9), `${name} ${score}`);
        assert.equal(liveOf(name, values, 100, 0.95).value, score);
      }
    }),
  );
});

test('edits are those of the plain algorithm', () => {
  const few = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 14 });
  const many = fc.array(fc.constantFrom(...'abcdefghijklmnop'), { maxLength: 30, size: 'max' });
  fc.assert(
    fc.property(fc.oneof(fc.tuple(few, few), fc.tuple(many, many), fc.tuple(few, many), fc.tuple(many, few)), ([hypothesis, reference]) => {
      assert.equal(edits(hypothesis, reference), plainEdits(hypothesis, reference));
    }),
    { numRuns: 300 },
  );
});

test('edits of longer texts are those of the plain algorithm: blocks that moved, and lengths that differ', () => {
  const words = Array.from({ length: 90 }, (_, index) => `w${(index * 37) % 61}`);
  const moved = [...words.slice(0, 10), ...words.slice(30, 38), ...words.slice(10, 30), ...words.slice(38)];
  for (const [hypothesis, reference] of [[moved, words], [words.slice(0, 4), words], [words, words.slice(20, 26)], [words.toReversed(), words]] as const) {
    assert.equal(edits(hypothesis, reference), plainEdits(hypothesis, reference));
  }
});

test('work grows with the length of a text and not with its square', () => {
  // Twenty thousand words against as many: a whole table for each shift that is tried would be four hundred thousand million cells.
  const words = Array.from({ length: 20_000 }, (_, index) => `w${(index * 7919) % 997}`);
  const shuffled = words.map((_, index) => words[(index * 31) % words.length] ?? '');
  for (const name of NAMES) assert.notEqual(corpus(name, [[shuffled.join(' '), words.join(' ')]]), 100);
  for (const name of NAMES) assert.notEqual(corpus(name, [[shuffled.join(' '), words.slice(0, 60).join(' ')]]), 100);
});

test('a text too long for a table of edits is refused by name', () => {
  const words = (count: number): string => 'a b '.repeat(count / 2);
  assert.throws(() => metric('ter')(words(2_000_000), words(1_999_998)), (error) => error instanceof PyError && /1999998 words/.test(error.message));
});

test('options say how texts are cut', () => {
  assert.notDeepEqual(metric('bleu', { tokenize: 'char' })('abc', 'abd'), metric('bleu')('abc', 'abd'));
  assert.deepEqual(metric('bleu', { lowercase: true })('A b', 'a B'), metric('bleu')('a b', 'a b'));
  assert.deepEqual(metric('chrf', { lowercase: true })('AB', 'ab'), metric('chrf')('ab', 'ab'));
  assert.deepEqual(metric('ter', { case_sensitive: true })('A', 'a'), { kind: 'counts', counts: [1, 1] });
  assert.throws(() => metric('bleu', { tokenize: 'ja-mecab' }), /one of 13a, intl, zh, char, none/);
  assert.throws(() => metric('bleu', { smooth_method: 'floor' }), /no option "smooth_method"/);
  assert.throws(() => metric('ter', { normalized: 1n }), /true or false/);
});

test('a list of one answer stands for it; of several targets each is a reference', () => {
  assert.deepEqual(metric('bleu')(['a b'], 'a b'), metric('bleu')('a b', 'a b'));
  assert.deepEqual(metric('bleu')('a b', ['a c', 'a b']), { kind: 'counts', counts: [2, 2, 2, 1, 0, 0, 2, 1, 0, 0] });
  for (const name of NAMES) {
    assert.throws(() => metric(name)(['a', 'b'], 'a'), PyError);
    assert.throws(() => metric(name)('a', 7n), PyError);
    assert.throws(() => metric(name)('a', []), PyError);
  }
});
