/** Processes that die or are interrupted at the worst moment: what is said, what is kept, and that nothing is left running. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { RunFile } from '../../src/run/run-file';
import {
  assertSameNumbers, isRunning, journalKeys, longTextConfig, modelA, modelB, modelProcesses, numbersOf, pagesConfig, RunningAssay, runFoldersOf, until,
} from './running-assay';

const work = mkdtempSync(join(tmpdir(), 'assay-processes-'));
const started: RunningAssay[] = [];
/** Pages of two checkpoints, so long that there is a middle to interrupt. */
let both: string;
let single: string;
let long: string;
/** Numbers of model-a in a run that nothing interrupts. */
let uninterrupted: Record<string, number>;

before(async () => {
  both = pagesConfig(work, 'pages', [modelA, modelB], 12);
  single = pagesConfig(work, 'pages-a', [modelA], 12);
  long = longTextConfig(work, 'long', [modelA]);
  const reference = await assay('reference', [both, '--output', join(work, 'reference'), '--checkpoint', modelA]).end();
  assert.equal(reference.code, 0, reference.stderr);
  uninterrupted = numbersOf(reference.report, 'model-a');
});
afterEach(() => started.splice(0).forEach((each) => each.destroy()));
after(() => rmSync(work, { recursive: true, force: true }));

function assay(name: string, args: readonly string[]): RunningAssay {
  const running = new RunningAssay(work, name, args);
  started.push(running);
  return running;
}

function runFile(folder: string | undefined): RunFile {
  assert.ok(folder !== undefined);
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunFile;
}

test('a killed model process fails its run, the others go on, and a resume gives the same numbers', async () => {
  const output = join(work, 'killed-model');
  const running = assay('killed-model', [both, '--output', output]);
  await running.event('sample');
  const [model] = modelProcesses(running.pid);
  assert.ok(model);
  process.kill(model.pid, 'SIGKILL');
  const failed = await running.event('failed');
  assert.equal(failed.checkpoint, 'model-a');
  assert.equal(failed.task, null);
  assert.equal(failed.resumable, true);
  assert.equal(failed.error.code, 'model-process-died');
  assert.match(failed.error.message, /SIGKILL/);

  const ended = await running.end();
  assert.equal(ended.code, 3);
  assert.match(ended.stderr, /^error: model-a: .*SIGKILL.*$/m);
  assert.deepEqual(ended.report.runs.map(({ checkpoint }) => checkpoint), ['model-b']);
  assert.deepEqual(ended.report.errors.map(({ checkpoint, code }) => ({ checkpoint, code })), [{ checkpoint: 'model-a', code: 'model-process-died' }]);
  const [folder] = runFoldersOf(output);
  assert.equal(runFile(folder).state, 'failed');
  const kept = journalKeys(folder ?? '').length;
  assert.ok(kept > 0);

  const resumed = await assay('killed-model-resumed', [both, '--output', output, '--resume']).end();
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(resumed.events.find(({ type, checkpoint }) => type === 'resumed' && checkpoint === 'model-a')?.run, failed.run);
  assertSameNumbers(numbersOf(resumed.report, 'model-a'), uninterrupted);
  assertSameNumbers(numbersOf(resumed.report, 'model-b'), numbersOf(ended.report, 'model-b'));
  const keys = journalKeys(folder ?? '');
  assert.equal(new Set(keys).size, keys.length, 'nothing is asked twice');
  assert.ok(keys.length > kept);
});

test('a killed command line takes its model process along', async () => {
  const running = assay('killed-cli', [long, '--output', join(work, 'killed-cli')]);
  const model = await running.computing();
  running.kill('SIGKILL');
  await until('the end of the model process', () => !isRunning(model.pid));
  await until('the end of everything it started', () => running.members.length === 0);
});

test('Ctrl-C ends it in mid-run, says how to go on, and a resume gives the same numbers', async () => {
  const output = join(work, 'interrupted');
  const running = assay('interrupted', [single, '--output', output]);
  await running.event('sample');
  running.interrupt();
  const ended = await running.end();
  assert.equal(ended.code, 130);
  assert.match(ended.stderr, /--resume/);
  assert.deepEqual(ended.report.runs, []);
  assert.equal(ended.events.at(-1)?.type, 'cancelled');
  const [folder] = runFoldersOf(output);
  assert.equal(runFile(folder).state, 'cancelled');

  const resumed = await assay('interrupted-resumed', [single, '--output', output, '--resume']).end();
  assert.equal(resumed.code, 0, resumed.stderr);
  assertSameNumbers(numbersOf(resumed.report, 'model-a'), renamed(uninterrupted, 'pages', 'pages-a'));
  assert.deepEqual(runFoldersOf(output), [folder]);
  assert.equal(runFile(folder).state, 'finished');
});

test('Ctrl-C in the middle of one long text ends it long before the text does', async () => {
  const running = assay('interrupted-text', [long, '--output', join(work, 'interrupted-text')]);
  await running.computing();
  running.interrupt();
  const ended = await running.end();
  assert.equal(ended.code, 130);
});

test('Ctrl-C while the checkpoint loads, even if the model process is stuck: nothing was begun, nothing is left', async () => {
  const output = join(work, 'loading');
  const running = assay('loading', [single, '--output', output]);
  const model = await until('a model process', () => modelProcesses(running.pid)[0]);
  process.kill(model.pid, 'SIGSTOP');
  assert.ok(!running.events.some(({ type }) => type === 'started'), 'it is still loading');
  running.interrupt();
  const ended = await running.end();
  assert.equal(ended.code, 130);
  assert.equal(ended.events.at(-1)?.type, 'cancelled');
  assert.deepEqual(runFoldersOf(output), []);
});

/** The same task under the name of its other file. */
function renamed(numbers: Readonly<Record<string, number>>, from: string, to: string): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key.replace(`${from} `, `${to} `), value]));
}
