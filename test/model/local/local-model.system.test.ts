import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/open';
import type { ScoreEvent, ScorePiece, ScoreRequest, ScoreResponse } from '../../../src/model/request';
import { WholeAnswers } from '../../../src/model/whole-answer';
import { cpuProfile } from '../../../src/model/device-profile';
import type { LocalModel } from '../../../src/model/local/local-model';
import { openLocalModel } from '../../../src/model/local/open';
import { AssayError } from '../../../src/protocol/errors';
import { isAlive } from './built-model-process';
import { localModels } from './local-models';

const root = join(__dirname, '../../..');
const modelA = join(root, 'examples/checkpoints/model-a');

/** What lm-evaluation-harness 0.4.13 computed for model-a (`hf`, float32, `logits_cache=False`), from its sample lines. */
type Expected = { task: string; doc: number; arguments: [string] | [string, string]; logLikelihood: number; greedy?: boolean };
const expected = readFileSync(join(root, 'test/fixtures/local/model-a.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Expected);

const models = localModels();

const open = (options: { maxLength?: number; signal?: AbortSignal } = {}): Promise<LocalModel> => models.open(modelA, options);

function request({ arguments: [first, continuation] }: Expected, index: number): ScoreRequest {
  return continuation === undefined
    ? { kind: 'loglikelihood_rolling', id: String(index), text: first }
    : { kind: 'loglikelihood', id: String(index), context: first, continuation };
}

async function collect(events: AsyncIterable<ScoreEvent>): Promise<{ responses: Map<string, ScoreResponse>; pieces: ScorePiece[]; failures: string[]; tokens: number[] }> {
  const responses = new Map<string, ScoreResponse>();
  const pieces: ScorePiece[] = [];
  const answers = new WholeAnswers();
  const failures: string[] = [];
  const tokens: number[] = [];
  for await (const event of events) {
    if (event.type === 'response') {
      assert.ok(!responses.has(event.response.id), 'answered once');
      responses.set(event.response.id, answers.whole(event.response));
    } else if (event.type === 'piece') {
      pieces.push(event.piece);
      answers.add(event.piece);
    } else if (event.type === 'failure') failures.push(event.failure.id);
    else if (event.type === 'progress') tokens.push(event.tokens);
  }
  return { responses, pieces, failures, tokens };
}

test('how the weights lie in memory is told, and warned of where it costs time', async () => {
  const codes = async (memoryShare: number): Promise<[string | undefined, string[]]> => {
    const { info } = await models.open(modelA, { device: { ...cpuProfile(1), memoryShare } });
    return [info.versions['weights'], (info.warnings ?? []).map(({ code }) => code)];
  };
  assert.deepEqual(await codes(0), ['lazy', ['weights-cast-in-every-run']]);
  assert.deepEqual(await codes(1), ['packed', []]);
});

test('the numbers of the reference', async () => {
  const model = await open();
  assert.equal(model.info.maxLength, 512);
  assert.equal(model.info.modelType, 'llama');
  const { responses, failures, tokens } = await collect(model.score(expected.map(request)));
  assert.deepEqual(failures, []);
  assert.equal(responses.size, expected.length);
  expected.forEach((each, index) => {
    const response = responses.get(String(index)) as ScoreResponse;
    const place = `${each.task} ${each.doc}`;
    // Sums over hundreds of tokens are compared by what a token may differ.
    assert.ok(Math.abs(response.logLikelihood - each.logLikelihood) < 1e-3 + response.tokenIds.length * 1e-5, `${place}: ${response.logLikelihood}, not ${each.logLikelihood}`);
    if (each.greedy !== undefined) assert.equal(response.greedy, each.greedy, place);
    assert.equal(response.tokenLogprobs.length, response.tokenIds.length);
    assert.equal(response.logLikelihood, response.tokenLogprobs.reduce((sum, value) => sum + value, 0));
  });
  assert.deepEqual(tokens, [...tokens].sort((a, b) => a - b));
});

test('packing changes no number: each request alone gives the same', async () => {
  const model = await open();
  const some = expected.filter((each) => each.arguments.length === 2).slice(0, 30).map(request);
  const together = await collect(model.score(some));
  for (const each of some) {
    const alone = (await collect(model.score([each]))).responses.get(each.id);
    alone?.tokenLogprobs.forEach((logprob, index) => assert.ok(Math.abs(logprob - (together.responses.get(each.id)?.tokenLogprobs[index] ?? NaN)) < 1e-5));
  }
});

test('what is answered already gets no event and leaves the rest as it was, to the last bit', async () => {
  const model = await open();
  const requests = expected.map(request);
  const whole = await collect(model.score(requests));
  const answered = new Set(requests.filter((_, index) => index % 3 !== 0).map(({ id }) => id));
  const rest = await collect(model.score(requests, undefined, answered));
  assert.equal(rest.responses.size, requests.length - answered.size);
  for (const [id, response] of rest.responses) assert.deepEqual(response, whole.responses.get(id));
  assert.deepEqual(await collect(model.score(requests, undefined, new Set(requests.map(({ id }) => id)))), { responses: new Map(), pieces: [], failures: [], tokens: [] });
});

test('the next block can be handed over while the first is read', async () => {
  const model = await open();
  const requests = expected.map(request);
  const first = model.score(requests.slice(0, 30));
  const second = model.score(requests.slice(30, 60));
  const [b, a] = await Promise.all([collect(second), collect(first)]);
  assert.equal(a.responses.size, 30);
  assert.equal(b.responses.size, 30);
});

test('a request that cannot be answered fails alone; empty texts and no requests are fine', async () => {
  const model = await open();
  const { responses, failures } = await collect(
    model.score([
      { kind: 'loglikelihood', id: 'nothing', context: 'a', continuation: '' },
      { kind: 'loglikelihood', id: 'long', context: 'a', continuation: ' word'.repeat(600) },
      { kind: 'loglikelihood', id: 'fine', context: 'a', continuation: ' b' },
      { kind: 'loglikelihood', id: 'cut', context: ' word'.repeat(600), continuation: ' word' },
      { kind: 'loglikelihood_rolling', id: 'empty', text: '' },
    ]),
  );
  assert.deepEqual(failures, ['nothing', 'long']);
  assert.deepEqual([...responses.keys()].sort(), ['cut', 'empty', 'fine']);
  assert.equal(responses.get('empty')?.logLikelihood, 0);
  const { ids } = await model.tokenize(' word'.repeat(601));
  assert.equal(responses.get('cut')?.truncated, ids.length - 512 - 1);
  assert.equal((await collect(model.score([]))).responses.size, 0);
});

test('smaller windows, overlapping: every token once, and context helps', async () => {
  const model = await open();
  const text = expected.find(({ task }) => task === 'heldout')?.arguments[0] ?? '';
  const { ids } = await model.tokenize(text);
  const { responses } = await collect(
    model.score([
      { kind: 'loglikelihood_rolling', id: 'disjoint', text, window: 64 },
      { kind: 'loglikelihood_rolling', id: 'overlapping', text, window: 64, stride: 16 },
    ]),
  );
  const disjoint = responses.get('disjoint') as ScoreResponse;
  const overlapping = responses.get('overlapping') as ScoreResponse;
  assert.deepEqual(disjoint.tokenIds, ids);
  assert.deepEqual(overlapping.tokenIds, ids);
  assert.ok(overlapping.logLikelihood > disjoint.logLikelihood);
});

test('a long text that goes on where a piece ended has the numbers of one go, to the last bit', async () => {
  const model = await open();
  const text = expected.filter(({ task }) => task === 'heldout').map((each) => each.arguments[0]).join('\n').repeat(2);
  const asked = { kind: 'loglikelihood_rolling', id: 'long', text, window: 128, stride: 96 } as const;
  const whole = await collect(model.score([asked]));
  const all = whole.responses.get('long') as ScoreResponse;
  assert.ok(whole.pieces.length >= 2, `${whole.pieces.length} pieces`);
  const { from } = whole.pieces[Math.floor(whole.pieces.length / 2)] as ScorePiece;
  const rest = await collect(model.score([{ ...asked, from }]));
  assert.deepEqual(rest.pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs), all.tokenLogprobs.slice(from));
  assert.equal(rest.responses.get('long')?.tokens, all.tokenIds.length - from);
  assert.equal(whole.pieces.map((piece) => piece.text).join(''), text);
});

test('killed in mid-block: a typed error, what was answered stays answered', async () => {
  const model = await open();
  const requests = Array.from({ length: 20 }, () => expected.map(request)).flat().map((each, index) => ({ ...each, id: `k${index}` }));
  const answers: string[] = [];
  let killed = false;
  await assert.rejects(
    async () => {
      for await (const event of model.score(requests)) {
        if (event.type !== 'response') continue;
        answers.push(event.response.id);
        if (killed) continue;
        killed = true;
        process.kill(model.processId as number, 'SIGKILL');
      }
    },
    (error) => error instanceof AssayError && error.code === 'model-process-died' && error.args['signal'] === 'SIGKILL',
  );
  assert.ok(answers.length > 0 && answers.length < requests.length);
});

test('cancelled: the iteration ends, and the model can be closed', async () => {
  const model = await open();
  const requests = Array.from({ length: 40 }, () => expected.map(request)).flat().map((each, index) => ({ ...each, id: `c${index}` }));
  const controller = new AbortController();
  let aborted = false;
  await assert.rejects(
    async () => {
      for await (const event of model.score(requests, controller.signal)) {
        if (event.type !== 'progress' || aborted) continue;
        aborted = true;
        controller.abort();
      }
    },
    (error) => error instanceof AssayError && error.code === 'cancelled',
  );
  const processId = model.processId as number;
  await model.close();
  assert.equal(isAlive(processId), false);
  await assert.rejects(collect(model.score(requests.slice(0, 1))), AssayError);
});

test('leaving the loop stops the work; the model answers the next block', async () => {
  const model = await open();
  for await (const event of model.score(expected.map(request))) if (event.type === 'response') break;
  assert.equal((await collect(model.score(expected.slice(0, 5).map(request)))).responses.size, 5);
});

test('loading can be given up', async () => {
  const controller = new AbortController();
  const opening = open({ signal: controller.signal });
  controller.abort();
  await assert.rejects(opening, (error) => error instanceof AssayError && error.code === 'cancelled');
});

test('a length that no text has costs nothing: the same numbers as ever', async (context) => {
  const folder = copyOf(context);
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 4e9 }));
  const model = await models.open(folder);
  assert.equal(model.info.maxLength, 4e9);
  const requests: ScoreRequest[] = [{ kind: 'loglikelihood', id: 'a', context: 'The film of the', continuation: ' year' }, { kind: 'loglikelihood_rolling', id: 'b', text: 'The film of the year' }];
  assert.deepEqual((await collect(model.score(requests))).responses, (await collect((await open()).score(requests))).responses);
});

test('a tokenizer that changed while the checkpoint was loaded is told', async (context) => {
  const folder = copyOf(context);
  const checkpoint = await openCheckpoint(folder);
  appendFileSync(join(folder, 'tokenizer.json'), '\n');
  await assert.rejects(openLocalModel(checkpoint, { modelProcess: models.script() }), (error) => error instanceof AssayError && error.code === 'checkpoint-changed' && error.place.file === join(folder, 'tokenizer.json'));
});

function copyOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-local-'));
  context.after(() => rmSync(folder, { recursive: true }));
  cpSync(modelA, folder, { recursive: true });
  return folder;
}
