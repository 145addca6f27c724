import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tokenPlaces } from '../../../src/editor/texts/token-places';

const shown = (text: string, tokens: readonly string[]): string[] => tokenPlaces(text, tokens).map(({ start, end, tokens: count }) => `${text.slice(start, end)}/${count}`);

test('tokens stand where they are read', () => {
  assert.deepEqual(shown('the cat sat', ['the', ' cat', ' s', 'at']), ['the/1', ' cat/1', ' s/1', 'at/1']);
});

test('parts of a character stand together, up to the next token', () => {
  assert.deepEqual(shown('w\u00f6rld \u4e16\u754c!', ['w', '\uFFFD', '\uFFFD', 'r', 'ld', ' ', '\uFFFD', '\uFFFD', '\uFFFD', '\uFFFD', '!']), ['w/1', '\u00f6/2', 'r/1', 'ld/1', ' /1', '\u4e16\u754c/4', '!/1']);
  assert.deepEqual(shown('a\u{1f389}', ['a', '\uFFFD', '\uFFFD', '\uFFFD', '\uFFFD']), ['a/1', '\u{1f389}/4']);
});

test('a space that the tokenizer puts in front is none of the text', () => {
  assert.deepEqual(shown('the cat', [' the', ' cat']), ['the/1', ' cat/1']);
});

test('tokens that are not of this text say nothing false', () => {
  assert.deepEqual(shown('abc', ['x', 'y']), ['abc/2']);
  assert.deepEqual(shown('', ['x']), []);
  assert.deepEqual(shown('abc', []), []);
});

test('any text cut anywhere: places follow each other, and hold all of it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { maxLength: 12 }), (tokens) => {
      const text = tokens.join('');
      const places = tokenPlaces(text, tokens);
      assert.equal(places.map(({ start, end }) => text.slice(start, end)).join(''), text);
      assert.equal(places.reduce((sum, place) => sum + place.tokens, 0), tokens.length);
    }),
  );
});
