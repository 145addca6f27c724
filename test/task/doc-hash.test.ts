import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { docHash, sha256 } from '../../src/task/doc-hash';
import type { Doc, PyValue } from '../../src/python/value';

test('a text is hashed as its UTF-8, whatever stands in it', () => {
  for (const text of ['', 'abc', 'Größe 漢字 🦊', 'half a pair \ud83e', 'x'.repeat(100_000)]) {
    assert.equal(sha256(text), createHash('sha256').update(text, 'utf8').digest('hex'));
  }
});

test('documents with other values, types or orders of columns have other hashes', () => {
  const docs: Doc[] = [
    new Map([['a', 1n]]), new Map([['a', 1]]), new Map([['a', '1']]), new Map([['a', true]]), new Map([['a', null]]), new Map([['a', [1n]]]),
    new Map([['a', 'x'], ['b', 'y']]), new Map([['b', 'y'], ['a', 'x']]), new Map([['a', new Map([['b', 'y']])]]), new Map([['a', 'quote " and \n']]),
  ];
  assert.equal(new Set(docs.map(docHash)).size, docs.length);
  // json.dumps({"a": 1, "b": [1.0, None], "c": {}}, indent=2, ensure_ascii=False), hashed by Python
  const doc: Doc = new Map<string, PyValue>([['a', 1n], ['b', [1, null]], ['c', new Map()]]);
  assert.equal(docHash(doc), '0cb1fda5f3864965d26a5f0ad4b7e99247d4f2c03cda0a9674b86573101ad5c5');
});
