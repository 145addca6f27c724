import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { logprobOf, type Product, ScriptedServer, WordTokens } from './scripted-server';
import { openServed, pair, rolling, scored } from './asked-model';

async function serve(t: TestContext, product: Product, model = new WordTokens('<s>')): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(model, product);
  t.after(() => server.stop());
  return server;
}

/** Every way a server may give the log-probabilities of a prompt. */
const WAYS: Readonly<Record<string, Product>> = {
  'ids of the server, echo': { tokenizes: true },
  'ids of the server, prompt_logprobs': { tokenizes: true, echoes: false, promptLogprobs: true },
  'text, token texts and offsets': {},
  'text, offsets alone': { texts: false },
  'text, token texts alone': { offsets: false },
  'text, prompt_logprobs': { echoes: false, promptLogprobs: true },
  'text although the server tokenises': { tokenizes: true, takesIds: false },
};

for (const [way, product] of Object.entries(WAYS)) {
  test(`a continuation's own tokens are scored, and the context's are not: ${way}`, async (t) => {
    const server = await serve(t, { ...product, maxLength: 100 });
    const model = await openServed(server.endpoint);
    t.after(() => model.close());
    const { responses, failures } = await scored(model, [pair('a', 'The sky is', ' very blue'), pair('b', 'Space goes ', 'to the answer'), pair('c', 'é🙂 is it', ' né🙂'), pair('d', 'x', '')]);
    const expected = (id: string, ...tokens: readonly string[]): void => {
      const response = responses.get(id);
      assert.ok(response, id);
      const wanted = tokens.slice(1).map((token, index) => logprobOf(tokens[index] ?? '', token));
      assert.deepEqual(response.tokenLogprobs, wanted, id);
      assert.equal(response.logLikelihood, wanted.reduce((sum, logprob) => sum + logprob, 0));
      assert.deepEqual(response.tokenGreedy, wanted.map((logprob) => logprob > -3));
      assert.equal(response.greedy, wanted.every((logprob) => logprob > -3));
    };
    expected('a', ' is', ' very', ' blue');
    expected('b', ' goes', ' to', ' the', ' answer');
    expected('c', ' it', ' né', '🙂');
    assert.equal(failures.get('d')?.code, 'empty-continuation');
  });
}

test('what stands before the first token: the server\'s BOS, asked of it; where nobody tells it, the request fails by name', async (t) => {
  const knows = await openServed((await serve(t, { tokenizes: true, maxLength: 100 })).endpoint);
  const asked = [pair('none', '', ' sky'), rolling('text', 'The sky')];
  const { responses } = await scored(knows, asked);
  assert.deepEqual(responses.get('none')?.tokenLogprobs, [logprobOf('<s>', ' sky')]);
  assert.deepEqual(responses.get('text')?.tokenLogprobs, [logprobOf('<s>', 'The'), logprobOf('The', ' sky')]);
  for (const product of [{}, { tokenizes: true }]) {
    const model = await openServed((await serve(t, { ...product, maxLength: 100 }, new WordTokens())).endpoint);
    const { failures } = await scored(model, asked);
    assert.deepEqual([...failures.values()].map(({ code }) => code), ['endpoint-no-prefix', 'endpoint-no-prefix']);
    await model.close();
  }
  await knows.close();
});

test('a server that puts a BOS in front of texts itself: the continuation of nothing is scored after it', async (t) => {
  const words = new WordTokens('<s>');
  const server = await serve(t, { maxLength: 100 }, { ...words, encode: async (text) => words.encode(`<s>${text}`), textOf: words.textOf, score: words.score } as WordTokens);
  const model = await openServed(server.endpoint);
  t.after(() => model.close());
  const { responses } = await scored(model, [pair('none', '', ' sky is'), pair('some', 'The', ' sky'), rolling('text', 'The sky')]);
  assert.deepEqual(responses.get('none')?.tokenLogprobs, [logprobOf('<s>', ' sky'), logprobOf(' sky', ' is')]);
  assert.deepEqual(responses.get('some')?.tokenLogprobs, [logprobOf('The', ' sky')]);
  assert.deepEqual(responses.get('text')?.tokenLogprobs, [logprobOf('<s>', 'The'), logprobOf('The', ' sky')]);
});

test('a token across the border: the continuation begins behind as many tokens as the context has alone, with ids and without', async (t) => {
  // "one-" + "two": alone one -, together one -two.
  for (const product of [{ tokenizes: true }, {}]) {
    const server = await serve(t, { ...product, maxLength: 100 }, new WordTokens('<s>', undefined, ['-two']));
    const model = await openServed(server.endpoint);
    const { responses, failures } = await scored(model, [pair('a', 'one-', 'two three'), pair('b', 'one-', 'two')]);
    const wanted = product.tokenizes === true ? [logprobOf('-', ' three')] : [logprobOf('-two', ' three')];
    assert.deepEqual(responses.get('a')?.tokenLogprobs, wanted);
    assert.equal(failures.get('b')?.code, 'empty-continuation');
    await model.close();
  }
});

test('long contexts lose tokens on the left so that one more than the prompt fits, as in the harness', async (t) => {
  const server = await serve(t, { tokenizes: true, maxLength: 8 });
  const model = await openServed(server.endpoint);
  t.after(() => model.close());
  const { responses, failures } = await scored(model, [pair('long', 'a b c d e f g h i', ' j k'), pair('longer', 'a', ' b c d e f g h')]);
  const sent = server.asked.filter(({ path }) => path === '/v1/completions').map(({ body }) => (body['prompt'] as number[]).length);
  assert.equal(sent.at(-1), 7);
  assert.equal(responses.get('long')?.truncated, 4);
  assert.deepEqual(responses.get('long')?.tokenLogprobs, [logprobOf(' i', ' j'), logprobOf(' j', ' k')]);
  assert.equal(failures.get('longer')?.code, 'continuation-too-long');
});

test('rolling windows are those of the harness for servers: of the length less two, each token scored once; without ids long texts fail by name', async (t) => {
  const words = Array.from({ length: 20 }, (_, index) => ` ${String.fromCharCode(97 + index)}`);
  const server = await serve(t, { tokenizes: true, maxLength: 9 });
  const model = await openServed(server.endpoint);
  const { responses } = await scored(model, [rolling('text', words.join(''))]);
  const before = ['<s>', ...words];
  assert.deepEqual(responses.get('text')?.tokenLogprobs, words.map((word, index) => logprobOf(before[index] ?? '', word)));
  const lengths = server.asked.filter(({ path, body }) => path === '/v1/completions' && (body['prompt'] as number[])[0] !== undefined).map(({ body }) => (body['prompt'] as number[]).length);
  // 7 tokens behind the prefix, 7 behind the token before them, 6 in a window that is filled up on the left.
  assert.deepEqual(lengths.slice(1), [8, 8, 8]);
  await model.close();

  const bare = await serve(t, { maxLength: 9 });
  const plain = await openServed(bare.endpoint);
  const { failures } = await scored(plain, [rolling('text', words.join(''))]);
  assert.equal(failures.get('text')?.code, 'endpoint-no-windows');
  await plain.close();
});

test('a book is read window by window, and leaves in pieces that add up to it', async (t) => {
  const server = await serve(t, { tokenizes: true, maxLength: 130 });
  const model = await openServed(server.endpoint);
  t.after(() => model.close());
  const words = Array.from({ length: 6000 }, (_, index) => ` ${String.fromCharCode(97 + (index % 7))}${String.fromCharCode(97 + (index % 11))}`);
  const { responses, events } = await scored(model, [rolling('book', words.join(''))]);
  const pieces = events.flatMap((event) => (event.type === 'piece' ? [event.piece] : []));
  assert.equal(pieces.map(({ text }) => text).join(''), words.join(''));
  const before = ['<s>', ...words];
  assert.deepEqual(pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs), words.map((word, index) => Math.fround(logprobOf(before[index] ?? '', word))));
  assert.equal(responses.get('book')?.tokens, 6000);
  // The rest of it, after a restart.
  const from = pieces[0]?.tokenIds.length ?? 0;
  const rest = await scored(model, [{ kind: 'loglikelihood_rolling', id: 'book', text: words.join(''), from }]);
  assert.equal(rest.responses.get('book')?.tokens, 6000 - from);
});

test('what the server cannot do is said once, by name', async (t) => {
  const codes = async (product: Product): Promise<readonly string[]> => {
    const model = await openServed((await serve(t, product)).endpoint);
    await model.close();
    return (model.info.warnings ?? []).map(({ code }) => code);
  };
  assert.deepEqual(await codes({ tokenizes: true, maxLength: 100 }), []);
  assert.deepEqual(await codes({ tokenizes: true }), ['endpoint-length-unknown']);
  assert.deepEqual(await codes({ maxLength: 100 }), ['endpoint-own-tokens']);
  assert.deepEqual(await codes({ tokenizes: true, maxLength: 100, tops: false }), ['endpoint-no-greedy']);
  const other = await openServed((await serve(t, { tokenizes: true, maxLength: 100 })).endpoint, { model: 'another' });
  assert.deepEqual(other.info.warnings?.map(({ code }) => code), ['endpoint-unknown-model', 'endpoint-length-unknown']);
  await other.close();
});

test('without the most likely tokens no answer is the most likely one', async (t) => {
  const model = await openServed((await serve(t, { tokenizes: true, maxLength: 100, tops: false })).endpoint);
  t.after(() => model.close());
  const { responses } = await scored(model, [pair('a', 'The', ' sky is so blue')]);
  assert.deepEqual(responses.get('a')?.tokenGreedy, [false, false, false, false]);
});

test('a server that gives no log-probabilities of prompts does not score: not one that refuses the echo, and not one that answers with the generated token alone', async (t) => {
  const refuses = await openServed((await serve(t, { echoes: false })).endpoint);
  await assert.rejects(scored(refuses, [pair('a', 'b', ' c')]), { code: 'endpoint-no-logprobs' });
  await refuses.close();
  const server = await serve(t, { tokenizes: true });
  server.intervene = ({ path, body }, response) => {
    if (path !== '/v1/completions' || body['echo'] !== true) return false;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ text: '!', logprobs: { tokens: ['!'], token_logprobs: [-0.1], top_logprobs: [{ '!': -0.1 }], text_offset: [0] } }] }));
    return true;
  };
  const alone = await openServed(server.endpoint);
  await assert.rejects(scored(alone, [pair('a', 'b', ' c')]), { code: 'endpoint-no-logprobs' });
  await alone.close();
});

test('as many requests are under way as the config says, and no more', async (t) => {
  const server = await serve(t, { maxLength: 100 });
  const held: (() => void)[] = [];
  const model = await openServed(server.endpoint, { concurrency: 3 });
  t.after(() => model.close());
  server.intervene = () => new Promise((resolve) => held.push(() => resolve(false)));
  server.most = 0;
  const answers = scored(model, Array.from({ length: 10 }, (_, index) => pair(String(index), 'The', ` sky ${index}`)));
  for (let answered = 0; answered < 10; ) {
    while (held.length < Math.min(3, 10 - answered)) await new Promise((resolve) => setImmediate(resolve));
    held.shift()?.();
    answered++;
  }
  assert.equal((await answers).responses.size, 10);
  assert.equal(server.most, 3);
});
