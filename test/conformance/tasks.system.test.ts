/**
 * Task results against lm-evaluation-harness 0.4.13 (`hf` model, float32, `logits_cache=False`, 1 000 bootstrap resamples): metrics and standard
 * errors over all documents, sample lines of the first ones. One run of all tasks for each checkpoint.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { assay, fixtures, root, type Ran } from '../cli/command';

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
type Line = { readonly [key: string]: Value };
type Expected = {
  readonly results: Readonly<Record<string, Line>>;
  readonly groups: Readonly<Record<string, Line>>;
  readonly group_subtasks: Readonly<Record<string, readonly string[]>>;
  readonly 'n-shot': Readonly<Record<string, number>>;
  readonly 'n-samples': Readonly<Record<string, Line>>;
};

/** Absolute below 1, relative above. */
const METRIC = 1e-4;
/** Log-likelihood of a continuation: absolute below 100, relative above. */
const SUM = 1e-3;
/** Near ties may fall either way: one line in 200, at least one. */
const FLIPPED_SHARE = 1 / 200;
const HASHES = ['doc_hash', 'prompt_hash', 'target_hash'] as const;

const work = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
after(() => rmSync(work, { recursive: true, force: true }));

for (const name of ['model-a', 'model-b']) {
  const folder = join(fixtures, 'expected', name);
  const expected = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Expected;
  const groups = Object.keys(expected.groups);
  const tasks = Object.keys(expected.results).filter((task) => !groups.includes(task));
  const inGroups = new Set(groups.flatMap((group) => expected.group_subtasks[group] ?? []));
  const output = join(work, name);

  describe(name, { concurrency: true }, () => {
    const running = evaluate(name, [...groups, ...tasks.filter((task) => !inGroups.has(task))], output);

    test('the run ends well', async () => {
      const { ran, report } = await running;
      assert.equal(ran.code, 0, ran.stderr);
      assert.deepEqual(report.errors, []);
      assert.equal(report.runs.length, 1);
      assert.ok(tasks.length >= 9);
    });

    for (const task of tasks) {
      test(`${task}: metrics, standard errors and sample lines`, async () => {
        const { report } = await running;
        const [run] = report.runs;
        assert.ok(run !== undefined);
        sameMetrics(run.results[task], expected.results[task] ?? {});
        assert.equal(run['n-shot'][task], expected['n-shot'][task]);
        assert.deepEqual(run['n-samples'][task], expected['n-samples'][task]);
        const want = readLines(join(folder, `samples_${task}.jsonl`));
        assert.ok(want.length > 0);
        sameSamples(samplesOf(output, task), want, Number(expected.results[task]?.['sample_len']));
      });
    }

    for (const group of groups) {
      test(`${group}: a group's own numbers`, async () => {
        const { report } = await running;
        const [run] = report.runs;
        assert.ok(run !== undefined);
        sameMetrics(run.results[group], expected.results[group] ?? {});
        sameMetrics(run.groups[group], expected.groups[group] ?? {});
        assert.deepEqual(run.group_subtasks[group], expected.group_subtasks[group]);
      });
    }
  });
}

async function evaluate(name: string, tasks: readonly string[], output: string): Promise<{ readonly ran: Ran; readonly report: EvaluationReport }> {
  const checkpoint = join(root, 'examples', 'checkpoints', name);
  const flags = ['--include-path', join(fixtures, 'tasks'), '--bootstrap-iters', '1000', '--output', output, '--quiet', '--json'];
  const ran = await assay(['run', '--checkpoint', checkpoint, '--tasks', tasks.join(','), ...flags]);
  return { ran, report: ran.json as EvaluationReport };
}

function sameMetrics(got: unknown, want: Line): void {
  assert.ok(got !== null && typeof got === 'object', 'there is a result');
  const values = got as Line;
  let compared = 0;
  for (const [key, expected] of Object.entries(want)) {
    if (key === 'sample_len' || key === 'alias') assert.equal(values[key], expected, key);
    if (!key.includes(',')) continue;
    if (typeof expected === 'number') {
      const actual = values[key];
      assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= METRIC * Math.max(1, Math.abs(expected)), `${key}: ${String(actual)}, the harness has ${expected}`);
      compared++;
    } else {
      assert.equal(values[key], expected, key);
    }
  }
  assert.ok(compared > 0);
  const keys = (line: Line): string[] => Object.keys(line).filter((key) => key.includes(',')).sort();
  assert.deepEqual(keys(values), keys(want), 'the harness\'s keys, and no others');
}

function readLines(file: string): Line[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

function samplesOf(output: string, task: string): Line[] {
  assert.ok(existsSync(output));
  const files = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((file) => file.includes(`samples_${task}_2`) && file.endsWith('.jsonl'));
  assert.equal(files.length, 1);
  return readLines(join(output, files[0] ?? ''));
}

function sameSamples(got: readonly Line[], want: readonly Line[], documents: number): void {
  const byKey = new Map(got.map((line) => [`${String(line['filter'])} ${String(line['doc_id'])}`, line]));
  assert.equal(byKey.size, got.length, 'no line twice');
  assert.equal(got.length, documents);
  let flips = 0;
  for (const expected of want) {
    const place = `document ${String(expected['doc_id'])}`;
    const line = byKey.get(`${String(expected['filter'])} ${String(expected['doc_id'])}`);
    assert.ok(line !== undefined, `${place}: a sample line`);
    assert.deepEqual(written(line['arguments']), expected['arguments'], `${place}: arguments`);
    assert.equal(asText(line['target']), asText(expected['target']), `${place}: target`);
    assert.deepEqual(line['metrics'], expected['metrics'], `${place}: metrics`);
    for (const hash of HASHES) assert.equal(line[hash], expected[hash], `${place}: ${hash}`);
    flips += sameAnswers(line['resps'], expected['resps'], `${place}: resps`);
    sameAnswers(line['filtered_resps'], expected['filtered_resps'], `${place}: filtered_resps`);
  }
  assert.ok(flips <= Math.max(1, want.length * FLIPPED_SHARE), `${flips} greedy flags differ`);
}

/** `{gen_args_0: {arg_0, arg_1}}`, as the harness writes arguments, back to the list it holds. */
function written(value: Value | undefined): Value[][] {
  return Object.values(value as Line).map((request) => Object.values(request as Line));
}

/** Texts and numbers are written as Python's `str` has them. */
function asText(value: Value | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value).toLowerCase();
}

/** Holds log-likelihoods against each other; the count of greedy flags that differ. */
function sameAnswers(got: Value | undefined, want: Value | undefined, place: string): number {
  const [actual, expected] = [leaves(got), leaves(want)];
  assert.equal(actual.length, expected.length, place);
  let flips = 0;
  for (const [index, value] of expected.entries()) {
    if (typeof value === 'number') {
      const difference = Math.abs(Number(actual[index]) - value);
      assert.ok(difference <= SUM * Math.max(1, Math.abs(value) / 100), `${place} ${index}: ${String(actual[index])}, the harness has ${value}`);
    } else if (asText(actual[index]) !== asText(value)) {
      flips++;
    }
  }
  return flips;
}

function leaves(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value.flatMap(leaves) : value === undefined ? [] : [value];
}
