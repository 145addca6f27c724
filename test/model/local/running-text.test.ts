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
      // A piece that is nothing but the start of one long character shows it as unknown; all others are told as they are.
      const broken = pieces.some((piece) => piece.text.includes('\ufffd'));
      if (broken) assert.ok(pieces.some((piece) => piece.tokenLogprobs.length < 4 && piece.text.includes('\ufffd')));
      else assert.ok(text.startsWith(told));
    }),
  );
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
