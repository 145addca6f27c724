import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NamePattern } from '../../src/files/name-pattern';

/** Values from Python's fnmatch.fnmatchcase. */
const CASES: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
  ['mmlu_*', 'mmlu_anatomy', true],
  ['mmlu_*', 'mmlu', false],
  ['*', '', true],
  ['?', '', false],
  ['a?c', 'abc', true],
  ['*.yaml', '.yaml', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[!a-c]x', 'dx', true],
  ['[]]', ']', true],
  ['[!]]', ']', false],
  ['[z-a]', 'm', false],
  ['[!z-a]', 'm', true],
  ['[', '[', true],
  ['a[', 'a[', true],
  ['[a-]', '-', true],
  ['a.c', 'abc', false],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxbyy', false],
  ['*a', 'aaa', true],
  ['?', '\u{1f600}', true],
];

describe('name patterns', () => {
  for (const [pattern, name, matches] of CASES) {
    it(`${pattern} ${matches ? 'fits' : 'does not fit'} ${name}`, () => assert.equal(new NamePattern(pattern).matches(name), matches));
  }

  it('do not explode on many stars', () => {
    const pattern = new NamePattern(`${'a*'.repeat(30)}b`);
    assert.equal(pattern.matches('a'.repeat(3000)), false);
    assert.equal(pattern.matches(`${'a'.repeat(3000)}b`), true);
  });
});
