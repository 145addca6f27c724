import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PartialScores } from '../../../src/model/language-model';
import { RunningText } from '../../../src/model/local/running-text';

/** A byte-level tokenizer: one id a byte, so that characters of several bytes span tokens. */
const tokenizer = { decode: (ids: readonly number[]) => Promise.resolve(Buffer.from(ids).toString('utf8')) };

class Scored {
  prefixLength = 0;
  constructor(readonly tokenIds: readonly number[]) {}
  logprobsOf(start: number, end: number): number[] {
    return this.tokenIds.slice(start, end).map((id) => -id / 256);
  }
}

test('pieces follow one another without a gap and end at whole characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 }), async (text, steps) => {
      const bytes = [...Buffer.from(text, 'utf8')];
      const scored = new Scored(bytes);
      let time = 0;
      const rules = { tokenizer: tokenizer as never, prefixTokenId: null, prefixText: null };
      const running = new RunningText({ id: 't', text }, scored, rules, () => (time += 1000));
      running.begin();
      const pieces: PartialScores[] = [];
      for (const step of steps) {
        scored.prefixLength = Math.min(bytes.length, scored.prefixLength + step);
        const piece = await running.next();
        if (piece !== null) pieces.push(piece);
      }
      const told = pieces.map((piece) => piece.text).join('');
      const logprobs = pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs);
      assert.deepEqual(logprobs, scored.logprobsOf(0, logprobs.length));
      assert.equal(told, Buffer.from(bytes.slice(0, logprobs.length)).toString('utf8'));
      assert.ok(text.startsWith(told));
      assert.ok(scored.prefixLength - logprobs.length <= 3, 'no more is held back than a character');
    }),
  );
});

test('a text that cannot be told in whole characters is told as it is decoded', async () => {
  const scored = new Scored([0x61, 0xff, 0xff, 0xff, 0xff, 0xff]);
  let time = 0;
  const running = new RunningText({ id: 't', text: 'a' }, scored, { tokenizer: tokenizer as never, prefixTokenId: null, prefixText: null }, () => (time += 1000));
  running.begin();
  scored.prefixLength = 6;
  assert.deepEqual(await running.next(), { id: 't', tokenLogprobs: scored.logprobsOf(0, 6), text: `a${'\ufffd'.repeat(5)}` });
});

test('a decoder that strips the first space of a text takes none from a piece, and an added prefix token is no part of the text', async () => {
  const words = ['<s>', ' one', ' two', ' three', ' four'];
  const decode = (ids: readonly number[]): Promise<string> => Promise.resolve(ids.map((id) => words[id] ?? '').join('').replace(/^ /, ''));
  const told = async (ids: readonly number[], text: string): Promise<string[]> => {
    const scored = new Scored(ids);
    let time = 0;
    const running = new RunningText({ id: 't', text }, scored, { tokenizer: { decode } as never, prefixTokenId: 0, prefixText: '<s>' }, () => (time += 1000));
    running.begin();
    const pieces: string[] = [];
    for (scored.prefixLength = 2; scored.prefixLength <= ids.length; scored.prefixLength += 2) pieces.push((await running.next())?.text ?? assert.fail());
    return pieces;
  };
  assert.deepEqual(await told([1, 2, 3, 4], 'one two three four'), ['one two', ' three four']);
  assert.deepEqual(await told([0, 1, 2, 3], 'one two three'), [' one', ' two three']);
  assert.deepEqual(await told([0, 1, 2, 3], '<s> one two three'), ['<s> one', ' two three']);
});

test('at most ten pieces a second', async () => {
  const scored = new Scored([...Buffer.from('a long text', 'utf8')]);
  let time = 0;
  const running = new RunningText({ id: 't', text: 'a long text' }, scored, { tokenizer: tokenizer as never, prefixTokenId: null, prefixText: null }, () => time);
  running.begin();
  scored.prefixLength = 3;
  time = 50;
  assert.equal(await running.next(), null);
  time = 100;
  assert.deepEqual(await running.next(), { id: 't', tokenLogprobs: scored.logprobsOf(0, 3), text: 'a l' });
  scored.prefixLength = 5;
  time = 150;
  assert.equal(await running.next(), null);
});
