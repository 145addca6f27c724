import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlannedBatch } from '../../../src/model/local/batches';
import { encodingRules } from '../../../src/model/local/encode';
import { ScoreJob } from '../../../src/model/local/score-job';
import type { PartialScores, ScoreEvent, ScoreRequest, ScoreResponse } from '../../../src/model/language-model';
import { FakeTokenizer } from './fake-tokenizer';

/** Scores that tell targets apart. */
function scored({ rows, tokens }: PlannedBatch): Parameters<ScoreJob['take']>[1] {
  const targets = rows.flatMap((row) => [...row.targets]);
  return { logprobs: Float32Array.from(targets, (target) => -target / 64), greedy: Uint8Array.from(targets, () => 1), tokens, milliseconds: 1 };
}

type Ran = { readonly events: readonly ScoreEvent[]; readonly partials: readonly PartialScores[]; readonly responses: ReadonlyMap<string, ScoreResponse> };

/** Answers a block; `later` says how many of the batches on their way are answered last first, `milliseconds` what each takes. */
async function run(requests: readonly ScoreRequest[], { later = 1, milliseconds = 1000, answered = [] as readonly string[] } = {}): Promise<Ran> {
  let time = 0;
  const job = new ScoreJob(requests, new Set(answered), () => undefined, () => time);
  await job.prepare(await encodingRules(new FakeTokenizer(), 8));
  const events: ScoreEvent[] = [];
  const read = (async () => {
    for await (const event of job.events) events.push(event);
  })();
  for (;;) {
    const batches = Array.from({ length: later }, () => job.next()).flatMap((batch) => batch ?? []);
    if (batches.length === 0) break;
    for (const batch of batches.reverse()) {
      time += milliseconds;
      job.take(batch, scored(batch));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await read;
  const partials = events.flatMap((event) => (event.type === 'partial' ? [event.partial] : []));
  return { events, partials, responses: new Map(events.flatMap((event) => (event.type === 'response' ? [[event.response.id, event.response] as const] : []))) };
}

const rolling = (id: string, text: string, window = 8): ScoreRequest => ({ kind: 'loglikelihood_rolling', id, text, window });
/** No character twice: windows with a common beginning would share a row, wherever they stand in the text. */
const long = Array.from({ length: 20_000 }, (_, index) => String.fromCharCode(256 + index)).join('');

test('a long text is told in pieces, the response repeats them, and nothing follows it', async () => {
  const { events, partials, responses } = await run([rolling('a', long)]);
  assert.ok(partials.length >= 5, `${partials.length} pieces`);
  const response = responses.get('a') as ScoreResponse;
  const told = partials.flatMap(({ tokenLogprobs }) => tokenLogprobs);
  assert.ok(told.length > 0.5 * long.length && told.length < long.length, 'the last batch has the response instead');
  assert.deepEqual(told, response.tokenLogprobs.slice(0, told.length));
  assert.equal(partials.map(({ text }) => text).join(''), long.slice(0, told.length));
  assert.equal(events.at(-1)?.type, 'response');
});

test('whatever comes first, pieces are a beginning of the text', async () => {
  const text = fc.tuple(fc.nat({ max: 9_000 }), fc.integer({ min: 1, max: 6_000 })).map(([start, length]) => long.slice(start, start + length));
  let pieces = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }), async (texts, later, window) => {
      const { events, partials, responses } = await run(texts.map((each, index) => rolling(String(index), each, window)), { later });
      assert.equal(responses.size, texts.length);
      for (const [index, each] of texts.entries()) {
        const own = partials.filter(({ id }) => id === String(index));
        const told = own.flatMap(({ tokenLogprobs }) => tokenLogprobs);
        assert.equal(own.map((piece) => piece.text).join(''), each.slice(0, told.length));
        assert.deepEqual(told, responses.get(String(index))?.tokenLogprobs.slice(0, told.length));
        assert.ok(own.every(({ tokenLogprobs }) => tokenLogprobs.length > 0));
        pieces += own.length;
        const answeredAt = events.findIndex((event) => event.type === 'response' && event.response.id === String(index));
        assert.ok(events.findLastIndex((event) => event.type === 'partial' && event.partial.id === String(index)) < answeredAt);
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(pieces > 100, `${pieces} pieces`);
});

test('at most ten pieces a second of a text; none of one that is done sooner, fits in a window or has its answer', async () => {
  const { partials } = await run([rolling('a', long)], { milliseconds: 20 });
  const batches = (await run([rolling('a', long)])).events.filter(({ type }) => type === 'progress').length;
  assert.ok(batches >= 30);
  assert.ok(partials.length >= 3 && partials.length <= (batches * 20) / 100, `${partials.length} pieces of ${batches} batches`);
  assert.deepEqual((await run([rolling('a', long)], { milliseconds: 0.1 })).partials, []);
  assert.deepEqual((await run([rolling('a', 'short'), { kind: 'loglikelihood', id: 'b', context: 'a', continuation: ' b' }])).partials, []);
  const half = await run([rolling('a', long), rolling('b', [...long].reverse().join(''))], { answered: ['a'] });
  assert.deepEqual([...new Set(half.partials.map(({ id }) => id))], ['b']);
});
