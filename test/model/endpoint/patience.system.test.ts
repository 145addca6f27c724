import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { askedWait, backoff, systemClock } from '../../../src/model/endpoint/retry';
import type { AssayError } from '../../../src/protocol/errors';
import { openServed, pair, scored, TestClock } from './asked-model';
import { type Intervention, json, ScriptedServer, WordTokens } from './scripted-server';

const asked = [pair('a', 'The', ' sky')];
const PRODUCT = { maxLength: 100 };

async function opened(t: TestContext, clock: TestClock) {
  const server = await ScriptedServer.start(new WordTokens('<s>'), PRODUCT);
  const model = await openServed(server.endpoint, {}, null, clock);
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  clock.waits.length = 0;
  return { server, model };
}

/** The first `times` requests from now on go wrong. */
function first(times: number, wrong: Intervention): Intervention {
  let left = times;
  return (request, response) => left-- > 0 && wrong(request, response);
}

test('what is said to be for later is asked again, after longer and longer waits', async (t) => {
  for (const status of [429, 500, 502, 503, 408]) {
    const clock = new TestClock();
    const { server, model } = await opened(t, clock);
    server.intervene = first(3, (_, response) => (json(response, status, { error: 'later' }), true));
    const { responses } = await scored(model, asked);
    assert.equal(responses.size, 1);
    assert.deepEqual(clock.waits, [500, 1000, 2000], String(status));
  }
  assert.equal(backoff(3, 0), 2000);
  assert.equal(backoff(30, 1), 30_000);
});

test('connections that break off are tried again: before the answer, in its middle, and half a body of a known length', async (t) => {
  const breaks: Readonly<Record<string, Intervention>> = {
    before: (_, response) => (response.destroy(), true),
    middle: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"choices": [');
      setImmediate(() => response.destroy());
      return true;
    },
    length: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices": [', () => response.destroy());
      return true;
    },
  };
  for (const [name, wrong] of Object.entries(breaks)) {
    const clock = new TestClock();
    const { server, model } = await opened(t, clock);
    server.intervene = first(2, wrong);
    assert.equal((await scored(model, asked)).responses.size, 1, name);
    assert.equal(clock.waits.length, 2, name);
  }
});

test('Retry-After counts, as seconds and as a date; who asks for hours is not waited for', async (t) => {
  const clock = new TestClock();
  const { server, model } = await opened(t, clock);
  server.intervene = first(1, (_, response) => (json(response, 429, {}, { 'retry-after': '7' }), true));
  await scored(model, asked);
  server.intervene = first(1, (_, response) => (json(response, 503, {}, { 'retry-after': new Date(clock.now() + 90_000).toUTCString() }), true));
  await scored(model, asked);
  assert.deepEqual(clock.waits, [7000, 90_000]);
  server.intervene = (_, response) => (json(response, 429, {}, { 'retry-after': '7200' }), true);
  await assert.rejects(scored(model, asked), (error: AssayError) => error.code === 'endpoint-busy' && error.args['minutes'] === 120);
  assert.deepEqual([askedWait('0', 0), askedWait('1.5', 0), askedWait('soon', 0), askedWait(undefined, 0), askedWait('-1', 0)], [0, 1500, null, null, null]);
  assert.equal(askedWait('Thu, 01 Jan 1970 00:00:00 GMT', 5), 0);
});

test('tries end: a dead server is a typed failure, and the other requests of the block are not waited for', async (t) => {
  const clock = new TestClock();
  const { server, model } = await opened(t, clock);
  server.intervene = (_, response) => (json(response, 503, { error: { message: 'overloaded\u001b[31m' } }), true);
  await assert.rejects(scored(model, [pair('a', 'b', ' c'), pair('d', 'e', ' f')]), (error: AssayError) => {
    assert.deepEqual([error.code, error.args['tries'], error.args['detail']], ['endpoint-unreachable', 6, 'status 503: overloaded[31m']);
    return true;
  });
  await server.stop();
  await assert.rejects(scored(model, asked), { code: 'endpoint-unreachable' });
  await assert.rejects(openServed(server.endpoint), { code: 'endpoint-unreachable' });
});

test('a server that is silent is given up by the clock of the request', async (t) => {
  const server = await ScriptedServer.start(new WordTokens('<s>'), PRODUCT, () => true);
  t.after(() => server.stop());
  const clock = new TestClock();
  await assert.rejects(openServed(server.endpoint, { timeout: 0.02 }, null, clock), (error: AssayError) => error.code === 'endpoint-unreachable' && error.args['detail'] === 'no answer within 0.02 s');
  assert.equal(clock.waits.length, 5);
});

test('a cancel ends requests under way, requests that wait, and waiting itself', async (t) => {
  const server = await ScriptedServer.start(new WordTokens('<s>'), PRODUCT);
  const model = await openServed(server.endpoint, { concurrency: 2 }, null, systemClock);
  t.after(async () => {
    await model.close();
    await server.stop();
  });
  const requests = Array.from({ length: 20 }, (_, index) => pair(String(index), 'The', ` sky ${index}`));
  const interventions: readonly Intervention[] = [() => true, (_, response) => (json(response, 429, {}, { 'retry-after': '600' }), true)];
  for (const intervene of interventions) {
    const stop = new AbortController();
    server.intervene = (request, response) => {
      setImmediate(() => stop.abort());
      return intervene(request, response);
    };
    await assert.rejects(scored(model, requests, stop.signal), { code: 'cancelled' });
    while (server.under > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const already = new AbortController();
  already.abort();
  await assert.rejects(scored(model, requests, already.signal), { code: 'cancelled' });
});

test('leaving the loop ends what is under way', async (t) => {
  const { server, model } = await opened(t, new TestClock());
  server.intervene = ({ body }) => JSON.stringify(body).includes('never');
  for await (const event of model.score([...asked, pair('n', 'The', ' never')])) if (event.type === 'response') break;
  while (server.under > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('many requests of one block wait without a word from Node', async (t) => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  const { model } = await opened(t, new TestClock());
  await scored(model, Array.from({ length: 60 }, (_, index) => pair(String(index), 'The', ` sky ${index}`)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  assert.deepEqual(warnings, []);
});
