import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { cpuProfile } from '../../../src/model/device-profile';
import type { LocalModel } from '../../../src/model/local/local-model';
import type { GenerateEvent, GenerateRequest, GenerateResponse } from '../../../src/model/request';
import { AssayError } from '../../../src/protocol/errors';
import type { PyValue } from '../../../src/python/value';
import { localModels } from './local-models';

const fixtures = join(__dirname, '../../fixtures/local');
const modelA = join(__dirname, '../../../examples/checkpoints/model-a');

/** Greedy texts as lm-evaluation-harness 0.4.13 computes them (`hf`, float32, batch 1); `margin`: how near the closest decision was. */
type Case = {
  readonly checkpoint: string;
  readonly kind: string;
  readonly context: string;
  readonly gen_kwargs: { readonly until: readonly string[]; readonly max_gen_toks: number; readonly do_sample: boolean };
  readonly context_tokens: number;
  readonly token_ids: readonly number[];
  readonly text: string;
  readonly end: string;
};
const cases = readFileSync(join(fixtures, 'generation.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Case);

const models = localModels();

const open = (folder = modelA, maxLength?: number): Promise<LocalModel> => models.open(folder, { device: cpuProfile(1), ...(maxLength !== undefined && { maxLength }) });

type Kwargs = Readonly<Record<string, PyValue>>;

function request(id: string, context: string, kwargs: Kwargs = {}, seed = 1): GenerateRequest {
  return { kind: 'generate_until', id, context, kwargs: new Map(Object.entries(kwargs)), seed };
}

function asked({ context, gen_kwargs: { until, max_gen_toks, do_sample } }: Case, id: number): GenerateRequest {
  return request(String(id), context, { until: [...until], max_gen_toks: BigInt(max_gen_toks), do_sample });
}

async function collect(events: AsyncIterable<GenerateEvent>): Promise<{ responses: Map<string, GenerateResponse>; failures: Map<string, string>; tokens: number }> {
  const responses = new Map<string, GenerateResponse>();
  const failures = new Map<string, string>();
  let tokens = 0;
  for await (const event of events) {
    if (event.type === 'response') {
      assert.ok(!responses.has(event.response.id), 'answered once');
      responses.set(event.response.id, event.response);
    } else if (event.type === 'failure') failures.set(event.failure.id, event.failure.code);
    else {
      assert.ok(event.tokens >= tokens);
      tokens = event.tokens;
    }
  }
  return { responses, failures, tokens };
}

for (const checkpoint of new Set(cases.map((each) => each.checkpoint))) {
  describe(checkpoint, () => {
    test('the texts of the reference', async () => {
      const own = cases.filter((each) => each.checkpoint === checkpoint);
      const model = await open(resolve(fixtures, checkpoint));
      const { responses, failures } = await collect(model.generate(own.map(asked)));
      assert.deepEqual([...failures], []);
      own.forEach((want, id) => {
        const { text, tokenIds, finishReason, truncated } = responses.get(String(id)) as GenerateResponse;
        assert.deepEqual({ text, tokenIds, finishReason }, { text: want.text, tokenIds: want.token_ids, finishReason: want.end }, want.kind);
        assert.equal(truncated > 0, want.kind === 'left truncation, half of the window to generate' || want.kind === 'left truncation', want.kind);
      });
    });
  });
}

const story = 'Question: A robe takes 2 bolts of blue fiber and half that much white fiber.  How many bolts in total does it take?\nAnswer:';

test('a greedy text is greedy where it is scored', async () => {
  const model = await open();
  const { responses } = await collect(model.generate([request('a', story, { max_gen_toks: 24n })]));
  const { text, tokenIds } = responses.get('a') as GenerateResponse;
  for await (const event of model.score([{ kind: 'loglikelihood', id: 'a', context: story, continuation: text }])) {
    if (event.type !== 'response' || event.response.kind !== 'loglikelihood') continue;
    assert.deepEqual(event.response.tokenIds, tokenIds);
    assert.equal(event.response.greedy, true);
  }
});

test('the same seed gives the same text alone and in any company; other seeds give other texts', async () => {
  const model = await open();
  const kwargs = { do_sample: true, temperature: 1.2, top_k: 40n, top_p: 0.95, max_gen_toks: 30n };
  const random = [7, 8, 9].map((seed) => request(`seed ${seed}`, story, kwargs, seed));
  const company = Array.from({ length: 12 }, (_, index) => request(`other ${index}`, story.slice(index * 3), { max_gen_toks: BigInt(3 + index) }));
  const together = (await collect(model.generate([...company.slice(0, 5), ...random, ...company.slice(5)]))).responses;
  for (const each of random) assert.deepEqual((await collect(model.generate([each]))).responses.get(each.id), together.get(each.id));
  assert.equal(new Set(random.map(({ id }) => together.get(id)?.text)).size, 3);
  const named = await collect(model.generate([request('x', story, { ...kwargs, seed: 8n }, 99)]));
  assert.equal(named.responses.get('x')?.text, together.get('seed 8')?.text, 'the seed of the kwargs comes first');
});

test('what is answered already gets no event and leaves the rest as it was', async () => {
  const model = await open();
  const own = cases.filter(({ checkpoint }) => checkpoint.endsWith('model-a')).map(asked);
  const whole = (await collect(model.generate(own))).responses;
  const answered = new Set(own.filter((_, index) => index % 3 !== 0).map(({ id }) => id));
  const rest = (await collect(model.generate(own, undefined, answered))).responses;
  assert.equal(rest.size, own.length - answered.size);
  for (const [id, response] of rest) assert.deepEqual(response, whole.get(id));
  assert.deepEqual(await collect(model.generate([])), { responses: new Map(), failures: new Map(), tokens: 0 });
});

test('examples that prompts share are run once', async () => {
  const model = await open();
  const examples = `${story} It takes 2/2=1 bolt of white fiber, so 3 in all.\n\n`.repeat(5);
  const kwargs = { max_gen_toks: 4n };
  const prompts = [' One', ' Two', ' Three', ' Four'].map((end, index) => request(String(index), examples + end, kwargs));
  const together = await collect(model.generate(prompts));
  let alone = 0;
  for (const each of prompts) {
    const { responses, tokens } = await collect(model.generate([each]));
    alone += tokens;
    assert.deepEqual(responses.get(each.id), together.responses.get(each.id));
  }
  assert.ok(together.tokens < alone / 2, `${together.tokens} tokens, one by one ${alone}`);
});

test('a prompt without room fails alone; blocks that overlap; scoring goes on beside', async () => {
  const model = await open();
  const { failures, responses } = await collect(model.generate([request('full', story, { max_gen_toks: 512n }), request('fits', story, { max_gen_toks: 511n, until: 't' }), request('nothing', '', { max_gen_toks: 3n })]));
  assert.deepEqual([...failures], [['full', 'no-room-for-context']]);
  assert.deepEqual([...responses.keys()].sort(), ['fits', 'nothing']);
  const first = model.generate([request('a', story, { max_gen_toks: 60n })]);
  const second = model.generate([request('b', story, { max_gen_toks: 5n })]);
  const scores = model.score([{ kind: 'loglikelihood', id: 's', context: 'The film', continuation: ' of' }]);
  const [b, a] = await Promise.all([collect(second), collect(first), (async () => { for await (const event of scores) assert.ok(event.type !== 'failure'); })()]);
  assert.equal(b.responses.get('b')?.text, a.responses.get('a')?.text.slice(0, b.responses.get('b')?.text.length));
});

test('cancelled in mid-text: the iteration ends, the model answers what comes next', async () => {
  const model = await open();
  const controller = new AbortController();
  const events = model.generate(Array.from({ length: 40 }, (_, index) => request(`c${index}`, story, { max_gen_toks: 300n })), controller.signal);
  await assert.rejects(
    async () => {
      for await (const event of events) if (event.type === 'progress') controller.abort();
    },
    (error) => error instanceof AssayError && error.code === 'cancelled',
  );
  const next = model.generate([request('next', story, { max_gen_toks: 2n })]);
  assert.equal((await collect(next)).responses.size, 1);
});

test('leaving the loop stops the rows; the model answers the next block', async () => {
  const model = await open();
  for await (const event of model.generate(Array.from({ length: 40 }, (_, index) => request(`l${index}`, story, { max_gen_toks: BigInt(2 + 8 * index) })))) if (event.type === 'response') break;
  assert.equal((await collect(model.generate([request('next', story, { max_gen_toks: 2n })]))).responses.size, 1);
});

test('killed in mid-text: a typed error, what was answered stays answered', async () => {
  const model = await open();
  const answers: string[] = [];
  await assert.rejects(
    async () => {
      for await (const event of model.generate(Array.from({ length: 60 }, (_, index) => request(`k${index}`, story, { max_gen_toks: BigInt(1 + 8 * index) })))) {
        if (event.type !== 'response') continue;
        if (answers.length === 0) process.kill(model.processId as number, 'SIGKILL');
        answers.push(event.response.id);
      }
    },
    (error) => error instanceof AssayError && error.code === 'model-process-died' && error.args['signal'] === 'SIGKILL',
  );
  assert.ok(answers.length > 0 && answers.length < 60);
  await assert.rejects(collect(model.generate([request('late', story)])), (error) => error instanceof AssayError && error.code === 'model-process-died');
});

function copyWith(context: TestContext, settings: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-generation-'));
  context.after(() => rmSync(folder, { recursive: true }));
  cpSync(modelA, folder, { recursive: true });
  writeFileSync(join(folder, 'generation_config.json'), JSON.stringify(settings));
  return folder;
}

test('generation_config.json: its end tokens end a text, its penalties are applied, what is not is refused by name', async (context) => {
  const plain = await collect((await open()).generate([request('a', story, { max_gen_toks: 12n })]));
  const { tokenIds } = plain.responses.get('a') as GenerateResponse;
  const ended = await open(copyWith(context, { eos_token_id: [0, tokenIds[3]] }));
  const answer = (await collect(ended.generate([request('a', story, { max_gen_toks: 12n })]))).responses.get('a') as GenerateResponse;
  assert.deepEqual([answer.tokenIds, answer.finishReason], [tokenIds.slice(0, 4), 'eos']);
  const once = await open(copyWith(context, { eos_token_id: 0, no_repeat_ngram_size: 1, repetition_penalty: 1.3 }));
  const different = (await collect(once.generate([request('a', 'unk unk unk', { max_gen_toks: 40n })]))).responses.get('a') as GenerateResponse;
  assert.equal(new Set(different.tokenIds).size, different.tokenIds.length, 'no token twice');
  const beams = await open(copyWith(context, { num_beams: 4 }));
  await assert.rejects(collect(beams.generate([request('a', story)])), (error) => error instanceof AssayError && error.code === 'bad-generation-option' && error.args['option'] === 'num_beams');
});
