/** Files that change, break or are missing while they are needed: a typed error in one line, never a crash, never another number. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { readResults, readRun } from '../../src/run/read';
import type { RunSummary } from '../../src/protocol/inspection';
import { type RunFile, runFolders } from '../../src/run/run-file';
import { thisWorker, type Worker } from '../../src/run/worker';
import {
  assertSameNumbers, type Ended, journalKeys, longTextConfig, modelA, modelB, numbersOf, root, RunningAssay, runFoldersOf,
} from './running-assay';

const work = mkdtempSync(join(tmpdir(), 'assay-damage-'));
const started: RunningAssay[] = [];
afterEach(() => started.splice(0).forEach((each) => each.destroy()));
after(() => rmSync(work, { recursive: true, force: true }));

let starts = 0;
function assay(args: readonly string[]): RunningAssay {
  const running = new RunningAssay(work, `start-${starts++}`, args);
  started.push(running);
  return running;
}

function errorCodes({ report }: Ended): string[] {
  return report.errors.map(({ code }) => code);
}

/** Runs below an output folder, newest first. */
const runsOf = (output: string): RunSummary[] => runFolders(output).flatMap((folder) => readRun(folder) ?? []);

describe('weights that change while a run is under way', () => {
  const changes: readonly [string, (weights: string) => void][] = [
    ['cut short', (weights) => truncateSync(weights, 100_000)],
    ['replaced by a renamed file', (weights) => {
      cpSync(weights, `${weights}.new`);
      renameSync(`${weights}.new`, weights);
    }],
    ['written over in place', (weights) => writeFileSync(weights, readFileSync(weights), { flag: 'r+' })],
  ];
  for (const [name, change] of changes) {
    test(name, async () => {
      const folder = join(work, name.replaceAll(' ', '-'));
      const checkpoint = join(folder, 'checkpoint');
      cpSync(modelA, checkpoint, { recursive: true });
      const running = assay([longTextConfig(folder, 'long', [checkpoint]), '--output', join(folder, 'runs')]);
      await running.computing();
      change(join(checkpoint, 'model.safetensors'));
      const ended = await running.end();
      assert.deepEqual([ended.code, ended.signal], [3, null], ended.stderr);
      assert.deepEqual(errorCodes(ended), ['checkpoint-changed']);
      assert.equal(ended.report.errors[0]?.file, join(checkpoint, 'model.safetensors'));
      const failed = ended.events.at(-1);
      assert.ok(failed?.type === 'failed');
      assert.equal(failed.error.code, 'checkpoint-changed');
      const [run] = runFoldersOf(join(folder, 'runs'));
      assert.equal(runFile(run ?? '').state, 'failed');
    });
  }
});

function runFile(folder: string): RunFile {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunFile;
}

describe('run folders that are damaged', () => {
  /** Finished runs of two checkpoints; each test damages a copy. */
  const finished = join(work, 'finished');
  let numbers: Record<string, number>;
  before(async () => {
    const ended = await reviews(finished).end();
    assert.equal(ended.code, 0, ended.stderr);
    numbers = numbersOf(ended.report, 'model-a');
  });

  function reviews(output: string, ...more: string[]): RunningAssay {
    return assay(['--checkpoint', modelA, '--checkpoint', modelB, '--include-path', join(root, 'examples/tasks'), '--tasks', 'sst2', '--limit', '40', '--bootstrap-iters', '100', '--output', output, ...more]);
  }

  /** A copy of the finished runs in which model-a's was cancelled before it wrote its results. */
  function interruptedCopy(name: string): { readonly output: string; readonly a: string; readonly b: string; readonly journal: string } {
    const output = join(work, name);
    cpSync(finished, output, { recursive: true });
    const [a, b] = runFoldersOf(output);
    assert.ok(a !== undefined && a.endsWith('model-a') && b !== undefined && b.endsWith('model-b'));
    writeFileSync(join(a, 'run.json'), JSON.stringify({ ...runFile(a), state: 'cancelled' }));
    for (const file of readdirSync(a)) if (/^(results|samples)_/.test(file)) rmSync(join(a, file));
    return { output, a, b, journal: join(a, 'journal.jsonl') };
  }

  /** Every file below a folder with its contents. */
  function contents(folder: string): Record<string, string> {
    return Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  test('a torn last line is asked again, once', async () => {
    const { output, a, journal } = interruptedCopy('torn');
    const whole = readFileSync(journal, 'utf8');
    truncateSync(journal, Math.floor(whole.length * 0.6));
    assert.notEqual(readFileSync(journal, 'utf8').at(-1), '\n');
    const ended = await reviews(output, '--resume').end();
    assert.equal(ended.code, 0, ended.stderr);
    assertSameNumbers(numbersOf(ended.report, 'model-a'), numbers);
    const keys = journalKeys(a);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(keys.length, whole.trimEnd().split('\n').length - 1);
    assert.deepEqual(runFoldersOf(output).length, 2);
  });

  const brokenLines: readonly [string, (line: string) => string][] = [
    ['is no JSON', (line) => line.slice(0, line.length / 2)],
    ['is another thing', () => '[1, 2, 3]'],
    ['lacks its tokens', (line) => JSON.stringify({ ...(JSON.parse(line) as object), ids: undefined })],
    ['has a word for a number', (line) => JSON.stringify({ ...(JSON.parse(line) as object), logprobs: ['low'], greedy: '0', ids: [1] })],
    ['has nothing for a number', (line) => JSON.stringify({ ...(JSON.parse(line) as object), logprobs: [null], greedy: '0', ids: [1] })],
  ];
  for (const [name, damage] of brokenLines) {
    test(`a journal with a line in the middle that ${name}: its run fails by name, the other one stays as it is`, async () => {
      const { output, a, b, journal } = interruptedCopy(`line-${name.replaceAll(' ', '-')}`);
      const lines = readFileSync(journal, 'utf8').split('\n');
      lines[9] = damage(lines[9] ?? '');
      writeFileSync(journal, lines.join('\n'));
      const before = [contents(a)['journal.jsonl'], contents(b)];
      const ended = await reviews(output, '--resume').end();
      assert.equal(ended.code, 3);
      assert.deepEqual(errorCodes(ended), ['broken-journal']);
      assert.equal(ended.report.errors[0]?.file, journal);
      assert.equal(ended.stderr.trim().split('\n').filter((line) => line.startsWith('error:')).length, 1);
      assert.deepEqual(ended.report.runs.map(({ checkpoint }) => checkpoint), ['model-b']);
      assert.deepEqual([contents(a)['journal.jsonl'], contents(b)], before);
    });
  }

  test('a journal that is gone: its run fails by name', async () => {
    const { output, journal } = interruptedCopy('gone');
    rmSync(journal);
    const ended = await reviews(output, '--resume').end();
    assert.equal(ended.code, 3);
    assert.deepEqual(errorCodes(ended), ['broken-journal']);
    assert.equal(ended.report.errors[0]?.file, journal);
  });

  const brokenRunFiles: readonly [string, (run: RunFile) => string][] = [
    ['no JSON', () => '{"version": 1,'],
    ['empty', () => ''],
    ['of another kind', () => '[]'],
    ['without an identity', (run) => JSON.stringify({ ...run, identity: undefined })],
    ['without its process', (run) => JSON.stringify({ ...run, state: 'running', process: undefined })],
    ['without its checkpoint', (run) => JSON.stringify({ ...run, checkpoint: null })],
  ];
  test('a run.json that cannot be used: that folder is no run, and a resume starts afresh beside it', async () => {
    const { output, a, b } = interruptedCopy('run-file');
    const run = runFile(a);
    for (const [name, damage] of brokenRunFiles) {
      writeFileSync(join(a, 'run.json'), damage(run));
      assert.deepEqual(runsOf(output).map(({ folder }) => folder), [b], name);
    }
    const before = contents(a);
    const ended = await reviews(output, '--resume').end();
    assert.equal(ended.code, 0, ended.stderr);
    assertSameNumbers(numbersOf(ended.report, 'model-a'), numbers);
    assert.ok(ended.events.some((event) => event.type === 'warning' && event.code === 'nothing-to-resume' && event.checkpoint === 'model-a'));
    assert.deepEqual(contents(a), before);
    assert.equal(runFoldersOf(output).length, 3);
  });

  test('a run somebody works on is left alone, by name; it is taken over when its process is gone, also where another one has its number', async () => {
    const { output, a, journal } = interruptedCopy('working');
    writeFileSync(join(a, 'run.json'), JSON.stringify({ ...runFile(a), state: 'running' }));
    const hold = (worker: Worker): void => writeFileSync(join(a, 'lock.json'), JSON.stringify({ ...worker, since: '2026-01-01T00:00:00.000Z' }));
    const answered = readFileSync(journal, 'utf8');
    for (const worker of [thisWorker(), { ...thisWorker(), host: 'elsewhere', pid: 1 }]) {
      hold(worker);
      const refused = await reviews(output, '--resume').end();
      assert.equal(refused.code, 3, refused.stderr);
      assert.deepEqual(errorCodes(refused), ['run-active']);
      assert.match(refused.stderr, new RegExp(`process ${worker.pid} on ${worker.host}`));
      assert.equal(readFileSync(journal, 'utf8'), answered);
      assert.equal(runFoldersOf(output).length, 2);
    }
    hold({ ...thisWorker(), started: '1' });
    assert.deepEqual(runsOf(output).map(({ state }) => state), ['finished', 'interrupted']);
    const resumed = await reviews(output, '--resume').end();
    assert.equal(resumed.code, 0, resumed.stderr);
    assertSameNumbers(numbersOf(resumed.report, 'model-a'), numbers);
    assert.equal(resumed.report.runs[0]?.id, basename(a));
    assert.equal(runFile(a).state, 'finished');
    assert.equal(existsSync(join(a, 'lock.json')), false);
  });

  test('half-written results and folders are no results and no runs', async () => {
    const { output, a, b } = interruptedCopy('half');
    const half = join(a, 'results_2026-01-01T00-00-00.000.json.part');
    writeFileSync(half, '{"results": {"sst2": {"acc,none": 1');
    const making = join(output, `.making-${basename(a)}-2`);
    mkdirSync(making);
    writeFileSync(join(making, 'journal.jsonl'), '{"version": 1');
    assert.equal(readResults(a), null);
    assert.deepEqual(runsOf(output).map(({ folder, headline }) => [folder, headline.length]), [[b, 1], [a, 0]]);
    const ended = await reviews(output, '--resume').end();
    assert.equal(ended.code, 0, ended.stderr);
    assertSameNumbers(numbersOf(ended.report, 'model-a'), numbers);
    assert.equal(existsSync(half), false, 'what was left over is gone');
    assert.equal(runFoldersOf(output).length, 2);
  });

  test('an output folder that is a file: one line for each checkpoint says so', async () => {
    const output = join(work, 'a-file');
    writeFileSync(output, 'not a folder');
    const ended = await reviews(output).end();
    assert.equal(ended.code, 3);
    assert.deepEqual(errorCodes(ended), ['cannot-write', 'cannot-write']);
    assert.equal(ended.stderr.trim().split('\n').length, 2, ended.stderr);
    assert.ok(ended.stderr.includes(output));
    assert.equal(readFileSync(output, 'utf8'), 'not a folder');
  });
});
