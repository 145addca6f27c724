import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactMatchText } from '../../src/metrics/exact-match-text';
import { PyError } from '../../src/python/errors';
import type { PyValue } from '../../src/python/value';

function value(result: PyValue, gold: PyValue, options: Record<string, PyValue> = {}, severalTargets = false): number {
  const metric = exactMatchText.configure?.(options) ?? exactMatchText;
  const found = metric.value({ kind: 'generate_until', result, gold, severalTargets });
  assert.equal(found.kind, 'number');
  return found.kind === 'number' ? found.value : NaN;
}

// exact_match_hf_evaluate of lm-evaluation-harness 0.4.13 gave these.
test('white space counts, case and punctuation unless told otherwise', () => {
  assert.equal(value('a', 'a'), 1);
  assert.equal(value('a ', 'a'), 0);
  assert.equal(value('A.', 'a'), 0);
  assert.equal(value('A.', 'a', { ignore_case: true, ignore_punctuation: true }), 1);
  assert.equal(value('a–', 'a', { ignore_punctuation: true }), 0);
  assert.equal(value('a1', 'a2', { ignore_numbers: true }), 1);
});

test('regexes go first, in order, over both sides', () => {
  const options = { regexes_to_ignore: [',', '\\$', '(?s).*#### ', '\\.$'], ignore_case: true };
  assert.equal(value('$1,234.', 'It is\nso.\n#### 1234', options), 1);
});

test('an answer that no filter shortened counts by its share, one of several targets is enough', () => {
  assert.equal(value(['a', 'b', 'a', 'c'], 'a'), 0.5);
  assert.equal(value('b', ['a', 'b'], {}, true), 1);
  assert.equal(value('c', ['a', 'b'], {}, true), 0);
  assert.equal(value('b', 'b', {}, true), 1);
});

test('numbers are equal to numbers only; options want text', () => {
  assert.equal(value(1n, 1n), 1);
  assert.equal(value(1n, '1'), 0);
  assert.throws(() => value(1n, 1n, { ignore_case: true }), PyError);
  assert.throws(() => value('a', 'a', { ignore_cases: true }), /no option "ignore_cases"/);
  assert.throws(() => value('a', 'a', { ignore_case: 'yes' }), /true or false/);
});
