import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ScorePiece } from '../../../src/model/request';
import type { EncodingRules } from '../../../src/model/local/encode';
import { LongText } from '../../../src/model/local/long-text';
import { RollingWindows } from '../../../src/model/local/windows';

type Rules = Pick<EncodingRules, 'tokenizer' | 'prefixTokenId' | 'prefixText'>;
/** A byte-level tokenizer: one id a byte, so that characters of several bytes span tokens. */
const bytewise: Rules = { tokenizer: { decode: (ids: readonly number[]) => Promise.resolve(Buffer.from(ids).toString('utf8')) } as never, prefixTokenId: null, prefixText: null };

/** Scores a text `step` tokens at a time, with a piece after each. */
async function pieces(text: string, ids: readonly number[], rules: Rules, step: number, from = 0): Promise<ScorePiece[]> {
  let time = 0;
  const windows = new RollingWindows(ids, 0, { window: step, stride: step });
  const running = new LongText({ kind: 'loglikelihood_rolling', id: 't', text, from }, windows, rules, step, () => (time += 1000));
  const told: ScorePiece[] = [];
  for (let batch = running.nextBatch(); batch !== undefined; batch = running.nextBatch()) {
    const targets = batch.rows.flatMap((row) => [...row.targets]);
    running.take(batch, { logprobs: Float32Array.from(targets, (id) => -id / 256), greedy: Uint8Array.from(targets, () => 1), tokens: 1, milliseconds: 1 });
    while (running.isDue) {
      const piece = await running.nextPiece();
      if (piece === null) break;
      told.push(piece);
    }
  }
  assert.equal(running.isTold, true);
  return told;
}

test('pieces follow one another without a gap and end at whole characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (text, step) => {
      const ids = [...Buffer.from(text, 'utf8')];
      const told = await pieces(text, ids, bytewise, step);
      assert.deepEqual(told.flatMap(({ tokenIds }) => tokenIds), ids);
      let before = '';
      for (const piece of told) assert.ok(text.startsWith((before += piece.text)), 'whole characters');
      assert.equal(before, text);
      const cut = told[Math.floor(told.length / 2)] as ScorePiece;
      assert.deepEqual((await pieces(text, ids, bytewise, step, cut.from)).map((piece) => piece.tokenIds).flat(), ids.slice(cut.from));
    }),
  );
});

test('a text that cannot be told in whole characters is told as it is decoded', async () => {
  const ids = [0x61, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61];
  assert.deepEqual((await pieces('a', ids, bytewise, 6)).map(({ text }) => text), [`a${'\ufffd'.repeat(5)}`, 'a']);
});

test('a decoder that strips the first space of a text takes none from a piece, and an added prefix token is no part of the text', async () => {
  const words = ['<s>', ' one', ' two', ' three', ' four'];
  const decode = (ids: readonly number[]): Promise<string> => Promise.resolve(ids.map((id) => words[id] ?? '').join('').replace(/^ /, ''));
  const told = async (ids: readonly number[], text: string): Promise<string[]> =>
    (await pieces(text, ids, { tokenizer: { decode } as never, prefixTokenId: 0, prefixText: '<s>' }, 2)).map((piece) => piece.text);
  assert.deepEqual(await told([1, 2, 3, 4], 'one two three four'), ['one two', ' three four']);
  assert.deepEqual(await told([0, 1, 2, 3], 'one two three'), [' one', ' two three']);
  assert.deepEqual(await told([0, 1, 2, 3], '<s> one two three'), ['<s> one', ' two three']);
});
