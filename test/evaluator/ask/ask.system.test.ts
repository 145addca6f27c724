import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askModel } from '../../../src/evaluator/ask/ask';
import type { ModelOpener } from '../../../src/evaluator/models';
import type { AskAnswer, AskedModel } from '../../../src/protocol/ask';
import { AssayError } from '../../../src/protocol/errors';
import { modelA, until } from '../../run/running-assay';
import { type Block, continuation, outline, scored, ScriptedModel, Writer, written } from './scripted';

const served: AskedModel = { checkpoint: 'http://localhost:1/v1', model: 'm' };
const opens = (model: ScriptedModel): ModelOpener => () => Promise.resolve(model);
const at = (block: Block | undefined, index: number): NonNullable<Block['requests'][number]> => {
  const request = block?.requests[index];
  assert.ok(request !== undefined);
  return request;
};
/** Answers a block at once, the last request first. */
const backwards = ({ requests, events }: Block): void => {
  events.push(...requests.map((request) => scored(request)).reverse());
  events.end();
};

test('answers come in the order of the lines, each as soon as it and all before it are there', async () => {
  const model = new ScriptedModel();
  const input = new Writer();
  const answers: AskAnswer[] = [];
  const asking = askModel(served, input, { interactive: true, onAnswer: (answer) => answers.push(answer) }, opens(model));
  input.write(continuation('x'), continuation('xx'), continuation('xxx'));
  const block = await until('a block', () => model.blocks[0]);
  block.events.push(scored(at(block, 2)), scored(at(block, 0)));
  await until('the first answer, while the input is open', () => answers.length > 0);
  assert.deepEqual(outline(answers), [1]);
  block.events.push(scored(at(block, 1)));
  block.events.end();
  await until('the others', () => answers.length === 3);
  assert.deepEqual(outline(answers), [1, 2, 3]);
  input.write(continuation('xxxx'));
  backwards(await until('a second block', () => model.blocks[1]));
  input.end();
  await asking;
  assert.deepEqual(answers[3], { logprob: -4, greedy: true, token_ids: [120, 120, 120, 120], logprobs: [-1, -1, -1, -1] });
  assert.equal(model.closed, 1);
});

test('a line that cannot be answered is answered by its error, in its place', async () => {
  const answers: AskAnswer[] = [];
  const lines = written(continuation('x'), 'no json', { type: 'classify', text: 'x' }, continuation('xx'), { type: 'loglikelihood_rolling', text: 'xxx' }, continuation('x'));
  const model = new ScriptedModel(({ requests, events }) => {
    events.push(scored(at({ requests, events }, 0)), { type: 'failure', failure: { id: '3', code: 'empty-continuation', message: 'nothing' } });
    events.push(scored(at({ requests, events }, 2), NaN), scored(at({ requests, events }, 3)));
    events.end();
  });
  await askModel(served, lines, { interactive: false, onAnswer: (answer) => answers.push(answer) }, opens(model));
  assert.deepEqual(outline(answers), [1, 'request-syntax', 'cannot-answer', 'empty-continuation', 'answer-not-a-number', 1]);
});

test('texts and features are asked of the model and answered as the contract has them', async () => {
  const answers: AskAnswer[] = [];
  const model = new ScriptedModel(({ requests: [request], events }) => {
    assert.ok(request !== undefined);
    if (request.kind === 'features') {
      assert.deepEqual(request, { kind: 'features', id: '0', text: 't', layers: [0, -1], pool: 'mean' });
      events.push({ type: 'response', response: { kind: 'features', id: '0', tokenIds: [5], features: [Float32Array.of(1, 2), Float32Array.of(0.5, -1)] } });
    } else {
      assert.deepEqual(request, { kind: 'generate_until', id: '1', context: 'c', kwargs: new Map<string, unknown>([['until', ['\n']], ['max_gen_toks', 4n], ['temperature', 1]]), seed: 1234 });
      events.push({ type: 'response', response: { kind: 'generate_until', id: '1', text: 'go', tokenIds: [7, 8], finishReason: 'stop', truncated: 3 } });
    }
    events.end();
  });
  const lines = written(
    { type: 'features', text: 't', layers: [0, -1], pool: 'mean' },
    '{"type":"generate_until","context":"c","generation_kwargs":{"until":["\\n"],"max_gen_toks":4,"temperature":1.0}}',
  );
  await askModel(served, lines, { interactive: false, onAnswer: (answer) => answers.push(answer) }, opens(model));
  assert.deepEqual(answers, [
    { token_ids: [5], features: { 0: [1, 2], '-1': [0.5, -1] } },
    { text: 'go', token_ids: [7, 8], finish_reason: 'stop', truncated: 3 },
  ]);
});

test('a long text that comes in pieces is answered whole', async () => {
  const answers: AskAnswer[] = [];
  const model = new ScriptedModel(({ requests: [request], events }) => {
    const whole = scored(request ?? assert.fail());
    assert.ok(whole.type === 'response');
    const piece = { id: '0', tokenLogprobs: [-1], tokenGreedy: [true], text: '' };
    events.push({ type: 'piece', piece: { ...piece, from: 0, tokenIds: [97] } }, { type: 'piece', piece: { ...piece, from: 1, tokenIds: [98] } });
    events.push({ type: 'response', response: { ...whole.response, tokenIds: [], tokenLogprobs: [], tokenGreedy: [], tokens: 2 } });
    events.end();
  });
  await askModel(served, written({ type: 'loglikelihood_rolling', text: 'ab' }), { interactive: false, onAnswer: (answer) => answers.push(answer) }, opens(model));
  assert.deepEqual(answers, [{ logprob: -2, greedy: true, token_ids: [97, 98], logprobs: [-1, -1] }]);
});

test('a model that dies: what it had answered stands, every other line is answered by its death, and the input is read to its end', async () => {
  const answers: AskAnswer[] = [];
  const died = new AssayError('model-process-died', { cause: 'SIGKILL' });
  const model = new ScriptedModel(({ requests, events }) => {
    if (model.blocks.length === 1) events.push(scored(at({ requests, events }, 0)));
    events.fail(died);
  });
  const lines = written(...Array.from({ length: 40 }, () => continuation('x')), { type: 'features', text: 'x', layers: [0], pool: 'last' }, 'no json');
  await askModel(served, lines, { interactive: false, onAnswer: (answer) => answers.push(answer) }, opens(model));
  assert.deepEqual(outline(answers), [1, ...Array.from({ length: 40 }, () => 'model-process-died'), 'request-syntax']);
  assert.equal(model.closed, 1);
});

test('a model that forgets a request is told of, not waited for', async () => {
  const answers: AskAnswer[] = [];
  const model = new ScriptedModel(({ events }) => events.end());
  await askModel(served, written(continuation('x')), { interactive: false, onAnswer: (answer) => answers.push(answer) }, opens(model));
  assert.deepEqual(outline(answers), ['internal']);
});

test('at most two blocks are with the model, however much there is to read', async () => {
  const model = new ScriptedModel();
  let read = 0;
  async function* endless(): AsyncGenerator<{ text: string }> {
    for (;;) {
      read++;
      yield { text: JSON.stringify(continuation('x')) };
    }
  }
  const stop = new AbortController();
  const answers: AskAnswer[] = [];
  const asking = askModel(served, endless(), { interactive: false, onAnswer: (answer) => answers.push(answer), signal: stop.signal }, opens(model));
  const ended = assert.rejects(asking, { code: 'cancelled' });
  await until('two blocks', () => model.blocks.length === 2);
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
  const [before, waiting] = [read, model.blocks.length];
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
  assert.deepEqual([read, waiting, model.blocks.length], [before, 2, 2]);
  backwards(model.blocks[0] ?? assert.fail());
  await until('a third', () => model.blocks.length === 3);
  stop.abort();
  await ended;
});

test('an abort ends it though the input stays open, and nothing is answered after it', async () => {
  const model = new ScriptedModel();
  const input = new Writer();
  const answers: AskAnswer[] = [];
  const stop = new AbortController();
  const asking = askModel(served, input, { interactive: true, onAnswer: (answer) => answers.push(answer), signal: stop.signal }, opens(model));
  const ended = assert.rejects(asking, { code: 'cancelled' });
  input.write(continuation('x'));
  await until('a block', () => model.blocks[0]);
  stop.abort();
  await ended;
  assert.deepEqual([answers, model.closed], [[], 1]);
});

test('what is asked of which model: a folder, or a server and its name', async () => {
  const ask = (model: AskedModel): Promise<void> => askModel(model, written(), { interactive: false, onAnswer: () => undefined }, async (source) => {
    if (source.kind === 'checkpoint') assert.equal(source.checkpoint.modelType, 'llama');
    else assert.deepEqual([source.endpoint, source.model], ['http://localhost:1/v1', 'm']);
    return new ScriptedModel();
  });
  await ask(served);
  await ask({ checkpoint: modelA });
  await assert.rejects(ask({ checkpoint: 'https://x/v1' }), { code: 'nothing-to-run' });
  await assert.rejects(ask({ checkpoint: modelA, model: 'm' }), { code: 'nothing-to-run' });
  await assert.rejects(ask({ ...served, precision: 'int8' }), { code: 'int8-unsupported' });
});
