import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlannedBatch } from '../../../src/model/local/batches';
import { encodingRules } from '../../../src/model/local/encode';
import { ScoreJob } from '../../../src/model/local/score-job';
import type { ScoreEvent, ScorePiece, ScoreRequest, ScoreResponse } from '../../../src/model/request';
import { FakeTokenizer } from './fake-tokenizer';

/** Scores that tell targets apart. */
function scored({ rows, tokens }: PlannedBatch): Parameters<ScoreJob['take']>[1] {
  const targets = rows.flatMap((row) => [...row.targets]);
  return { logprobs: Float32Array.from(targets, (target) => -target / 64), greedy: Uint8Array.from(targets, () => 1), tokens, milliseconds: 1 };
}

type Ran = { readonly events: readonly ScoreEvent[]; readonly pieces: readonly ScorePiece[]; readonly responses: ReadonlyMap<string, ScoreResponse>; readonly rows: readonly string[] };

/** Answers a block; `later` says how many of the batches on their way are answered last first, `milliseconds` what each takes. */
async function run(requests: readonly ScoreRequest[], { later = 1, milliseconds = 1000, answered = [] as readonly string[] } = {}): Promise<Ran> {
  let time = 0;
  const job = new ScoreJob(requests, new Set(answered), () => undefined, () => time);
  await job.prepare(await encodingRules(new FakeTokenizer(), 8), 512);
  const events: ScoreEvent[] = [];
  const rows: string[] = [];
  const read = (async () => {
    for await (const event of job.events) events.push(event);
  })();
  for (;;) {
    const batches = Array.from({ length: later }, () => job.next()).flatMap((batch) => batch ?? []);
    if (batches.length === 0) break;
    for (const batch of batches.reverse()) {
      time += milliseconds;
      rows.push(batch.rows.map(({ tokens, targets }) => `${tokens.join()}>${targets.join()}`).join(';'));
      job.take(batch, scored(batch));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await read;
  const pieces = events.flatMap((event) => (event.type === 'piece' ? [event.piece] : []));
  return { events, pieces, rows, responses: new Map(events.flatMap((event) => (event.type === 'response' ? [[event.response.id, event.response] as const] : []))) };
}

const rolling = (id: string, text: string, window = 8, from?: number): ScoreRequest => ({ kind: 'loglikelihood_rolling', id, text, window, ...(from !== undefined && { from }) });
/** No character twice. */
const long = Array.from({ length: 20_000 }, (_, index) => String.fromCharCode(256 + index)).join('');
const codes = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Pieces follow one another from `from` to the end of the text, and the response brings their sums alone. */
function checkPieces(text: string, pieces: readonly ScorePiece[], response: ScoreResponse | undefined, from = 0): void {
  let at = from;
  for (const piece of pieces) {
    assert.equal(piece.from, at);
    assert.ok(piece.tokenIds.length > 0 && piece.tokenIds.length <= 8192);
    at += piece.tokenIds.length;
  }
  assert.equal(at, text.length);
  assert.deepEqual(pieces.flatMap(({ tokenIds }) => tokenIds), codes(text.slice(from)));
  assert.deepEqual(pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs), codes(text.slice(from)).map((code) => -code / 64));
  assert.equal(pieces.map((piece) => piece.text).join(''), text.slice(from));
  assert.deepEqual([response?.tokenIds, response?.tokenLogprobs, response?.tokenGreedy, response?.tokens], [[], [], [], text.length - from]);
  assert.equal(response?.logLikelihood, sum(pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs)));
  assert.equal(response?.greedy, true);
}

test('a long text is told in pieces; its response has their sums and nothing follows it', async () => {
  const { events, pieces, responses } = await run([rolling('a', long)]);
  assert.ok(pieces.length >= 5, `${pieces.length} pieces`);
  checkPieces(long, pieces, responses.get('a'));
  assert.equal(events.at(-1)?.type, 'response');
});

test('whatever comes first, pieces are the text in order', async () => {
  const text = fc.tuple(fc.nat({ max: 9_000 }), fc.integer({ min: 1, max: 9_000 })).map(([start, length]) => long.slice(start, start + length));
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }), async (texts, later, window) => {
      const { events, pieces, responses } = await run(texts.map((each, index) => rolling(String(index), each, window)), { later });
      assert.equal(responses.size, texts.length);
      for (const [index, each] of texts.entries()) {
        const id = String(index);
        const own = pieces.filter((piece) => piece.id === id);
        if (own.length === 0) assert.deepEqual(responses.get(id)?.tokenIds, codes(each));
        else checkPieces(each, own, responses.get(id));
        told += own.length;
        const answeredAt = events.findIndex((event) => event.type === 'response' && event.response.id === id);
        assert.ok(events.findLastIndex((event) => event.type === 'piece' && event.piece.id === id) < answeredAt);
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(told > 100, `${told} pieces`);
});

test('a text goes on where a piece ended, in the company it would have had', async () => {
  const whole = await run([rolling('a', long)], { later: 3 });
  for (const { from } of [...whole.pieces, { from: long.length }]) {
    const rest = await run([rolling('a', long, 8, from)], { later: 3 });
    checkPieces(long, rest.pieces, rest.responses.get('a'), from);
    assert.ok(rest.rows.every((row) => whole.rows.includes(row)), 'the same batches');
    assert.ok(rest.rows.length <= Math.ceil((long.length - from) / 512) + 1, 'and no more than are needed');
  }
});

test('at most ten pieces a second of a text, of one that is done sooner one in all; a short text and one that is answered have none', async () => {
  const { pieces, rows } = await run([rolling('a', long)], { milliseconds: 20 });
  assert.ok(rows.length >= 30);
  assert.ok(pieces.length >= 3 && pieces.length <= (rows.length * 20) / 100 + 1, `${pieces.length} pieces of ${rows.length} batches`);
  assert.equal((await run([rolling('a', long.slice(0, 8000))], { milliseconds: 0.1 })).pieces.length, 1);
  assert.deepEqual((await run([rolling('a', 'short'), { kind: 'loglikelihood', id: 'b', context: 'a', continuation: ' b' }])).pieces, []);
  const half = await run([rolling('a', long), rolling('b', [...long].reverse().join(''))], { answered: ['a'] });
  assert.deepEqual([...new Set(half.pieces.map(({ id }) => id))], ['b']);
});
