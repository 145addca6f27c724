import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowingAnswer } from '../../../src/model/local/answer-text';
import { cutAtStops } from '../../../src/model/stop-strings';
import { sharedPrefixes } from '../../../src/model/local/shared-prefixes';

test('the text is cut before each stop string in turn', () => {
  assert.equal(cutAtStops('a b c', ['c', 'b']), 'a ');
  assert.equal(cutAtStops('a b c', ['', 'x']), 'a b c');
  assert.equal(cutAtStops('stop', ['stop']), '');
  assert.equal(cutAtStops('abc', []), 'abc');
});

test('every token is looked at once, with enough before it to hold the longest stop string', () => {
  const answer = new GrowingAnswer(['né', 'x']);
  const ids = Array.from({ length: 20 }, (_, index) => index);
  answer.ids.push(...ids.slice(0, 2));
  assert.deepEqual(answer.unsearched(2), [{ length: 1, tail: [0] }, { length: 2, tail: [0, 1] }]);
  assert.deepEqual(answer.unsearched(2), []);
  answer.ids.push(...ids.slice(2));
  const [, last] = answer.unsearched(20).slice(-2);
  assert.equal(last?.length, 20);
  assert.ok((last?.tail.length ?? 0) >= 3);
  assert.deepEqual(last?.tail, ids.slice(-(last?.tail.length ?? 0)));
  assert.ok(answer.isStop('a né'));
  assert.deepEqual(new GrowingAnswer([]).unsearched(3), []);
});

test('rows with the same beginning share it, the longest first; the shortest keeps a token of its own', () => {
  const begin = Array.from({ length: 40 }, (_, index) => index);
  const rows = [[...begin, 100, 1], [5, 6], [...begin, 100], [...begin, 100, 2, 3], [7, ...begin], [7, ...begin]];
  assert.deepEqual(sharedPrefixes(rows, 3), [
    { index: 3, prefix: { id: 3, tokens: 40 } },
    { index: 0, prefix: { id: 3, tokens: 40 } },
    { index: 2, prefix: { id: 3, tokens: 40 } },
    { index: 1, prefix: null },
    { index: 4, prefix: { id: 4, tokens: 40 } },
    { index: 5, prefix: { id: 4, tokens: 40 } },
  ]);
  assert.deepEqual(sharedPrefixes([], 0), []);
  assert.deepEqual(sharedPrefixes([begin], 0), [{ index: 0, prefix: null }]);
});
