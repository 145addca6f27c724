/** What a config means: precedence, names, perplexity entries, groups, expectations. Judged by the report and the run's files. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { EvaluationReport, RunReport } from '../../src/protocol/results';
import { architecture, DOCUMENTS, workspace } from './workspace';

const project = workspace();
const MODEL = architecture('qwen3');
let count = 0;

/** Runs a config with `lines` in it; its report and exit code. */
async function evaluate(lines: string, ...args: readonly string[]): Promise<EvaluationReport & { readonly code: number | null; readonly stderr: string }> {
  const name = `c${(count += 1)}`;
  const checkpoints = /^checkpoints:/m.test(lines) ? '' : `checkpoints: [${MODEL}]\n`;
  project.write(`${name}.eval.yaml`, `${checkpoints}include_path: tasks\n${lines}\noutput_path: out/${name}\n`);
  const ran = await project.assay('run', `${name}.eval.yaml`, '--json', '--quiet', ...args);
  return { ...(ran.json as EvaluationReport), code: ran.code, stderr: ran.stderr };
}

const only = ({ runs }: EvaluationReport): RunReport => {
  assert.equal(runs.length, 1);
  return runs[0] as RunReport;
};
const lengths = (run: RunReport): Record<string, unknown> => Object.fromEntries(Object.entries(run['n-samples']).map(([task, { effective }]) => [task, effective]));

describe('configs', { concurrency: 2 }, () => {
  test('num_fewshot: command line, then entry, then file, then config; a file that says 0 keeps it', async () => {
    const all = 'tasks: [parity, two_shot, zero_shot]\nlimit: 2\nnum_fewshot: 1';
    assert.deepEqual(only(await evaluate(all))['n-shot'], { parity: 1, two_shot: 2, zero_shot: 0 });
    assert.deepEqual(only(await evaluate(all, '--num-fewshot', '3'))['n-shot'], { parity: 3, two_shot: 3, zero_shot: 0 });
    assert.deepEqual(only(await evaluate(all, '--num-fewshot', '0'))['n-shot'], { parity: 0, two_shot: 0, zero_shot: 0 });
    const entries = 'tasks: [{task: parity, num_fewshot: 4}, {task: two_shot, num_fewshot: 1}]\nlimit: 2\nnum_fewshot: 5';
    assert.deepEqual(only(await evaluate(entries))['n-shot'], { parity: 4, two_shot: 1 });
    assert.deepEqual(only(await evaluate(entries, '--num-fewshot', '3'))['n-shot'], { parity: 3, two_shot: 3 });
  });

  test('limit: the same order; below 1 a share', async () => {
    const all = 'tasks: [parity, two_shot, {task: zero_shot, limit: 4}]\nlimit: 8';
    const run = only(await evaluate(all));
    assert.deepEqual(lengths(run), { parity: 8, two_shot: 6, zero_shot: 4 });
    assert.deepEqual(run['n-samples']['parity'], { original: DOCUMENTS, effective: 8 });
    assert.equal(run.results['parity']?.['sample_len'], 8);
    assert.deepEqual(lengths(only(await evaluate(all, '--limit', '3'))), { parity: 3, two_shot: 3, zero_shot: 3 });
    assert.deepEqual(lengths(only(await evaluate(all, '--limit', '0.1'))), { parity: 3, two_shot: 3, zero_shot: 3 });
    assert.deepEqual(lengths(only(await evaluate('tasks: [zero_shot]'))), { zero_shot: DOCUMENTS });
  });

  test('tasks by pattern, file and bare task or group file', async () => {
    const report = await evaluate(`tasks: ["*_shot", tasks/parity.yaml]\nlimit: 2`);
    assert.deepEqual(Object.keys(only(report).results).sort(), ['parity', 'two_shot', 'zero_shot']);
    const bare = await project.assay('run', 'tasks/parity.yaml', '--checkpoint', MODEL, '--limit', '2', '--json', '--quiet', '--output', 'out/bare');
    assert.equal(bare.code, 0, bare.stderr);
    assert.deepEqual(Object.keys(only(bare.json as EvaluationReport).results), ['parity']);
    const group = await project.assay('run', 'tasks/family.yaml', '--checkpoint', MODEL, '--include-path', 'tasks', '--limit', '2', '--json', '--quiet', '--output', 'out/group');
    assert.equal(group.code, 0, group.stderr);
    assert.ok('family' in only(group.json as EvaluationReport).groups);
  });

  test('groups with an inline subgroup: parent::child, weighted as they say', async () => {
    const { results, groups, group_subtasks: subtasks } = only(await evaluate('tasks: [family]\nlimit: 5'));
    assert.deepEqual(Object.keys(results).sort(), ['family', 'family::shots', 'parity', 'two_shot', 'zero_shot']);
    assert.deepEqual(subtasks, { family: ['parity', 'family::shots'], 'family::shots': ['two_shot', 'zero_shot'] });
    assert.deepEqual(groups, { family: results['family'], 'family::shots': results['family::shots'] });
    const acc = (task: string): number => Number(results[task]?.['acc,none']);
    const size = (task: string): number => Number(results[task]?.['sample_len']);
    assert.ok(Math.abs(acc('family::shots') - (acc('two_shot') + acc('zero_shot')) / 2) < 1e-12);
    const leaves = ['parity', 'two_shot', 'zero_shot'];
    const pooled = leaves.reduce((sum, task) => sum + acc(task) * size(task), 0) / leaves.reduce((sum, task) => sum + size(task), 0);
    assert.ok(Math.abs(acc('family') - pooled) < 1e-12);
    assert.deepEqual([...leaves, 'family'].map(size), [5, 6, 5, 16], 'a file\'s limit counts in a group too');
  });

  test('checkpoints: globs skip what is none, natural order, equal names get their parents', async () => {
    for (const folder of ['a/checkpoint-5', 'b/checkpoint-5', 'b/checkpoint-40']) cpSync(MODEL, project.path('many', folder), { recursive: true });
    project.write('many/b/notes/readme.md', 'no checkpoint');
    const config = `checkpoints: ["many/b/*", many/a/checkpoint-5, {path: ${MODEL}, name: Q}]\ntasks: [parity]\nlimit: 2`;
    const { runs, code, comparisons } = await evaluate(config);
    assert.equal(code, 0);
    assert.deepEqual(runs.map(({ checkpoint }) => checkpoint), ['b/checkpoint-5', 'checkpoint-40', 'a/checkpoint-5', 'Q']);
    assert.deepEqual(runs.map(({ path }) => path), ['many/b/checkpoint-5', 'many/b/checkpoint-40', 'many/a/checkpoint-5'].map((path) => project.path(path)).concat(MODEL));
    assert.equal(new Set(runs.map(({ id }) => id)).size, 4);
    assert.deepEqual(comparisons.map(({ baseline, other }) => [baseline, other]), ['checkpoint-40', 'a/checkpoint-5', 'Q'].map((other) => ['b/checkpoint-5', other]));
  });

  test('baseline: the checkpoint that is named', async () => {
    const { comparisons } = await evaluate(`checkpoints: [{path: ${MODEL}, name: one}, {path: ${architecture('olmo2')}, name: two}]\nbaseline: two\ntasks: [parity]\nlimit: 4`);
    assert.deepEqual(comparisons.map(({ baseline, other }) => [baseline, other]), [['two', 'one']]);
  });

  test('perplexity: a text is one document, rows are documents, names after the file', async () => {
    const run = only(await evaluate('tasks:\n  - perplexity: data/heldout.txt\n  - { perplexity: data/more/heldout.jsonl, text_column: page }\n  - { perplexity: data/heldout.txt, name: windows, context: 16, stride: 4 }\n  - { perplexity: data/more/heldout.jsonl, name: first, limit: 1 }'));
    assert.deepEqual(lengths(run), { heldout: 1, 'heldout-2': 2, windows: 1, first: 1 });
    const metrics = ['bits_per_byte', 'byte_perplexity', 'token_perplexity', 'word_perplexity'];
    for (const results of Object.values(run.results)) {
      assert.deepEqual(Object.keys(results).filter((key) => key.endsWith(',none') && !key.includes('_stderr')).map((key) => key.split(',')[0]).sort(), metrics);
      assert.ok(Math.abs(Math.log2(Number(results['byte_perplexity,none'])) - Number(results['bits_per_byte,none'])) < 1e-9);
    }
    assert.notEqual(run.results['windows']?.['token_perplexity,none'], run.results['heldout']?.['token_perplexity,none']);
    // An interval needs more than one document.
    assert.ok(run.intervals['heldout-2']?.['word_perplexity,none'] !== null);
    assert.equal(run.intervals['heldout']?.['word_perplexity,none'] ?? null, null);
  });

  test('perplexity is what score says of the same text', async () => {
    const run = only(await evaluate('tasks: [{perplexity: data/heldout.txt}]'));
    const scored = await project.assay('score', 'data/heldout.txt', '--checkpoint', MODEL, '--json');
    const [{ perplexity, logprobs }] = scored.json as [{ readonly perplexity: number; readonly logprobs: readonly number[] }];
    assert.ok(Math.abs(Number(run.results['heldout']?.['token_perplexity,none']) / perplexity - 1) < 1e-5);
    const bytes = Buffer.byteLength(readFileSync(project.path('data', 'heldout.txt')));
    const bits = -logprobs.reduce((sum, value) => sum + value, 0) / bytes / Math.LN2;
    assert.ok(Math.abs(Number(run.results['heldout']?.['bits_per_byte,none']) - bits) < 1e-5 * bits);
  });

  test('perplexity of a file that is not there, of a column that is not there', async () => {
    const { code, errors, runs } = await evaluate('tasks:\n  - perplexity: data/gone.txt\n  - { perplexity: data/more/heldout.jsonl, text_column: body }\n  - parity\nlimit: 2');
    assert.equal(code, 3);
    assert.deepEqual(errors.map((error) => error.code), ['missing-file', 'unknown-column']);
    assert.deepEqual(Object.keys(runs[0]?.results ?? {}), ['parity']);
  });

  test('expect: met, missed (exit 1), a range, with a filter, by checkpoint', async () => {
    const met = await evaluate('tasks: [{task: parity, limit: 4, expect: {acc: ">= 0", "f1,none": [0, 1]}}]');
    assert.equal(met.code, 0);
    assert.deepEqual(met.expectations.map(({ metric, met: ok }) => [metric, ok]), [['acc,none', true], ['f1,none', true]]);
    const missed = await evaluate('tasks: [{task: parity, limit: 4, expect: {acc: "> 1", f1: "<= 1"}}]');
    assert.equal(missed.code, 1);
    assert.equal(missed.stderr.trim().split('\n').length, 1);
    const acc = only(missed).results['parity']?.['acc,none'];
    const [first] = missed.expectations;
    assert.deepEqual([first?.checkpoint, first?.task, first?.metric, first?.expected, first?.actual, first?.met], ['qwen3', 'parity', 'acc,none', '> 1', acc, false]);
    assert.deepEqual(missed.errors, []);
    const range = await evaluate('tasks: [{task: parity, limit: 4, expect: {acc: [1.5, 2]}}]');
    assert.deepEqual([range.code, range.expectations.map(({ met: ok }) => ok)], [1, [false]]);
    const models = `checkpoints: [{path: ${MODEL}, name: q}, {path: ${architecture('olmo2')}, name: o}]\n`;
    const named = await evaluate(`${models}tasks: [{task: parity, limit: 4, expect: {acc: {q: "> 1"}}}]`);
    assert.deepEqual([named.code, named.expectations.map(({ checkpoint, met: ok }) => [checkpoint, ok])], [1, [['q', false]]]);
    const every = await evaluate(`${models}tasks: [{task: parity, limit: 4, expect: {acc: "< 0"}}]`);
    assert.deepEqual(every.expectations.map(({ checkpoint, met: ok }) => [checkpoint, ok]), [['q', false], ['o', false]]);
  });

  test('a baseline or an expectation that names no checkpoint is told: it would never be judged', async () => {
    const { code, errors, runs } = await evaluate(`checkpoints: [{path: ${MODEL}, name: one}]\nbaseline: tow\ntasks: [{task: parity, limit: 2, expect: {acc: {onne: ">= 0", one: ">= 0"}}}]`);
    assert.equal(code, 3);
    assert.deepEqual(errors.map((error) => error.code), ['unknown-checkpoint', 'unknown-checkpoint']);
    assert.match(errors[1]?.message ?? '', /onne.*Did you mean "one"/);
    assert.equal(runs.length, 1);
    const other = await evaluate(`checkpoints: [{path: ${MODEL}, name: one}]\nbaseline: one\ntasks: [{task: parity, limit: 2}]`, '--checkpoint', architecture('olmo2'));
    assert.deepEqual([other.code, other.errors], [0, []]);
  });

  test('several configs on one checkpoint: a run each, with ids of their own', async () => {
    for (const name of ['left', 'right']) project.write(`${name}.eval.yaml`, `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks: [${name === 'left' ? 'parity' : 'zero_shot'}]\nlimit: 2\noutput_path: out/several\n`);
    const ran = await project.assay('run', 'left.eval.yaml', 'right.eval.yaml', '--json', '--quiet');
    assert.equal(ran.code, 0, ran.stderr);
    const { runs, comparisons } = ran.json as EvaluationReport;
    assert.deepEqual(runs.map(({ results }) => Object.keys(results)), [['parity'], ['zero_shot']]);
    assert.deepEqual(readdirSync(project.path('out', 'several')).sort(), runs.map(({ id }) => id));
    assert.deepEqual(comparisons, []);
  });

  test('checkpoints with equal weights keep their own runs through a resume', async () => {
    cpSync(MODEL, project.path('twin'), { recursive: true });
    project.write('twins.eval.yaml', `checkpoints: [{path: ${MODEL}, name: one}, {path: twin, name: two}]\ninclude_path: tasks\ntasks: [parity]\nlimit: 2\noutput_path: out/twins\n`);
    const [first, again] = [await project.assay('run', 'twins.eval.yaml', '--json'), await project.assay('run', 'twins.eval.yaml', '--json', '--resume')];
    const ids = [first, again].map(({ json }) => (json as EvaluationReport).runs.map(({ id, checkpoint }) => [id, checkpoint]));
    assert.equal(ids[0]?.length, 2);
    assert.deepEqual(ids[1], ids[0]);
  });

  test('something failed beats an expectation missed', async () => {
    const { code, expectations } = await evaluate('tasks: [{task: parity, limit: 4, expect: {acc: "> 1"}}, typical]');
    assert.deepEqual([code, expectations.length], [3, 1]);
  });
});
