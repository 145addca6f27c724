/** Exit codes, and what stands on stdout and stderr, whatever goes wrong. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import type { Ran } from './command';
import { architecture, workspace } from './workspace';

const project = workspace();
const MODEL = architecture('qwen3');
const run = (...args: readonly string[]): Promise<Ran> => project.assay('run', '--checkpoint', MODEL, '--include-path', 'tasks', '--limit', '4', '--quiet', ...args);

/** stderr as problems: one line each, none of them a stack frame. */
function problemLines({ stderr }: Ran): string[] {
  const lines = stderr.split('\n').filter((line) => line !== '');
  assert.ok(lines.every((line) => !/^\s+at /.test(line)), stderr);
  return lines;
}

describe('what cannot be done', { concurrency: 2 }, () => {
  const bad: readonly (readonly [what: string, args: readonly string[], code: number, text: RegExp])[] = [
    ['an unknown option', ['run', '--tsks', 'parity'], 2, /^error: unknown option '--tsks' \(Did you mean --tasks\?\)$/],
    ['an unknown command', ['evaluate'], 2, /unknown command 'evaluate'/],
    ['a value that is no number', ['run', '--num-fewshot', 'two'], 2, /--num-fewshot.*'two'.*whole number/],
    ['a limit of 0', ['run', '--limit', '0'], 2, /--limit.*above 0/],
    ['a precision that is none', ['run', '--precision', 'fp8'], 2, /fp32, int8/],
    ['an option without its value', ['run', '--events'], 2, /--events/],
    ['nothing to run', ['run', '--checkpoint', MODEL], 2, /Nothing to run.*--tasks/],
    ['a config that is not there', ['run', 'gone.eval.yaml'], 2, /not found: .*gone\.eval\.yaml/],
    ['a checkpoint that is not there', ['run', '--checkpoint', 'gone', '--include-path', 'tasks', '--tasks', 'parity'], 2, /No checkpoint here: .*gone/],
    ['an unknown task', ['run', '--checkpoint', MODEL, '--include-path', 'tasks', '--tasks', 'parrity'], 2, /"parrity"/],
    ['events that cannot be written', ['run', '--checkpoint', MODEL, '--include-path', 'tasks', '--tasks', 'parity', '--events', 'no/folder'], 3, /cannot be written to no\/folder/],
    ['score without a checkpoint', ['score', '--text', 'a'], 2, /--checkpoint/],
    ['score without a text', ['score', '--checkpoint', MODEL], 2, /Nothing to run/],
    ['score of a file that is not there', ['score', 'gone.txt', '--checkpoint', MODEL], 3, /not found: gone\.txt/],
    ['preview of a document that is not there', ['preview', 'tasks/parity.yaml', '--task', 'parity', '--doc', '999'], 2, /30 documents/],
    ['preview of an unknown task', ['preview', 'tasks/parity.yaml', '--task', 'odd', '--doc', '0'], 2, /"odd"/],
    ['compare of runs that are not there', ['compare', 'x', 'y'], 3, /No finished run here: .*x/],
    ['checkpoints below a folder that is not there', ['checkpoints', 'gone'], 2, /gone/],
  ];
  for (const [what, args, code, text] of bad) {
    test(`${what}: exit ${code}, one line on stderr, with and without --json`, async () => {
      const [plain, json] = [await project.assay(...args), await project.assay(...args.slice(0, 1), '--json', ...args.slice(1))];
      for (const ran of [plain, json]) {
        assert.equal(ran.code, code, ran.stderr);
        const lines = problemLines(ran);
        assert.equal(lines.length, 1, ran.stderr);
        assert.match(lines[0] ?? '', text);
        assert.match(lines[0] ?? '', /^error: /);
      }
      assert.equal(plain.stdout.trim(), '');
      const { errors, ...rest } = json.json as { readonly errors: EvaluationReport['errors'] };
      assert.equal(errors.length, 1);
      assert.deepEqual(Object.keys(errors[0] ?? {}), ['checkpoint', 'task', 'code', 'message', 'file']);
      if (args[0] === 'run') assert.deepEqual(rest, { version: 1, runs: [], comparisons: [], expectations: [] });
      if (args[0] === 'compare') assert.deepEqual(rest, { version: 1, comparisons: [] });
    });
  }

  test('help and version end with 0, on stdout', async () => {
    for (const args of [['--help'], ['run', '--help'], ['--version']]) {
      const { code, stdout, stderr } = await project.assay(...args);
      assert.deepEqual([code, stderr], [0, '']);
      assert.notEqual(stdout, '');
    }
  });

  test('a config with an error: exit 2, what and where; one that is sound beside it still runs', async () => {
    const wrong = project.write('wrong.eval.yaml', 'tasks: [parity]\nlimt: 3\ninclude_path: tasks\n');
    const sound = project.write('sound.eval.yaml', `checkpoints: [${MODEL}]\ntasks: [parity]\ninclude_path: tasks\nlimit: 3\n`);
    const ran = await project.assay('run', wrong, 'gone.eval.yaml', sound, '--json', '--quiet');
    const { runs, errors } = ran.json as EvaluationReport;
    assert.equal(ran.code, 2);
    assert.deepEqual(errors.map(({ code, file }) => [code, file]), [['unknown-key', wrong], ['missing-file', project.path('gone.eval.yaml')]]);
    assert.deepEqual(runs.map(({ results }) => results['parity']?.['sample_len']), [3]);
    assert.equal(problemLines(ran).length, 2);
  });

  test('YAML that cannot be read: exit 2, one line a problem', async () => {
    const file = project.write('torn.eval.yaml', 'tasks: [parity\ncheckpoints: {\n');
    const ran = await project.assay('run', file, '--json');
    assert.equal(ran.code, 2);
    const { errors } = ran.json as EvaluationReport;
    assert.equal(errors[0]?.code, 'yaml-syntax');
    assert.ok(errors.every(({ file: at }) => at === file));
    assert.equal(problemLines(ran).length, errors.length);
  });
});

describe('a task or checkpoint that fails beside a sound one: exit 3, the sound numbers there', { concurrency: 2 }, () => {
  const beside: readonly (readonly [task: string, code: string, text: RegExp])[] = [
    ['unheard_of', 'unknown-task', /unheard_of/],
    ['typical', 'bad-generation-option', /typical_p/],
    ['hook', 'python-hook', /!function utils\.process/],
    ['no_data', 'missing-file', /gone\.jsonl/],
  ];
  for (const [task, code, text] of beside) {
    test(`${task}: ${code}`, async () => {
      const ran = await run('--tasks', `parity,${task}`, '--json', '--output', `out-${task}`, '--events', `${task}.events`);
      const { runs, errors } = ran.json as EvaluationReport;
      assert.equal(ran.code, 3);
      assert.deepEqual(Object.keys(runs[0]?.results ?? {}), ['parity']);
      assert.deepEqual(errors.map((error) => [error.task, error.code]), [[task, code]]);
      const lines = problemLines(ran);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', text);
      assert.match(project.read(`${task}.events`), new RegExp(`"type":"failed","task":"${task}"`));
    });
  }

  test('int8 is computed so and marked wherever a number of it is shown; no run goes on in another precision', async () => {
    const [plain, quick] = [await run('--tasks', 'parity', '--output', 'precisions', '--json'), await project.assay('run', '--checkpoint', MODEL, '--include-path', 'tasks', '--limit', '4', '--tasks', 'parity', '--output', 'precisions', '--resume', '--precision', 'int8', '--json')];
    const [fp32, int8] = [plain, quick].map((ran) => (ran.json as EvaluationReport).runs[0]);
    assert.deepEqual([quick.code, int8?.precision, int8?.approximate, int8?.reported], [0, 'int8', true, undefined]);
    assert.match(quick.stderr, /eight bits/);
    assert.match(quick.stderr, /starting afresh/);
    const answers = (id: string): string => project.read('precisions', id, 'journal.jsonl').split('\n').slice(1).join('\n');
    assert.notEqual(answers(int8?.id ?? ''), answers(fp32?.id ?? ''), 'other numbers');
    const described = JSON.parse(project.read('precisions', int8?.id ?? '', 'run.json')) as { readonly signature: string; readonly identity: { readonly options: Readonly<Record<string, unknown>> } };
    assert.match(described.signature, /\|precision:int8\|/);
    assert.equal(described.identity.options['precision'], 'int8');
    const table = await run('--tasks', 'parity', '--output', 'precisions', '--resume', '--precision', 'int8');
    assert.match(table.stdout, /int8: every number is approximate/);
    assert.match(table.stdout, /\| +≈ \d/);
    const compared = await project.assay('compare', `precisions/${fp32?.id}`, `precisions/${int8?.id}`, '--json');
    assert.ok((compared.json as { comparisons: readonly { approximate?: boolean }[] }).comparisons.every(({ approximate }) => approximate === true));
    assert.match((await project.assay('compare', `precisions/${fp32?.id}`, `precisions/${int8?.id}`)).stdout, /≈ [+-]?\d/);
  });

  test('alone they are exit 3, an unknown one is exit 2', async () => {
    assert.equal((await run('--tasks', 'typical', '--json')).code, 3);
    assert.equal((await run('--tasks', 'unheard_of', '--json')).code, 2);
  });

  test('damaged checkpoints', async () => {
    project.write('cut/config.json', readFileSync(`${MODEL}/config.json`, 'utf8'));
    project.write('cut/tokenizer.json', readFileSync(`${MODEL}/tokenizer.json`, 'utf8'));
    writeFileSync(project.path('cut', 'model.safetensors'), readFileSync(`${MODEL}/model.safetensors`).subarray(0, 5000));
    project.write('bare/config.json', readFileSync(`${MODEL}/config.json`, 'utf8'));
    const ran = await run('--checkpoint', 'cut', '--checkpoint', 'bare', '--checkpoint', 'nowhere', '--tasks', 'parity', '--json');
    const { runs, errors } = ran.json as EvaluationReport;
    assert.equal(ran.code, 3);
    assert.deepEqual(runs.map(({ checkpoint, results }) => [checkpoint, results['parity']?.['sample_len']]), [['qwen3', 4]]);
    assert.deepEqual(errors.map(({ checkpoint, code }) => [checkpoint, code]).sort(), [['bare', 'broken-checkpoint'], ['cut', 'broken-checkpoint'], [project.path('nowhere'), 'unknown-checkpoint']].sort());
    assert.ok(errors.every(({ file }) => file !== null));
    assert.equal(problemLines(ran).length, 3);
  });

  test('a task asked for twice runs once and is said; a group that holds it keeps its members', async () => {
    const ran = await run('--tasks', 'parity,family', '--json');
    const { runs, errors } = ran.json as EvaluationReport;
    assert.equal(ran.code, 3);
    assert.deepEqual(errors.map(({ code }) => code), ['duplicate-task']);
    assert.ok(!errors[0]?.message.includes('{'));
    assert.deepEqual(Object.keys(runs[0]?.results ?? {}).sort(), ['family', 'family::shots', 'parity', 'two_shot', 'zero_shot']);
  });
});

test('human text: the table on stdout, progress on stderr; --quiet leaves stderr empty', async () => {
  const quiet = await run('--tasks', 'parity');
  assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
  assert.match(quiet.stdout, /\| parity .*acc/);
});
