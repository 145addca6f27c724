import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LocalModel } from '../../../src/model/local/local-model';
import type { ScoreEvent, ScoreRequest, ScoreResponse } from '../../../src/model/request';
import { AssayError } from '../../../src/protocol/errors';
import { localModels } from './local-models';

const modelA = join(__dirname, '../../../examples/checkpoints/model-a');

const models = localModels();

const open = (): Promise<LocalModel> => models.open(modelA);

const NOUNS = ['play', 'story', 'picture', 'song', 'building', 'town', 'river', 'letter', 'garden', 'machine', 'market', 'teacher'];
const examples = NOUNS.map((noun, index) => `Review: the ${noun} of number ${index * 7} was ${index % 2 === 0 ? 'very good' : 'very bad'}.\nSentiment: ${index % 2 === 0 ? 'positive' : 'negative'}\n\n`).join('');
const filler = Array.from({ length: 320 }, (_, index) => NOUNS[index % NOUNS.length]).join(' ');

function ask(name: string, context: string): ScoreRequest[] {
  return [' positive', ' negative', ' neither of them'].map((continuation) => ({ kind: 'loglikelihood', id: `${name}${continuation}`, context, continuation }));
}

/** Questions of a task with examples that do not change, among them one that is cut on the left and one without the examples. */
function block(start: number): ScoreRequest[] {
  const questions = Array.from({ length: 10 }, (_, index) => `Review: ${index + start} ${NOUNS.slice(0, 1 + (index % 5)).join(' and ')} in a row.\nSentiment:`);
  return [
    ...questions.flatMap((question, index) => ask(`${start + index}`, examples + question)),
    ...ask(`${start} long`, `${examples}Review: ${filler}\nSentiment:`),
    ...ask(`${start} bare`, 'Review: nothing before it.\nSentiment:'),
  ];
}

async function collect(events: AsyncIterable<ScoreEvent>): Promise<{ responses: Map<string, ScoreResponse>; tokens: number }> {
  const responses = new Map<string, ScoreResponse>();
  let tokens = 0;
  for await (const event of events) {
    if (event.type === 'response') responses.set(event.response.id, event.response);
    else if (event.type === 'progress') tokens = event.tokens;
  }
  return { responses, tokens };
}

test('questions behind the same examples: the numbers of each alone, the examples read once for all blocks', async () => {
  const model = await open();
  const blocks = [block(100), block(200)];
  const [first, second] = [await collect(model.score(blocks[0] ?? [])), await collect(model.score(blocks[1] ?? []))];
  for (const [index, { responses }] of [first, second].entries()) {
    for (const request of blocks[index] ?? []) {
      const together = responses.get(request.id);
      const alone = (await collect(model.score([request]))).responses.get(request.id);
      assert.equal(together?.truncated, alone?.truncated);
      assert.equal((together?.truncated ?? 0) > 0, request.id.includes('long'));
      alone?.tokenLogprobs.forEach((logprob, token) => assert.ok(Math.abs(logprob - (together?.tokenLogprobs[token] ?? NaN)) < 1e-5, request.id));
    }
  }
  const ids = (await model.tokenize(examples)).ids.length;
  assert.ok(first.tokens - second.tokens >= ids - 64, `${first.tokens} tokens, then ${second.tokens}; the examples are ${ids}`);
});

test('a rest that is asked of a process that holds nothing is the same to the last bit', async () => {
  const requests = block(300);
  const warm = await open();
  await collect(warm.score(block(100)));
  const whole = await collect(warm.score(requests));
  const answered = new Set(requests.filter((_, index) => index % 4 !== 1).map(({ id }) => id));
  const rest = await collect((await open()).score(requests, undefined, answered));
  assert.equal(rest.responses.size, requests.length - answered.size);
  for (const [id, response] of rest.responses) assert.deepEqual(response, whole.responses.get(id));
});

test('a process that dies behind a prefix', async () => {
  const model = await open();
  const events = model.score([500, 600, 700, 800, 900].flatMap(block));
  const read = async (): Promise<void> => {
    for await (const event of events) if (event.type === 'progress') process.kill(model.processId ?? 0, 'SIGKILL');
  };
  await assert.rejects(read(), (error) => error instanceof AssayError && error.code === 'model-process-died');
});
