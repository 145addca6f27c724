import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { conversationText } from '../../../src/model/endpoint/conversation';
import type { ServedModel } from '../../../src/model/endpoint/open';
import type { GenerateRequest } from '../../../src/model/request';
import type { PyValue } from '../../../src/python/value';
import { generated, openServed } from './asked-model';
import { type Body, json, type Product, ScriptedServer, type ServedTokens, WordTokens } from './scripted-server';

const request = (context: string, kwargs: Readonly<Record<string, PyValue>>): GenerateRequest => ({ kind: 'generate_until', id: 'g', context, kwargs: new Map(Object.entries(kwargs)), seed: 7 });

async function opened(t: TestContext, generate: ServedTokens['generate'], product: Product = { maxLength: 20 }, more: Partial<ServedModel> = {}) {
  const server = await ScriptedServer.start(new WordTokens(undefined, generate), product);
  const model = await openServed(server.endpoint, more);
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  const sent = (): Body => server.asked.at(-1)?.body ?? {};
  return { server, model, sent };
}

test('a text goes on by completions: the options in the server\'s names, greedy at temperature 0', async (t) => {
  const { model, sent } = await opened(t, () => ({ text: ' forty-two', finish: 'stop' }));
  const { responses } = await generated(model, [request('The answer is', { until: ['\n\n', '.'], max_gen_toks: 5n, temperature: 0, do_sample: false })]);
  assert.deepEqual(sent(), { model: 'm', prompt: 'The answer is', max_tokens: 5, stop: ['\n\n', '.'], temperature: 0, seed: 7 });
  assert.deepEqual(responses, [{ kind: 'generate_until', id: 'g', text: ' forty-two', tokenIds: [], finishReason: 'stop', truncated: 0 }]);
});

test('random sampling: temperature, top_p, top_k and the seed, that of the options before that of the request', async (t) => {
  const { model, sent } = await opened(t, () => ({ text: 'x', finish: 'length' }));
  await generated(model, [request('a', { do_sample: true, temperature: 0.7, top_p: 0.9, top_k: 40n, seed: 3n, max_gen_toks: 4n })]);
  assert.deepEqual(sent(), { model: 'm', prompt: 'a', max_tokens: 4, temperature: 0.7, top_p: 0.9, top_k: 40, seed: 3 });
  const { responses } = await generated(model, [request('a', { do_sample: true, max_gen_toks: 4n })]);
  assert.deepEqual(sent(), { model: 'm', prompt: 'a', max_tokens: 4, temperature: 1, seed: 7 });
  assert.equal(responses[0]?.finishReason, 'length');
});

test('a server takes four stop strings; the text is cut before the others here, each in its order', async (t) => {
  const { model, sent } = await opened(t, () => ({ text: 'one two three four five', finish: 'length' }));
  const { responses } = await generated(model, [request('a', { until: ['A', '', 'B', 'C', 'D', ' five', ' three'], max_gen_toks: 4n })]);
  assert.deepEqual(sent()['stop'], ['A', 'B', 'C', 'D']);
  assert.deepEqual([responses[0]?.text, responses[0]?.finishReason], ['one two', 'stop']);
});

test('how it ended: by vLLM\'s stop_reason, else what can be told', async (t) => {
  const { server, model } = await opened(t, undefined);
  const reason = async (choice: object, until: readonly string[]): Promise<string | undefined> => {
    server.intervene = (_, response) => (json(response, 200, { choices: [{ text: 'x', ...choice }] }), true);
    return (await generated(model, [request('a', { until: [...until], max_gen_toks: 4n })])).responses[0]?.finishReason;
  };
  assert.equal(await reason({ finish_reason: 'stop', stop_reason: 'S' }, ['S']), 'stop');
  assert.equal(await reason({ finish_reason: 'stop', stop_reason: null }, ['S']), 'eos');
  assert.equal(await reason({ finish_reason: 'stop' }, ['S']), 'stop');
  assert.equal(await reason({ finish_reason: 'stop' }, []), 'eos');
  assert.equal(await reason({ finish_reason: 'length' }, ['S']), 'length');
});

test('with known tokens a prompt loses its left end to the answer\'s room, and goes as ids where the server takes them', async (t) => {
  const words = ' a b c d e f g h i j k l m n o p q r s t';
  for (const takesIds of [true, false]) {
    const { model, sent } = await opened(t, (prompt) => ({ text: String(prompt), finish: 'stop' }), { tokenizes: true, maxLength: 20, takesIds });
    const { responses, failures } = await generated(model, [request(words, { max_gen_toks: 9n }), { ...request('x', { max_gen_toks: 19n }), id: 'no room' }]);
    // 20 - 1 - 9 tokens are left for the prompt.
    assert.equal(responses[0]?.truncated, 10);
    if (takesIds) assert.equal((sent()['prompt'] as number[]).length, 10);
    else assert.equal(sent()['prompt'], ' k l m n o p q r s t');
    assert.deepEqual(failures.map(({ code }) => code), ['no-room-for-context']);
  }
});

test('conversations go to chat completions as messages, and cannot be scored', async (t) => {
  const messages = [{ role: 'system', content: 'Be "brief".' }, { role: 'user', content: 'Grüße\n🙂' }] as const;
  assert.equal(conversationText(messages), '[{"role": "system", "content": "Be \\"brief\\"."}, {"role": "user", "content": "Grüße\\n🙂"}]');
  const { server, model } = await opened(t, () => ({ text: 'Hello.', finish: 'stop' }), { maxLength: 100 }, { chat: true });
  const { responses } = await generated(model, [request(conversationText(messages), { until: ['.'], max_gen_toks: 5n })]);
  const { path, body } = server.asked.at(-1) ?? assert.fail();
  assert.equal(path, '/v1/chat/completions');
  assert.deepEqual(body, { model: 'm', messages, max_tokens: 5, stop: ['.'], temperature: 0, seed: 7 });
  assert.equal(responses[0]?.text, 'Hello');
  await assert.rejects(async () => {
    for await (const event of model.score([{ kind: 'loglikelihood', id: 'a', context: 'b', continuation: 'c' }])) assert.fail(event.type);
  }, { code: 'endpoint-chat-cannot-score' });
});

test('a server that only generates is opened, and says nothing of scoring until it is asked', async (t) => {
  const { model } = await opened(t, () => ({ text: 'yes', finish: 'stop' }), { echoes: false, maxLength: 100 });
  assert.deepEqual(model.info.warnings, []);
  assert.equal((await generated(model, [request('a', {})])).responses[0]?.text, 'yes');
  await assert.rejects(async () => {
    for await (const event of model.features()) assert.fail(event.type);
  }, { code: 'cannot-answer' });
  await assert.rejects(model.tokenize('a'), { code: 'endpoint-no-tokenizer' });
});

test('a model that says nothing has said the empty text; what is no text is a typed error', async (t) => {
  const { server, model } = await opened(t, undefined, { maxLength: 100 }, { chat: true });
  const conversation = request('[]', { max_gen_toks: 4n });
  const answer = (choice: unknown): void => void (server.intervene = (_, response) => (json(response, 200, { choices: [choice] }), true));
  answer({ message: { content: null }, finish_reason: 'length' });
  assert.equal((await generated(model, [conversation])).responses[0]?.text, '');
  for (const choice of [{}, { message: 'x' }, { message: { content: 7 } }, { message: { content: [] } }]) {
    answer(choice);
    await assert.rejects(generated(model, [conversation]), { code: 'endpoint-bad-answer' });
  }
});

test('the text of a server is what it is, also when it would steer a terminal: who shows it cleans it', async (t) => {
  const { model } = await opened(t, () => ({ text: '\u001b[31mred\u202e', finish: 'stop' }));
  assert.equal((await generated(model, [request('a', { max_gen_toks: 4n })])).responses[0]?.text, '\u001b[31mred\u202e');
});
