/** The evaluator in a process of its own, as the editor holds it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { forkEvaluator } from '../../src/evaluator/client';
import type { EvaluationOutcome, EvaluationRequest, EvaluatorClient } from '../../src/protocol/commands';
import { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';
import { isRunning, longTextConfig, modelA, modelB, modelProcesses, type Process, processes, root, until } from '../run/running-assay';

const work = mkdtempSync(join(tmpdir(), 'assay-client-'));
const entry = join(root, 'dist/evaluator.js');
const clients: EvaluatorClient[] = [];
const said: string[] = [];
/** A megabyte of text on one checkpoint. */
let long: string;

before(() => (long = longTextConfig(work, 'long', [modelA])));
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
  assert.deepEqual(evaluatorProcesses(), []);
  assert.deepEqual(said.splice(0), []);
});
after(() => rmSync(work, { recursive: true, force: true }));

function fork(): EvaluatorClient {
  const client = forkEvaluator({ entry, log: (line) => said.push(line) });
  clients.push(client);
  return client;
}

function evaluatorProcesses(): Process[] {
  return processes().filter(({ parent, command }) => parent === process.pid && command.includes(entry));
}

function evaluatorProcess(): number {
  const [evaluator, ...others] = evaluatorProcesses();
  assert.ok(evaluator !== undefined && others.length === 0);
  return evaluator.pid;
}

/** Film reviews on model-a, and what `changes` says. */
function request(output: string, changes: Partial<EvaluationRequest> = {}): EvaluationRequest {
  const { overrides, ...rest } = changes;
  return {
    configs: [],
    overrides: {
      checkpoints: [modelA], tasks: ['sst2'], includePath: [join(root, 'examples/tasks')], limit: 40, bootstrapIters: 100, output: join(work, output), ...overrides,
    },
    resume: false,
    workspace: work,
    ...rest,
  };
}

const longRequest = (output: string): EvaluationRequest => ({ configs: [long], overrides: { output: join(work, output) }, resume: false, workspace: work });

type Watched = { readonly id: string; readonly events: RunEvent[]; readonly outcome: Promise<EvaluationOutcome>; readonly cancel: () => void };

function start(client: EvaluatorClient, asked: EvaluationRequest): Watched {
  const events: RunEvent[] = [];
  const handle = client.start(asked, (event) => events.push(event));
  return { id: handle.id, events, outcome: handle.outcome, cancel: () => handle.cancel() };
}

const computing = ({ events }: Watched): Promise<true> => until('progress', () => events.some((event) => event.type === 'progress' && event.tokens > 0));

const types = (events: readonly RunEvent[]): string[] => events.map(({ type }) => type);

/** Final numbers as a screen gets them. */
function finals(events: readonly RunEvent[]): object[] {
  return events.flatMap((event) => {
    if (event.type !== 'metric' || !event.final) return [];
    const { task, metric, value, interval, n, tokens, method, approximate } = event;
    return [{ task, metric, value, interval, n, tokens, method, approximate }];
  });
}

function runFolder(output: string): string {
  const [name, ...others] = readdirSync(join(work, output)).filter((each) => !each.startsWith('.'));
  assert.ok(name !== undefined && others.length === 0);
  return join(work, output, name);
}

test('events arrive in the order of the run; a second evaluation waits for the first', async () => {
  const client = fork();
  const order: string[] = [];
  const first: RunEvent[] = [];
  const handles = ['first', 'second'].map((name) =>
    client.start(request(name), (event) => {
      order.push(name);
      if (name === 'first') first.push(event);
      assert.equal(event.checkpoint, 'model-a');
    }),
  );
  const outcomes = await Promise.all(handles.map(({ outcome }) => outcome));
  for (const { exitCode, report } of outcomes) {
    assert.equal(exitCode, 0, JSON.stringify(report.errors));
    assert.equal(report.runs[0]?.['n-samples']['sst2']?.effective, 40);
  }
  assert.deepEqual(order, [...order].sort(), 'first, then second');
  assert.deepEqual(new Set(first.map(({ evaluation }) => evaluation)), new Set([handles[0]?.id]));
  const happened = types(first);
  assert.deepEqual([happened[0], happened[1], happened.at(-1)], ['planned', 'started', 'finished']);
  assert.equal(happened.filter((type) => type === 'sample').length, 40);
  assert.ok(first.findIndex((event) => event.type === 'metric' && event.final) > happened.lastIndexOf('sample'));
  const times = first.map(({ time }) => time);
  assert.deepEqual(times, [...times].sort());
});

test('cancelled in mid-run; also one that still waits', async () => {
  const client = fork();
  const running = start(client, longRequest('cancelled'));
  const waiting = start(client, request('cancelled-waiting'));
  await computing(running);
  waiting.cancel();
  running.cancel();
  assert.equal((await running.outcome).exitCode, 130);
  assert.equal(running.events.at(-1)?.type, 'cancelled');
  assert.equal((await waiting.outcome).exitCode, 130);
  assert.ok(!types(waiting.events).includes('started'));
});

test('a killed evaluator fails its runs, takes its model along, and the next start has a new one', async () => {
  const client = fork();
  const running = start(client, longRequest('killed'));
  const waiting = start(client, request('killed-waiting'));
  await computing(running);
  const evaluator = evaluatorProcess();
  const [model] = modelProcesses(evaluator);
  assert.ok(model !== undefined);
  process.kill(evaluator, 'SIGKILL');
  const { report, exitCode } = await running.outcome;
  assert.equal(exitCode, 3);
  assert.deepEqual(report.errors.map(({ code }) => code), ['evaluator-died']);
  assert.match(report.errors[0]?.message ?? '', /SIGKILL/);
  const failed = running.events.at(-1);
  assert.ok(failed?.type === 'failed');
  assert.equal(failed.error.code, 'evaluator-died');
  assert.equal(failed.resumable, true);
  assert.equal(failed.run, running.events[0]?.run);
  assert.equal((await waiting.outcome).exitCode, 3);
  await until('the end of the model process', () => !isRunning(model.pid));

  const next = start(client, request('after-kill'));
  assert.equal((await next.outcome).exitCode, 0);
  assert.notEqual(evaluatorProcess(), evaluator);
});

test('disposed in the middle of a run: nothing stays alive, and the run is told', async () => {
  const client = fork();
  const running = start(client, longRequest('disposed'));
  await computing(running);
  const evaluator = evaluatorProcess();
  const [model] = modelProcesses(evaluator);
  assert.ok(model !== undefined);
  await client.dispose();
  assert.equal(isRunning(evaluator), false);
  assert.equal((await running.outcome).exitCode, 3);
  assert.equal(running.events.at(-1)?.type, 'failed');
  await until('the end of the model process', () => !isRunning(model.pid));
  await client.dispose();
});

test('errors keep code, arguments and place on their way here', async () => {
  const client = fork();
  const nowhere = join(work, 'nowhere');
  await assert.rejects(client.replay(nowhere), (error) => {
    assert.ok(error instanceof AssayError);
    assert.deepEqual([error.code, error.args, error.place], ['no-run', { path: nowhere }, { file: nowhere }]);
    return true;
  });
  const asked = { ...request('preview'), task: 'sst2', document: 1_000_000 };
  await assert.rejects(client.preview(asked), (error) => {
    assert.ok(error instanceof AssayError);
    assert.equal(error.code, 'no-document');
    assert.deepEqual([error.args['task'], error.args['doc']], ['sst2', 1_000_000]);
    return true;
  });
  const compared = await client.compare(nowhere, nowhere);
  assert.deepEqual(compared.errors.map(({ code, file }) => ({ code, file })), [{ code: 'no-run', file: nowhere }]);
});

test('many questions leave no listeners behind', async () => {
  const warnings: string[] = [];
  const warn = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', warn);
  const client = fork();
  const asked = { ...request('preview'), task: 'sst2', document: 3 };
  for (let question = 0; question < 15; question++) assert.equal((await client.preview(asked)).doc_id, 3);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  assert.deepEqual(warnings, []);
});

test('a finished run is replayed with the numbers it had', async () => {
  const client = fork();
  const running = start(client, request('finished', { overrides: { tasks: ['sst2', 'cola'] } }));
  assert.equal((await running.outcome).exitCode, 0);
  const replayed = await client.replay(runFolder('finished'));
  assert.ok(finals(running.events).length >= 2);
  assert.deepEqual(finals(replayed), finals(running.events));
  const samples = (events: readonly RunEvent[]): object[] =>
    events.flatMap((event) => (event.type === 'sample' ? [{ task: event.task, ...event.sample }] : [])).sort((a, b) => (a.task + a.doc_id < b.task + b.doc_id ? -1 : 1));
  assert.deepEqual(samples(replayed), samples(running.events));
  assert.deepEqual([types(replayed)[0], types(replayed).at(-1)], ['planned', 'finished']);
});

test('a task that failed has failed in the replay, too', async () => {
  const words = Array.from({ length: 20 }, (_, index) => ({ text: 'q', word: index === 11 ? 'long '.repeat(3000) : 'short' }));
  writeFileSync(join(work, 'words.jsonl'), words.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const task = join(work, 'words.yaml');
  const lines = ['task: words', 'dataset_path: json', 'dataset_kwargs: {data_files: {test: words.jsonl}}', 'test_split: test', 'output_type: loglikelihood', 'doc_to_text: "{{text}}"', 'doc_to_target: "{{word}}"'];
  writeFileSync(task, `${lines.join('\n')}\n`);
  const client = fork();
  const running = start(client, request('task-failed', { overrides: { tasks: [task, 'sst2'] } }));
  const { report, exitCode } = await running.outcome;
  assert.equal(exitCode, 3);
  assert.deepEqual(report.errors.map(({ task: failed, code }) => [failed, code]), [['words', 'document-failed']]);
  const [live, replayed] = [running.events, await client.replay(runFolder('task-failed'))].map((events) => events.at(-1));
  assert.ok(live?.type === 'finished' && replayed?.type === 'finished');
  assert.deepEqual([live.failedTasks, replayed.failedTasks], [['words'], ['words']]);
});

test('an interrupted run is replayed as far as it came', async () => {
  const client = fork();
  const running = start(client, { ...request('interrupted', { overrides: { tasks: ['sst2', 'piqa'], limit: 100_000 } }) });
  await until('an answer of the second task', () => running.events.some((event) => event.type === 'sample' && event.task === 'piqa'));
  running.cancel();
  assert.equal((await running.outcome).exitCode, 130);
  const live = finals(running.events);
  assert.deepEqual(new Set(live.map((each) => (each as { task: string }).task)), new Set(['sst2']));
  const replayed = await client.replay(runFolder('interrupted'));
  assert.deepEqual(finals(replayed), live);
  assert.equal(replayed.at(-1)?.type, 'cancelled');
  const answered = (events: readonly RunEvent[]): number => types(events).filter((type) => type === 'sample').length;
  assert.equal(answered(replayed), answered(running.events));
});

test('runs on disk are compared as they were while they ran', async () => {
  const client = fork();
  const running = start(client, request('compared', { overrides: { checkpoints: [modelA, modelB] } }));
  const { report } = await running.outcome;
  const folders = running.events.flatMap((event) => (event.type === 'planned' ? [event.path] : []));
  const { comparisons, errors } = await client.compare(folders[0] ?? '', folders[1] ?? '');
  assert.deepEqual(errors, []);
  assert.ok(report.comparisons.length > 0);
  assert.deepEqual(comparisons, report.comparisons);
});
