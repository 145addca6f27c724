import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRequests, type Encoding, encodingRules } from '../../../src/model/local/encode';
import type { ScoreRequest } from '../../../src/model/request';
import { type FakeOptions, FakeTokenizer } from './fake-tokenizer';

const codes = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

async function encode(requests: readonly ScoreRequest[], options: FakeOptions = {}, maxLength = 100): Promise<Encoding> {
  return encodeRequests(requests, await encodingRules(new FakeTokenizer(options), maxLength));
}

const pair = (context: string, continuation: string): ScoreRequest => ({ kind: 'loglikelihood', id: 'p', context, continuation });

async function sequence(context: string, continuation: string, options: FakeOptions = {}, maxLength = 100): Promise<{ fed: readonly number[]; targets: readonly number[] } | undefined> {
  const { encoded, failures } = await encode([pair(context, continuation)], options, maxLength);
  assert.deepEqual(failures, []);
  return encoded[0]?.sequences[0];
}

async function failure(context: string, continuation: string, options: FakeOptions = {}, maxLength = 100): Promise<string | undefined> {
  const { encoded, failures } = await encode([pair(context, continuation)], options, maxLength);
  assert.deepEqual(encoded, []);
  return failures[0]?.code;
}

test('the last token is a target only, the token before a target predicts it', async () => {
  assert.deepEqual(await sequence('ab', 'cd'), { fed: codes('abc'), targets: codes('cd') });
});

test('white space at the end of the context moves to the continuation', async () => {
  assert.deepEqual(await sequence('ab \n', 'c'), { fed: codes('ab \n'), targets: codes(' \nc') });
});

test('a token merged across the border: context alone, then the tail of both together', async () => {
  // "Hello" + "world": alone H e l l o, together H e l l ow o r l d
  const merged = await sequence('Hello', 'world', { merges: ['ow'] });
  assert.deepEqual(merged, { fed: codes('Helloorl'), targets: codes('orld') });
});

test('a continuation that disappears in the last token of the context is a failure', async () => {
  assert.equal(await failure('a', 'b', { merges: ['ab'] }), 'empty-continuation');
  assert.equal(await failure('a', ''), 'empty-continuation');
  assert.equal(await failure('', ''), 'empty-continuation');
});

test('an empty context is the prefix token, which is not doubled', async () => {
  assert.deepEqual(await sequence('', 'ab', { addsBos: true }), { fed: [1, 97], targets: [97, 98] });
  assert.deepEqual(await sequence('', '<s>ab', { addsBos: true }), { fed: [1, 97], targets: [97, 98] });
  assert.equal(await failure('', 'ab', { bos: false }), 'empty-context');
});

test('a context of white space alone has a token only where the tokenizer adds one', async () => {
  assert.equal(await failure('  ', 'ab'), 'blank-context');
  assert.deepEqual(await sequence('  ', 'a', { addsBos: true }), { fed: [1, 32, 32], targets: codes('  a') });
});

test('special tokens as the tokenizer adds them, but not before a prefix token that is there', async () => {
  assert.deepEqual(await sequence('ab', 'c', { addsBos: true }), { fed: [1, ...codes('ab')], targets: codes('c') });
  assert.deepEqual(await sequence('<s>ab', 'c', { addsBos: true }), { fed: [1, ...codes('ab')], targets: codes('c') });
});

test('a context that is too long is cut on the left, and says by how much', async () => {
  const { encoded } = await encode([pair('abcdef', 'gh')], {}, 4);
  assert.deepEqual(encoded[0]?.sequences, [{ fed: codes('defg'), targets: codes('gh') }]);
  assert.equal(encoded[0]?.truncated, 3);
  assert.deepEqual(await sequence('a', 'bcde', {}, 4), { fed: codes('abcd'), targets: codes('bcde') }, 'a continuation as long as the model');
  assert.equal(await failure('a', 'bcdef', {}, 4), 'continuation-too-long');
});

test('rolling text takes the tokenizer\'s special tokens unless told not to', async () => {
  const rolling = { kind: 'loglikelihood_rolling', id: 'r', text: 'ab' } as const;
  const { encoded } = await encode([rolling, { ...rolling, specialTokens: false }], { addsBos: true });
  assert.deepEqual(encoded.map(({ sequences }) => sequences), [
    [{ fed: [1, 1, 97], targets: [1, 97, 98] }],
    [{ fed: [1, 97], targets: [97, 98] }],
  ]);
});

test('one request that fails does not stop the others, and each text is encoded once', async () => {
  const tokenizer = new FakeTokenizer({ addsBos: true });
  const requests = [pair('q', ' a'), pair('q', ' b'), pair('q', ''), pair('', ' a'), pair('', ' a')];
  const { encoded, failures } = await encodeRequests(requests, await encodingRules(tokenizer, 100));
  assert.equal(encoded.length, 4);
  assert.equal(failures.length, 1);
  assert.match(failures[0]?.message ?? '', /continuation is empty/);
  assert.deepEqual(tokenizer.asked, [
    { texts: ['q', 'q a', 'q b'], special: true },
    { texts: [' a'], special: false },
  ]);
});

test("an id beyond the embedding's rows is a failure with the id and the rows; the others go on", async () => {
  const rules = await encodingRules(new FakeTokenizer({ merges: ['<added>'] }), 100, 1000);
  const { encoded, failures } = await encodeRequests(
    [
      { ...pair('a', ' b'), id: 'fine' },
      { ...pair('a<added>', ' b'), id: 'context' },
      { ...pair('a', '<added>'), id: 'continuation' },
      { kind: 'loglikelihood_rolling', id: 'text', text: 'a<added>' },
    ],
    rules,
  );
  assert.deepEqual(encoded.map(({ request }) => request.id), ['fine']);
  assert.deepEqual(failures.map(({ id, code }) => [id, code]), ['context', 'continuation', 'text'].map((id) => [id, 'id-beyond-embedding']));
  assert.match(failures[0]?.message ?? '', /1000.*1000 rows/);
});
