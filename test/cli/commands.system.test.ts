/** What check, preview, score, checkpoints and compare print as JSON. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { ScoredText } from '../../src/protocol/commands';
import { root } from './command';
import { architecture, workspace } from './workspace';

const project = workspace();
const MODEL = architecture('qwen3');

describe('commands beside run', { concurrency: 2 }, () => {
  test('check: problems with their places, counted from 1; errors are exit 2', async () => {
    const file = project.write('a.eval.yaml', `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks:\n  - parity\n  - task: parrity\n    expect: { acc: ">= 0.1" }\nlimt: 3\n`);
    const ran = await project.assay('check', file, '--json');
    assert.equal(ran.code, 2);
    const problems = ran.json as readonly Record<string, string | number>[];
    for (const problem of problems) assert.deepEqual(Object.keys(problem), ['file', 'line', 'column', 'endLine', 'endColumn', 'severity', 'code', 'message']);
    const places = problems.map(({ code, line, column, endLine, endColumn, severity, file: at }) => [code, line, column, endLine, endColumn, severity, at]);
    assert.deepEqual(places, [['unknown-task', 5, 11, 5, 18, 'error', file], ['unknown-key', 7, 1, 7, 5, 'error', file]].sort((a, b) => Number(a[1]) - Number(b[1])));
    const human = await project.assay('check', file);
    assert.equal(human.code, 2);
    assert.match(human.stdout, /^a\.eval\.yaml:5:11: error: .*parrity.* \[unknown-task\]$/m);
  });

  test('tasks: built-in and found ones; a name that is none is exit 2', async () => {
    const ran = await project.assay('tasks', 'sst2', 'parity', '--include-path', 'tasks', '--json');
    assert.equal(ran.code, 0);
    const [sst2, parity] = ran.json as readonly Record<string, unknown>[];
    assert.deepEqual(sst2, {
      name: 'sst2', kind: 'task', output_type: 'multiple_choice', metrics: ['acc'], num_fewshot: null, description: 'SST-2: is the sentence of a film review positive or negative?',
      source: 'https://gluebenchmark.com/', licence: null, dataset: 'nyu-mll/glue sst2', columns: ['sentence', 'label', 'idx'], built_in: true, file: null,
    });
    assert.deepEqual([parity?.['name'], parity?.['built_in'], parity?.['file']], ['parity', false, project.path('tasks', 'parity.yaml')]);
    const human = await project.assay('tasks', 'super_glue', 'sst3');
    assert.equal(human.code, 2);
    assert.match(human.stdout, /^super_glue {2}group of 8 .*\n {4}members: boolq, cb, /);
    assert.match(human.stderr, /^error: .*"sst3".*Did you mean "sst2"\?$/m);
  });

  test('check: warnings alone and sound files are exit 0, a file that is not there is exit 2', async () => {
    const sound = project.write('sound.eval.yaml', `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks: [parity]\n`);
    const ran = await project.assay('check', sound, project.path('tasks', 'parity.yaml'), '--json');
    assert.deepEqual([ran.code, ran.json, ran.stderr], [0, [], '']);
    const warned = project.write('warned.eval.yaml', `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks: [parity]\nseed: 0777\n`);
    const warning = await project.assay('check', warned, '--json');
    const problems = warning.json as readonly Record<string, string>[];
    assert.deepEqual([warning.code, problems.map(({ code, severity }) => [code, severity])], [0, [['yaml-1.1', 'warning']]]);
    const gone = await project.assay('check', 'gone.eval.yaml', sound, '--json');
    assert.equal(gone.code, 2);
    assert.deepEqual((gone.json as readonly Record<string, string>[]).map(({ code, line }) => [code, line]), [['missing-file', 1]]);
    const large = await project.assay('check', project.write('large.eval.yaml', `tasks: [a]\n${'#'.repeat(2 ** 20)}\n`), '--json');
    assert.deepEqual([large.code, (large.json as readonly Record<string, string>[]).map(({ code }) => code)], [2, ['unreadable-file']]);
    assert.match(large.stderr, /larger than 1 MB/);
  });

  test('check: what is wrong with a task is told once, however many configs name it', async () => {
    const task = project.path('tasks', 'no_data.yaml');
    const named = project.write('named.eval.yaml', `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks: [no_data]\n`);
    const again = project.write('again.eval.yaml', `checkpoints: [${MODEL}]\ninclude_path: tasks\ntasks: [no_data, parity]\n`);
    const ran = await project.assay('check', named, again, task, '--json');
    const found = (ran.json as { file: string; code: string }[]).filter(({ code }) => code === 'missing-file').map(({ file }) => file);
    assert.deepEqual(found, [task]);
  });

  test('check: expectations, columns, hooks and data at their places', async () => {
    const task = project.write('tasks/columns.yaml', `include: parity.yaml\ntask: columns\ndoc_to_text: "{{question}}"\n`);
    for (const [file, code] of [[task, 'unknown-column'], [project.path('tasks', 'hook.yaml'), 'python-hook'], [project.path('tasks', 'no_data.yaml'), 'missing-file']] as const) {
      const ran = await project.assay('check', file, '--json');
      const found = (ran.json as readonly Record<string, string | number>[]).find((problem) => problem['code'] === code);
      assert.ok(found !== undefined, `${code}: ${ran.stdout}`);
      assert.equal(found['file'], file);
      assert.ok(Number(found['line']) > 1);
    }
  });

  test('preview: the exact requests of one document', async () => {
    const ran = await project.assay('preview', 'tasks/parity.yaml', '--task', 'parity', '--doc', '3', '--json');
    assert.equal(ran.code, 0);
    const context = 'Item 3 on the shelf is';
    assert.deepEqual(ran.json, {
      task: 'parity',
      doc_id: 3,
      doc: { q: context, label: 1 },
      requests: [' even', ' odd'].map((continuation) => ({ type: 'loglikelihood', context, continuation })),
      target: 1,
    });
    const human = await project.assay('preview', 'tasks/parity.yaml', '--task', 'parity', '--doc', '3');
    assert.match(human.stdout, /Item 3 on the shelf is⟦ even⟧/);
  });

  test('preview of a task that an include path of the command line knows', async () => {
    const config = project.write('elsewhere/named.eval.yaml', 'tasks: [parity]\n');
    const ran = await project.assay('preview', config, '--task', 'parity', '--doc', '3', '--include-path', 'tasks', '--json');
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal((ran.json as { readonly doc_id: number }).doc_id, 3);
    assert.equal((await project.assay('preview', config, '--task', 'parity', '--doc', '3', '--json')).code, 2);
  });

  test('preview of a config: few-shot examples stand in front', async () => {
    const config = project.write('shots.eval.yaml', 'include_path: tasks\ntasks: [{task: parity, num_fewshot: 2}]\n');
    const ran = await project.assay('preview', config, '--task', 'parity', '--doc', '0', '--json');
    const { requests } = ran.json as { readonly requests: readonly { readonly context: string }[] };
    assert.match(requests[0]?.context ?? '', /^Item \d+ on the shelf is (even|odd)\n\nItem \d+ on the shelf is (even|odd)\n\nItem 0 on the shelf is$/);
  });

  test('score: texts and files, each token with its log-probability', async () => {
    const text = 'The film was 7 hours long.\n';
    const file = project.write('one.txt', text);
    const ran = await project.assay('score', file, '--text', text, '--text', 'Short', '--checkpoint', MODEL, '--json');
    assert.deepEqual([ran.code, ran.stderr], [0, '']);
    const scored = ran.json as readonly ScoredText[];
    assert.equal(scored.length, 3);
    assert.deepEqual(scored[0], scored[1]);
    for (const { text: whole, token_ids: ids, tokens, logprobs, greedy, perplexity, ...others } of scored) {
      assert.deepEqual(others, {});
      assert.deepEqual([tokens.length, logprobs.length, greedy.length], [ids.length, ids.length, ids.length]);
      assert.equal(tokens.join(''), whole);
      assert.ok(logprobs.every((value) => value < 0) && greedy.every((value) => typeof value === 'boolean'));
      const mean = logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length;
      assert.ok(Math.abs(perplexity - Math.exp(-mean)) < 1e-9 * perplexity);
    }
  });

  test('score of an empty text is no crash', async () => {
    const ran = await project.assay('score', '--text', '', '--checkpoint', MODEL, '--json');
    assert.equal(ran.code, 0, ran.stderr);
    const [empty] = ran.json as readonly ScoredText[];
    assert.deepEqual([empty?.text, empty?.token_ids, empty?.logprobs], ['', [], []]);
  });

  test('score and ask say on stderr what is to be known of a checkpoint', async () => {
    cpSync(MODEL, project.path('unusual'), { recursive: true });
    const config = JSON.parse(project.read('unusual', 'config.json')) as Record<string, unknown>;
    project.write('unusual/config.json', JSON.stringify({ ...config, unheard_of: 7 }));
    const asked = project.write('asked.jsonl', '{"type":"loglikelihood_rolling","text":"a"}\n');
    for (const args of [['score', '--text', 'a', '--json'], ['ask', asked]]) {
      const ran = await project.assay(...args, '--checkpoint', 'unusual');
      assert.equal(ran.code, 0);
      assert.match(ran.stderr, /^warning: .*unheard_of.*\n$/);
      assert.ok(JSON.parse(ran.stdout) !== null);
    }
  });

  test('checkpoints: what is found, in natural order, with steps and problems', async () => {
    for (const step of ['run/checkpoint-100', 'run/checkpoint-20', 'final']) cpSync(MODEL, project.path('ckpts', step), { recursive: true });
    project.write('ckpts/torn/config.json', '{"model_type": "llama",');
    project.write('ckpts/torn/model.safetensors', 'no header');
    const ran = await project.assay('checkpoints', 'ckpts', '--json');
    assert.equal(ran.code, 0);
    const found = ran.json as readonly Record<string, unknown>[];
    for (const checkpoint of found) assert.deepEqual(Object.keys(checkpoint), ['path', 'name', 'model_type', 'parameters', 'dtype', 'bytes', 'max_length', 'step', 'problems']);
    const names = found.map((checkpoint) => [checkpoint['name'], checkpoint['step']]);
    assert.deepEqual(names, [['final', null], ['checkpoint-20', 20], ['checkpoint-100', 100], ['torn', null]]);
    assert.deepEqual([found[0]?.['model_type'], found[0]?.['problems']], ['qwen3', []]);
    assert.ok(Number(found[0]?.['parameters']) > 0 && Number(found[0]?.['bytes']) > 0 && Number(found[0]?.['max_length']) > 0);
    const problems = found[3]?.['problems'] as readonly Record<string, string>[];
    assert.ok(problems.length > 0);
    assert.ok(problems.every((problem) => problem['code'] === 'broken-checkpoint' && problem['message'] !== '' && problem['file'] !== ''));
    const human = await project.assay('checkpoints', 'ckpts');
    assert.match(human.stdout, /^checkpoint-20 .*qwen3.*step 20/m);
    const example = (await project.assay('checkpoints', `${root}/examples`, '--json')).json as readonly Record<string, unknown>[];
    assert.deepEqual(example.map(({ name, parameters, dtype, max_length: length }) => [name, parameters, dtype, length]), [['model-a', 3426560, 'BF16', 512], ['model-b', 3426560, 'BF16', 512]]);
  });

  test('checkpoints below an empty folder: none, which is no failure', async () => {
    project.write('empty/readme.txt', 'nothing');
    const ran = await project.assay('checkpoints', 'empty', '--json');
    assert.deepEqual([ran.code, ran.json], [0, []]);
  });
});
