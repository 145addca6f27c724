import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainText } from '../../src/protocol/plain-text';

test('what steers a terminal goes, what it said stays', () => {
  assert.equal(plainText('\u001b]0;title\u0007\u001b[2J\u009b31mred\u007f', 100), ']0;title[2J31mred');
});

test('text is read in the order it has, and nothing hides in it', () => {
  assert.equal(plainText('a\u202egnp.exe\u202c \u2066x\u2069 \u200fy\u061c', 100), 'agnp.exe x y');
  assert.equal(plainText('ac\u200bc\ufeff\u2060\u00ad \u{e0041}\u{e007f}1.0', 100), 'acc 1.0');
});

test('it is one line', () => {
  assert.equal(plainText('a\r\n\tb\u2028c\u2029d\u0085e\vf', 100), 'a b c d e f');
});

test('letters of every script, emoji and marks on letters stay', () => {
  for (const text of ['sst2 · 4-shot', '学習 #3 100%', 'שלום', 'مرحبا', 'e\u0301tude', '🧪', 'naïve']) assert.equal(plainText(text, 100), text);
});

test('it is cut where it is too long, never through a character', () => {
  assert.equal(plainText('abcdef', 6), 'abcdef');
  assert.equal(plainText('abcdefg', 6), 'abcde…');
  assert.equal(plainText('abcd🧪f', 6), 'abcd…');
  assert.equal(plainText('\u200b'.repeat(1000), 6), '…');
  assert.equal(plainText(`\u200b${'a'.repeat(6)}`, 6), 'aaaaaa');
  assert.equal(plainText('\ud83e', 6), '');
});

test('whatever the text, the result is clean, short enough, and clean text is left alone', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 40 }), (text, most) => {
      const plain = plainText(text, most);
      assert.ok(plain.length <= most);
      assert.doesNotMatch(plain, /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\u200b-\u200f]/u);
      assert.equal(plainText(plain, most), plain);
    }),
  );
});
