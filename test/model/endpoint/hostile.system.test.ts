import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { Connections } from '../../../src/model/endpoint/exchange';
import { openEndpointModel } from '../../../src/model/endpoint/open';
import type { AssayError } from '../../../src/protocol/errors';
import { generated, openServed, pair, scored, served, TestClock } from './asked-model';
import { json, ScriptedServer, WordTokens } from './scripted-server';

const asked = [pair('a', 'The', ' sky is')];

/** The tokens of `The sky is` and one that was generated. */
const sound = { tokens: ['The', ' sky', ' is', '!'], token_logprobs: [null, -1, -2, -3], top_logprobs: [null, { x: -0.5 }, { ' is': -2 }, {}], text_offset: [0, 3, 7, 10] };

const wrap = (logprobs: unknown): unknown => ({ choices: [{ index: 0, text: 'The sky is!', logprobs }] });

async function served1(t: TestContext, tokenizes = false) {
  const server = await ScriptedServer.start(new WordTokens('<s>'), { maxLength: 100, tokenizes });
  const model = await openServed(server.endpoint);
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  return { server, model };
}

async function fault(model: Parameters<typeof scored>[0]): Promise<string> {
  const error = await scored(model, asked).then(() => assert.fail('answered'), (thrown: AssayError) => thrown);
  assert.equal(error.code, 'endpoint-bad-answer', error.stack);
  assert.match(error.message, /^The server at http:\/\/127\.0\.0\.1:\d+\/v1 gave an answer that cannot be used: /);
  return String(error.args['detail']);
}

const json200 = (value: unknown) => (response: ServerResponse): void => json(response, 200, value);
const body = (text: string, type = 'application/json') => (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': type });
  response.end(text);
};

const ANSWERS: Readonly<Record<string, readonly [(response: ServerResponse) => void, RegExp]>> = {
  'no choices': [json200({}), /"choices"/],
  'null': [json200(null), /"choices"/],
  'no choice': [json200({ choices: [] }), /0 choices/],
  'two choices': [json200({ choices: [{}, {}] }), /2 choices/],
  'a choice that is a text': [json200({ choices: ['x'] }), /no object/],
  'no log-probabilities': [json200(wrap(null)), /logprobs/],
  'log-probabilities that are no list': [json200(wrap({ ...sound, token_logprobs: 'x' })), /token_logprobs/],
  'a text for a number': [json200(wrap({ ...sound, token_logprobs: [null, '-1', -2, -3] })), /no number \(string\)/],
  'a probability for its logarithm': [json200(wrap({ ...sound, token_logprobs: [null, 0.4, -2, -3] })), /above 0/],
  'NaN as Python writes it': [body(JSON.stringify(wrap(sound)).replace('-2', 'NaN')), /no JSON/],
  'infinity by a large exponent': [body(JSON.stringify(wrap(sound)).replace('-2', '-1e999')), /no number|above 0/],
  'too few best tokens': [json200(wrap({ ...sound, top_logprobs: [null] })), /different lengths/],
  'best tokens that are no numbers': [json200(wrap({ ...sound, top_logprobs: [null, { x: 'y' }, null, null] })), /top_logprobs/],
  'best tokens that are lists': [json200(wrap({ ...sound, top_logprobs: [null, [], null, null] })), /top_logprobs/],
  'too few texts': [json200(wrap({ ...sound, tokens: ['The'] })), /do not fit/],
  'offsets that are texts': [json200(wrap({ ...sound, text_offset: ['0', '3', '7', '10'] })), /do not fit/],
  'negative offsets': [json200(wrap({ ...sound, text_offset: [-1, 3, 7, 10] })), /do not fit/],
  'another prompt': [json200(wrap({ ...sound, tokens: ['A', ' sea', ' is', '!'], text_offset: [0, 1, 5, 8] })), /not those of the prompt/],
  'a token without a number': [json200(wrap({ ...sound, token_logprobs: [null, -1, null, -3] })), /no log-probability/],
  'an HTML page': [body('<html>Welcome</html>', 'text/html; charset=utf-8'), /HTML page/],
  'plain text': [body('ok', 'text/plain'), /type text\/plain/],
  'a type that steers a terminal': [body('ok', 'x/\u009b31m'), /type unknown/],
  'an empty body': [body(''), /empty/],
  'half a body that says it is whole': [body('{"choices": [{"index": 0, "lo'), /no JSON/],
  'ten million brackets': [body('['.repeat(10_000_000)), /no JSON/],
  'a line of ten megabytes': [body(JSON.stringify({ choices: 'x'.repeat(10_000_000) })), /"choices"/],
  'a status nobody knows': [(response) => json(response, 204, undefined), /status 204/],
};

for (const [name, [answer, pattern]] of Object.entries(ANSWERS)) {
  test(`a hostile answer is a typed error that names the server: ${name}`, async (t) => {
    const { server, model } = await served1(t);
    server.intervene = (_, response) => (answer(response), true);
    assert.match(await fault(model), pattern);
    // It goes on with the next call.
    server.intervene = () => false;
    assert.equal((await scored(model, asked)).responses.size, 1);
  });
}

test('with token ids the number of log-probabilities must be that of the ids, and ids must be ids', async (t) => {
  const { server, model } = await served1(t, true);
  server.intervene = ({ path }, response) => path === '/v1/completions' && (json(response, 200, wrap({ token_logprobs: [null, -1, -2, -3, -4, -5, -6] })), true);
  assert.match(await fault(model), /of 7 tokens for a prompt of 3/);
  for (const tokens of [null, 'x', ['a'], [-1], [1.5]]) {
    server.intervene = ({ path }, response) => path === '/tokenize' && (json(response, 200, { tokens }), true);
    assert.match(await fault(model), /\/tokenize/);
  }
});

test('prompt_logprobs of a wrong form', async (t) => {
  const server = await ScriptedServer.start(new WordTokens('<s>'), { maxLength: 100, echoes: false, promptLogprobs: true });
  const model = await openServed(server.endpoint);
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  for (const entry of [7, {}, { 5: null }, { 5: { logprob: 'x', rank: 1 } }, { 5: { logprob: -1 } }, { 5: { logprob: null, rank: 1 } }]) {
    server.intervene = (_, response) => (json(response, 200, { choices: [{ prompt_logprobs: [null, entry] }] }), true);
    assert.match(await fault(model), /prompt_logprobs/);
  }
});

test('an endless body ends at a limit', async (t) => {
  const server = await ScriptedServer.start(new WordTokens('<s>'), { maxLength: 100 });
  const model = await openEndpointModel(served(server.endpoint), { key: null, clock: new TestClock(), connections: new Connections(8, 100_000) });
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  server.intervene = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): boolean => response.destroyed || (response.write('['.repeat(10_000)), setImmediate(more), true);
    return more();
  };
  assert.match(await fault(model), /more than 100000 bytes/);
  while (server.under > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a redirect is followed nowhere: neither the request nor the key go to another address', async (t) => {
  const other = await ScriptedServer.start(new WordTokens('<s>'), { maxLength: 100 });
  const { server } = await served1(t);
  t.after(() => other.stop());
  const model = await openServed(server.endpoint, {}, 'sk-secret-value');
  server.intervene = (_, response) => (json(response, 307, {}, { location: `${other.endpoint}/completions?key=sk-secret-value` }), true);
  const detail = await fault(model);
  assert.match(detail, /redirects to http:\/\/127\.0\.0\.1:\d+\/v1\/completions\?key=…/);
  assert.deepEqual(other.asked, []);
  await model.close();
});

test('the key goes to the server and into no text: not when the server repeats it, and not in what it generates', async (t) => {
  const key = 'sk-secret-value';
  const server = await ScriptedServer.start(new WordTokens('<s>', () => ({ text: `your key is ${key}.`, finish: 'stop' })), { maxLength: 100 });
  t.after(() => server.stop());
  const model = await openServed(server.endpoint, {}, key);
  assert.ok(server.asked.every(({ headers }) => headers.authorization === `Bearer ${key}`));
  const { responses } = await generated(model, [{ kind: 'generate_until', id: 'g', context: 'x', kwargs: new Map(), seed: 1 }]);
  assert.equal(responses[0]?.text, 'your key is ….');
  for (const status of [401, 403, 400, 429, 500]) {
    server.intervene = (_, response) => (json(response, status, { error: { message: `Incorrect API key provided: ${key}` } }), true);
    const told = await scored(model, asked).then(({ failures }) => [...failures.values()], (error: AssayError) => [error.toJSON(), String(error.stack)]);
    assert.equal(told.length > 0, true);
    assert.ok(!JSON.stringify(told).includes(key), String(status));
    if (status === 401 || status === 403) assert.match(JSON.stringify(told), /endpoint-denied/);
    if (status === 400) assert.match(JSON.stringify(told), /endpoint-refused.*Incorrect API key provided: …/);
  }
  await model.close();
});

test('a request that the server refuses fails alone', async (t) => {
  const { server, model } = await served1(t);
  server.intervene = ({ body: { prompt } }, response) => String(prompt).includes('bad') && (json(response, 400, { message: 'too\nlong' }), true);
  const { responses, failures } = await scored(model, [...asked, pair('b', 'so', ' bad')]);
  assert.deepEqual([...responses.keys()], ['a']);
  assert.equal(failures.get('b')?.message, 'The server refuses this request (status 400: too long).');
});

test('what is no server of this kind is a typed error when it is opened', async (t) => {
  const server = await ScriptedServer.start(new WordTokens('<s>'), {}, (_, response) => (body('<html></html>', 'text/html')(response), true));
  t.after(() => server.stop());
  await assert.rejects(openServed(server.endpoint), { code: 'endpoint-bad-answer' });
  server.intervene = (_, response) => (response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'), true);
  await assert.rejects(openServed(server.endpoint), (error: AssayError) => error.code === 'endpoint-bad-answer' && /does not speak HTTP/.test(error.message));
});
