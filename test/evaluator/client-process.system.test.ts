/** What the editor's client does with the evaluator's process: one that is stuck, one of another Node. The evaluators here are scripts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { type ForkOptions, forkEvaluator } from '../../src/evaluator/client';
import type { EvaluationRequest, EvaluatorClient } from '../../src/protocol/commands';
import { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';

const work = mkdtempSync(join(tmpdir(), 'assay-client-process-'));
const clients: EvaluatorClient[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
after(() => rmSync(work, { recursive: true, force: true }));

function client(script: string, options: Partial<ForkOptions> = {}): EvaluatorClient {
  const entry = join(work, `evaluator-${clients.length}-${Math.random()}.cjs`);
  writeFileSync(entry, script);
  const forked = forkEvaluator({ entry, log: () => undefined, ...options });
  clients.push(forked);
  return forked;
}

const request = (workspace: string): EvaluationRequest => ({ configs: [], overrides: {}, resume: false, workspace });

const REPORT = '{ report: { version: 1, runs: [], comparisons: [], expectations: [], errors: [] }, exitCode: 0 }';
/** Announces a run and then computes for ever where the workspace is called `stuck`; one at a time, as the evaluator does. */
const STUCK = `
const waiting = [];
function turn() {
  const { id, params } = waiting[0];
  if (params.request.workspace !== 'stuck') {
    process.send({ jsonrpc: '2.0', id, result: ${REPORT} });
    waiting.shift();
    return;
  }
  const run = { run: 'r', evaluation: params.id, checkpoint: 'c', time: '' };
  const events = [{ ...run, type: 'planned', documents: 60 }, { ...run, type: 'progress', done: 7, total: 60 }];
  process.send({ jsonrpc: '2.0', method: 'events', params: { id: params.id, events } }, () => { for (;;); });
}
process.on('message', (message) => {
  if (message.method !== 'start') return;
  waiting.push(message);
  setTimeout(() => waiting.length === (message.params.request.workspace === 'stuck' ? 2 : 1) && turn(), 100);
  if (waiting.length === 2) setTimeout(turn, 50);
});
process.on('disconnect', () => process.exit());
`;

test('an evaluator that does not hear a cancel is ended; what waited behind goes on in a new one', async () => {
  const events: RunEvent[] = [];
  let announced = (): void => undefined;
  const begun = new Promise<void>((resolve) => (announced = resolve));
  const evaluator = client(STUCK, { wait: () => Promise.resolve() });
  const stuck = evaluator.start(request('stuck'), (event) => {
    events.push(event);
    announced();
  });
  const waiting = evaluator.start(request('waiting'), () => undefined);
  await begun;
  stuck.cancel();
  const outcome = await stuck.outcome;
  assert.equal(outcome.exitCode, 130);
  assert.deepEqual(outcome.report.errors, []);
  const last = events.at(-1);
  assert.ok(last?.type === 'cancelled');
  assert.deepEqual([last.done, last.total], [7, 60]);
  assert.equal((await waiting.outcome).exitCode, 0);
});

/** Answers previews with the choice it was started for. */
const NAMES_ITSELF = `
process.on('message', (message) => process.send({ jsonrpc: '2.0', id: message.id, result: { pid: process.pid, execPath: process.execPath } }));
process.on('disconnect', () => process.exit());
`;
type Named = { readonly pid: number; readonly execPath: string };
const preview = (evaluator: EvaluatorClient): Promise<Named> => evaluator.preview({ ...request(''), task: 't', document: 0 }) as unknown as Promise<Named>;

test('another choice of Node takes effect at the next question', async () => {
  let setting = '';
  const chosen: string[] = [];
  const evaluator = client(NAMES_ITSELF, {
    nodeSetting: () => setting,
    chooseNode: () => {
      chosen.push(setting);
      return setting === 'bad' ? Promise.reject(new AssayError('node-no-answer', { node: 'bad', detail: 'no' })) : Promise.resolve(process.execPath);
    },
  });
  const first = await preview(evaluator);
  assert.equal((await preview(evaluator)).pid, first.pid);
  setting = 'other';
  assert.notEqual((await preview(evaluator)).pid, first.pid);
  setting = 'bad';
  await assert.rejects(preview(evaluator), (error) => error instanceof AssayError && error.code === 'node-no-answer');
  setting = 'other';
  assert.equal((await preview(evaluator)).execPath, process.execPath);
  assert.deepEqual(chosen, ['', 'other', 'bad', 'other']);
});

test('an evaluation that finds no Node to run in fails by name', async () => {
  const evaluator = client(NAMES_ITSELF, { chooseNode: () => Promise.reject(new AssayError('node-too-old', { node: '/n', version: '16.0.0', oldest: 20 })) });
  const { report, exitCode } = await evaluator.start(request(''), () => undefined).outcome;
  assert.equal(exitCode, 3);
  assert.deepEqual(report.errors.map(({ code }) => code), ['node-too-old']);
});

test('a Node that cannot be started at all is named', async () => {
  const evaluator = client(NAMES_ITSELF, { chooseNode: () => Promise.resolve(join(work, 'no-node')) });
  await assert.rejects(preview(evaluator), (error) => error instanceof AssayError && error.code === 'evaluator-not-started' && /no-node/.test(error.message));
});

/** Answers a preview with its own environment, and with what the client says of a variable. */
const ASKS_FOR_A_KEY = `
process.on('message', (message) => {
  if (message.method !== 'preview') return process.send({ jsonrpc: '2.0', id: asked, result: { own: process.env[name], told: message.result } });
  [asked, name] = [message.id, message.params.task];
  process.send({ jsonrpc: '2.0', id: 99, method: 'variable', params: { name } });
});
let asked, name;
process.on('disconnect', () => process.exit());
`;

test('a key is asked of the editor by its name; it stands in no environment of a child', async (t) => {
  process.env['SERVER_KEY_OF_TEST'] = 'sk-value';
  t.after(() => delete process.env['SERVER_KEY_OF_TEST']);
  const evaluator = client(ASKS_FOR_A_KEY);
  const told = (name: string): Promise<unknown> => evaluator.preview({ ...request(''), task: name, document: 0 });
  assert.deepEqual(await told('SERVER_KEY_OF_TEST'), { own: undefined, told: 'sk-value' });
  assert.deepEqual(await told('SERVER_KEY_NOBODY_SET'), { own: undefined, told: null });
});
