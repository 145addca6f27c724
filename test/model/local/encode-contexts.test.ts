import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodingRules } from '../../../src/model/local/encode';
import { encodeContexts } from '../../../src/model/local/encode-contexts';
import type { GenerateRequest } from '../../../src/model/request';
import type { PyValue } from '../../../src/python/value';
import { FakeTokenizer } from './fake-tokenizer';

const request = (context: string, kwargs: Readonly<Record<string, PyValue>> = {}): GenerateRequest => ({ kind: 'generate_until', id: context, context, kwargs: new Map(Object.entries(kwargs)), seed: 1 });
const codes = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

test('special tokens unless the prompt begins with BOS; cut on the left to what the answer leaves', async () => {
  const rules = await encodingRules(new FakeTokenizer({ addsBos: true }), 20);
  const { encoded, failures } = await encodeContexts([request('abc', { max_gen_toks: 4n }), request('<s>abc', { max_gen_toks: 4n }), request('abcdefghij', { max_gen_toks: 13n }), request('x', { max_gen_toks: 20n })], rules);
  assert.deepEqual(encoded.map(({ tokens, truncated }) => [tokens, truncated]), [
    [[1, ...codes('abc')], 0],
    [[1, ...codes('abc')], 0],
    [codes('defghij'), 4],
  ]);
  assert.deepEqual(failures.map(({ id, code }) => [id, code]), [['x', 'no-room-for-context']]);
});

test('white space at the end belongs to the prompt; one without a token begins with the prefix token, or fails', async () => {
  const kwargs = { max_gen_toks: 1n };
  const withBos = await encodeContexts([request('a ', kwargs), request('', kwargs)], await encodingRules(new FakeTokenizer(), 9));
  assert.deepEqual(withBos.encoded.map(({ tokens }) => tokens), [codes('a '), [1]]);
  const without = await encodeContexts([request('', kwargs), request('é', kwargs)], await encodingRules(new FakeTokenizer({ bos: false }), 9, 200));
  assert.deepEqual(without.failures.map(({ code }) => code), ['empty-context', 'id-beyond-embedding']);
});
