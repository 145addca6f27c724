/** Python's `re` (CPython 3.11): what `findall`, `sub` and `search` give for patterns of task files, odd ones and random ones; and which patterns are none. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { PyError } from '../../src/python/errors';
import { PyPattern } from '../../src/python/regex';
import { PyTuple } from '../../src/python/value';

type Found = readonly (string | readonly string[])[];
type Case = { readonly pattern: string } & ({ readonly error: string } | { readonly cases: readonly (readonly [text: string, all: Found, replaced: string, first: readonly (string | null)[] | null])[] });

const CASES = JSON.parse(readFileSync(path.join(__dirname, '../fixtures/python/regex.json'), 'utf8')) as readonly Case[];

describe('patterns mean what they mean in Python', () => {
  for (const one of CASES) {
    test(JSON.stringify(one.pattern), () => {
      if ('error' in one) {
        assert.throws(() => new PyPattern(one.pattern), PyError);
        return;
      }
      const pattern = new PyPattern(one.pattern);
      for (const [text, all, replaced, first] of one.cases) {
        assert.deepEqual(pattern.findAll(text).map((match) => (match instanceof PyTuple ? match.items : match)), all, text);
        assert.equal(pattern.sub('<>', text, 0), replaced);
        const found = pattern.search(text);
        assert.deepEqual(found === null ? null : [...found], first);
      }
    });
  }
});

test('a pattern that is none says why and where', () => {
  const messageOf = (pattern: string): string => {
    try {
      new PyPattern(pattern);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  assert.match(messageOf('a)'), /unbalanced parenthesis at position 1/);
  assert.match(messageOf('(?<=a+)b'), /look-behind requires fixed-width pattern/);
  assert.match(messageOf('[z-a]'), /bad character range z-a at position 1/);
  assert.match(messageOf('\\N{DIGIT ONE}'), /characters by name/);
  assert.match(messageOf('('.repeat(2_000)), /recursion/);
});

test('a pattern that runs away ends after a number of steps, and a long text is searched whole', () => {
  assert.throws(() => new PyPattern('(a+)+$').search(`${'a'.repeat(40)}b`), (error) => error instanceof PyError && error.type === 'MemoryError');
  assert.throws(() => new PyPattern('(?:(a)|b)*c').search('ab'.repeat(20_000_000)), (error) => error instanceof PyError && error.type === 'MemoryError');
  const long = `${'x y '.repeat(200_000)}answer is 7`;
  assert.deepEqual(new PyPattern('answer is (\\d)').findAll(long), ['7']);
  assert.equal(new PyPattern('(?:x|y| )*').search(long)?.[0], `${'x y '.repeat(200_000)}`);
});
