/** A checkpoint behind a server gives the numbers it gives here: the server's model is the same checkpoint, asked for single rows of tokens. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { openTokenizerProcess } from '../../../src/checkpoint/tokenizer/tokenizer-process';
import { openEndpointModel } from '../../../src/model/endpoint/open';
import type { LanguageModel } from '../../../src/model/language-model';
import type { LocalModel } from '../../../src/model/local/local-model';
import { ModelProcess } from '../../../src/model/local/model-process';
import { openLocalModel } from '../../../src/model/local/open';
import type { ScoreRequest, ScoreResponse } from '../../../src/model/request';
import { WholeAnswers } from '../../../src/model/whole-answer';
import { builtModelProcess } from '../local/built-model-process';
import { pair, rolling, served, TestClock } from './asked-model';
import { type Product, ScriptedServer, type ServedTokens } from './scripted-server';

const root = join(__dirname, '../../..');
const folder = join(root, 'examples/checkpoints/model-a');
const LENGTH = 66;

let bundle: Awaited<ReturnType<typeof builtModelProcess>>;
let local: LocalModel;
let behind: { readonly served: ServedTokens; readonly close: () => Promise<unknown> };

before(async () => {
  bundle = await builtModelProcess();
  // The harness leaves a server one token to generate, and one that is not scored.
  local = await openLocalModel(await openCheckpoint(folder), { modelProcess: bundle.script, maxLength: LENGTH - 2 });
  const tokenizer = await openTokenizerProcess({ folder, modelType: '', script: bundle.tokenizer });
  const process = new ModelProcess({ script: bundle.script, checkpoint: await openCheckpoint(folder), device: cpuProfile(1), maxTokens: LENGTH });
  const texts = await tokenizer.tokensOf(Array.from({ length: tokenizer.vocabularySize }, (_, id) => id));
  behind = {
    served: {
      bos: tokenizer.bosToken ?? tokenizer.eosToken ?? '',
      encode: async (text) => (await tokenizer.encodeBatch([text], false))[0] ?? [],
      textOf: (id) => texts[id] ?? '',
      score: async (ids) => {
        const tokens = Int32Array.from(ids.slice(0, -1));
        const { logprobs, greedy } = await process.score([{ tokens, parents: null, positions: Int32Array.from(tokens, (_, index) => index), targets: Int32Array.from(ids.slice(1)) }]);
        return Array.from(logprobs, (logprob, index) => ({ logprob, best: greedy[index] === 1 ? logprob : logprob / 2 }));
      },
    },
    close: () => Promise.all([process.close(), tokenizer.close()]),
  };
});

after(async () => {
  await local.close();
  await behind.close();
  bundle.remove();
});

type Row = { readonly sentence: string };
const rows = readFileSync(join(root, 'test/fixtures/data/sst2_validation.jsonl'), 'utf8').split('\n').slice(0, 6).map((line) => JSON.parse(line) as Row);

/** sst2 as lm-evaluation-harness asks it, a text longer than the model holds, a context longer than that, and continuations of nothing. */
const requests: readonly ScoreRequest[] = [
  ...rows.flatMap(({ sentence }, index) => ['negative', 'positive'].map((choice) => pair(`${index}/${choice}`, `${sentence}\nQuestion: Is this sentence positive or negative?\nAnswer:`, ` ${choice}`))),
  pair('long', rows.map(({ sentence }) => sentence).join(' '), ' positive'),
  pair('nothing', '', ` ${rows[0]?.sentence}`),
  pair('space', 'It was a ', 'good film'),
  rolling('short', rows[1]?.sentence ?? ''),
];
const book = rolling('book', rows.map(({ sentence }) => sentence).join('\n'));

function close(given: ScoreResponse | undefined, wanted: ScoreResponse, what: string): void {
  assert.ok(given, `${what}: ${wanted.id}`);
  assert.equal(given.tokenLogprobs.length, wanted.tokenLogprobs.length, `${what}: ${wanted.id}`);
  given.tokenLogprobs.forEach((logprob, index) => assert.ok(Math.abs(logprob - (wanted.tokenLogprobs[index] ?? NaN)) < 2e-5, `${what}: ${wanted.id}, token ${index}: ${logprob}, here ${wanted.tokenLogprobs[index]}`));
  assert.deepEqual([given.tokenGreedy, given.greedy, given.truncated], [wanted.tokenGreedy, wanted.greedy, wanted.truncated], `${what}: ${wanted.id}`);
}

async function answers(asked: Pick<LanguageModel, 'score'>, list: readonly ScoreRequest[]): Promise<ReadonlyMap<string, ScoreResponse>> {
  const [found, pieces] = [new Map<string, ScoreResponse>(), new WholeAnswers()];
  for await (const event of asked.score(list)) {
    if (event.type === 'failure') assert.fail(event.failure.message);
    if (event.type === 'piece') pieces.add(event.piece);
    if (event.type === 'response') found.set(event.response.id, pieces.whole(event.response));
  }
  return found;
}

const WAYS: Readonly<Record<string, readonly [Product, string | null]>> = {
  'the folder\'s tokenizer, ids': [{}, folder],
  'the folder\'s tokenizer, texts': [{ takesIds: false }, folder],
  'the server\'s tokenizer, prompt_logprobs': [{ tokenizes: true, echoes: false, promptLogprobs: true }, null],
};

for (const [way, [product, tokenizer]] of Object.entries(WAYS)) {
  test(`sst2, long contexts and long texts: ${way}`, async (t) => {
    const server = await ScriptedServer.start(behind.served, product);
    const model = await openEndpointModel(served(server.endpoint, { tokenizer, maxLength: LENGTH }), { key: null, clock: new TestClock(), tokenizerProcess: bundle.tokenizer });
    t.after(async () => {
      await model.close();
      await server.stop();
    });
    const list = [...requests, book];
    const [given, wanted] = [await answers(model, list), await answers(local, list)];
    assert.equal(wanted.size, list.length);
    for (const response of wanted.values()) {
      close(given.get(response.id), response, way);
      assert.deepEqual(given.get(response.id)?.tokenIds, response.tokenIds);
    }
    assert.deepEqual(await model.tokenize('It was good.'), await local.tokenize('It was good.'));
  });
}

test('sst2 by the texts of the tokens alone', async (t) => {
  const server = await ScriptedServer.start(behind.served, {});
  const model = await openEndpointModel(served(server.endpoint, { maxLength: 500 }), { key: null, clock: new TestClock() });
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  const told = requests.filter((request) => request.kind === 'loglikelihood' && !['long', 'nothing'].includes(request.id));
  const [given, wanted] = [await answers(model, told), await answers(local, told)];
  // Contexts that are cut here are whole there.
  for (const response of wanted.values()) if (response.truncated === 0) close(given.get(response.id), { ...response }, 'texts');
});
