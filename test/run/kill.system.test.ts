import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { PyRandom } from '../../src/python/random';

const root = join(__dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'assay-kill-'));
after(() => rmSync(work, { recursive: true, force: true }));

const KILLS = 20;

function start(output: string): ChildProcess {
  const args = [
    join(root, 'dist/cli.js'), 'run', '--checkpoint', join(root, 'test/fixtures/arch/qwen3'), '--include-path', join(root, 'examples/tasks'),
    '--tasks', 'sst2,piqa,cola', '--limit', '120', '--bootstrap-iters', '100', '--threads', '1', '--output', join(work, output), '--resume', '--json', '--quiet',
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function finish(child: ChildProcess): Promise<EvaluationReport> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, text);
  return JSON.parse(text) as EvaluationReport;
}

/** Journal lines of every run below an output folder. */
function journalKeys(output: string): string[][] {
  const folders = readdirSync(join(work, output)).filter((name) => !name.startsWith('.'));
  return folders.map((folder) => {
    const lines = readFileSync(join(work, output, folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n').slice(1);
    return lines.map((line) => (JSON.parse(line) as { key: string }).key);
  });
}

function numbers(report: EvaluationReport): Record<string, number> {
  const [run] = report.runs;
  assert.ok(run);
  return Object.fromEntries(
    Object.entries(run.results).flatMap(([task, results]) =>
      Object.entries(results).flatMap(([key, value]): [string, number][] => (typeof value === 'number' ? [[`${task} ${key}`, value]] : [])),
    ),
  );
}

let reference: EvaluationReport;
let milliseconds = 0;
before(async () => {
  const began = Date.now();
  reference = await finish(start('reference'));
  milliseconds = Date.now() - began;
});

test(`SIGKILL at ${KILLS} random moments: resumed, nothing is asked twice and the numbers are the same`, async () => {
  const random = new PyRandom(20);
  let landed = 0;
  for (let round = 0; landed < KILLS; round++) {
    const output = `round-${round}`;
    // Several kills of one run, then it may finish.
    for (let kill = 0; kill < 4 && landed < KILLS; kill++) {
      const child = start(output);
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, random.random() * milliseconds))]);
      child.kill('SIGKILL');
      if ((await ended) === 'SIGKILL') landed++;
      else break;
    }
    const report = await finish(start(output));
    for (const keys of journalKeys(output)) assert.equal(new Set(keys).size, keys.length, 'a key occurs twice');
    const [got, want] = [numbers(report), numbers(reference)];
    assert.deepEqual(Object.keys(got), Object.keys(want));
    for (const [key, value] of Object.entries(want)) {
      assert.ok(Math.abs((got[key] ?? NaN) - value) <= 1e-12 * Math.max(1, Math.abs(value)), `${key}: ${got[key]} want ${value}`);
    }
  }
});

test('a finished run is reported again without asking anything', async () => {
  const report = await finish(start('reference'));
  assert.equal(report.runs[0]?.id, reference.runs[0]?.id);
  assert.deepEqual(report.runs[0]?.results, reference.runs[0]?.results);
  assert.equal(report.runs[0]?.timing.tokens, 0);
});
