import assert from 'node:assert/strict';
import { cpSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../src/catalog/check';
import type { Problem } from '../../src/protocol/problem';
import { openPlaceholders } from '../config/problem-text';
import { folderWith } from '../config/temporary-folder';

const MODEL = path.resolve(__dirname, '../../examples/checkpoints/model-a');
const ROWS = '{"sentence": "a", "label": 0, "answer": "x"}\n{"sentence": "b", "label": 1, "answer": "y"}\n';
const TASK = `task: t
dataset_path: json
dataset_kwargs: {data_files: {test: data/rows.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "Review: {{sentence}}"
doc_to_target: label
doc_to_choice: ["no", "yes"]
metric_list: [{metric: acc}, {metric: f1}]
`;

async function check(folder: string, name: string, text: string): Promise<{ problems: readonly Problem[]; lines: string[] }> {
  const file = path.join(folder, name);
  const { problems } = await checkConfig({ file, text, workspace: folder });
  assert.deepEqual(openPlaceholders(problems), []);
  const lines = problems.map((problem) => {
    const content = problem.file === file ? text : readFileSync(problem.file, 'utf8');
    const shown = `${problem.code} «${content.slice(problem.range.start, problem.range.end)}»`;
    return problem.file === file ? shown : `${path.relative(folder, problem.file)}: ${shown}`;
  });
  return { problems, lines };
}

test('a sound task file has no problem', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS });
  assert.deepEqual((await check(folder, 't.yaml', TASK)).lines, []);
});

test('columns, templates, metrics, data and splits of a task file, each at its exact place', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 'data/other.jsonl': '{"q": 1}\n' });
  const cases: readonly [string, string, string[]][] = [
    ['{{sentence}}', '{{sentense}}', ['unknown-column «sentense»']],
    ['"Review: {{sentence}}"', '"Re\\u00e4\\nview: {{ sentense }}"', ['unknown-column «sentense»']],
    ['"Review: {{sentence}}"', "'it''s {{sentense}}'", ['unknown-column «sentense»']],
    ['"Review: {{sentence}}"', '|\n  Review:\n\n    {{sentense}}', ['unknown-column «sentense»']],
    ['"Review: {{sentence}}"', '>\n  Review:\n  {{sentense}}', ['unknown-column «>\n  Review:\n  {{sentense}}»']],
    ['"Review: {{sentence}}"', 'sentense', ['unknown-column «sentense»']],
    ['doc_to_target: label', 'doc_to_target: lable', ['unknown-column «lable»']],
    ['doc_to_target: label', 'doc_to_target: "yes"', []],
    ['doc_to_choice: ["no", "yes"]', 'doc_to_choice: choices', ['unknown-column «choices»']],
    ['doc_to_choice: ["no", "yes"]', 'doc_to_choice: "{{[answr, sentence]}}"', ['unknown-column «answr»']],
    ['{{sentence}}', '{{sentence', ['template-error']],
    ['{{sentence}}', '{{sentence|uper}}', ['template-error «uper»']],
    ['{{sentence}}', '{{x if x is defined else sentence}}', []],
    ['{metric: f1}', '{metric: f2}', ['unsupported-metric «f2»']],
    ['{metric: f1}', '{metric: word_perplexity}', ['unsupported-metric «word_perplexity»']],
    ['data/rows.jsonl', 'data/gone.jsonl', ['missing-file «data/gone.jsonl»']],
    ['{test: data/rows.jsonl}', '{test: [data/rows.jsonl, data/gone.jsonl]}', ['missing-file «data/gone.jsonl»']],
    ['test_split: test', 'test_split: tset', ['missing-split «tset»']],
    ['dataset_path: json\ndataset_kwargs: {data_files: {test: data/rows.jsonl}}', 'dataset_path: ./gone', ['missing-file «./gone»']],
    ['dataset_path: json\ndataset_kwargs: {data_files: {test: data/rows.jsonl}}', 'dataset_path: someone/hub_set', ['hub-not-cached «someone/hub_set»']],
    ['metric_list:', 'filter_list: [{name: w, filter: [{function: lowercase}, {function: take_first}]}]\nmetric_list:', ['unsupported-filter «lowercase»']],
    ['metric_list:', 'fewshot_config: {doc_to_text: "{{sentense}}"}\nmetric_list:', ['unknown-column «sentense»']],
    ['metric_list:', 'process_docs: !function utils.f\nmetric_list:', ['python-hook «!function utils.f»']],
    ['output_type: multiple_choice', 'output_type: generate_until', ['unsupported-metric «acc»', 'unsupported-metric «f1»']],
    ['output_type: multiple_choice', 'output_type: generate_until\nfilter_list: [{name: w, filter: [{function: lowercase}, {function: take_frist}]}]', ['unsupported-filter «take_frist»', 'unsupported-metric «acc»', 'unsupported-metric «f1»']],
  ];
  for (const [from, to, expected] of cases) {
    assert.ok(TASK.includes(from));
    const { lines } = await check(folder, 't.yaml', TASK.replace(from, to));
    const shown = expected[0]?.includes('«') === false ? lines.map((line) => line.replace(/ «.*/s, '')) : lines;
    assert.deepEqual(shown, expected, to);
    const windows = (await check(folder, 't.yaml', TASK.replace(from, to).replaceAll('\n', '\r\n'))).lines;
    assert.deepEqual(windows.map((line) => line.replaceAll('\r\n', '\n')), lines, `CRLF: ${to}`);
  }
});

test('a bare word that is no column warns where it could be meant, and is an error where it cannot', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS });
  const severities = async (from: string, to: string): Promise<string[]> => (await check(folder, 't.yaml', TASK.replace(from, to))).problems.map(({ severity }) => severity);
  assert.deepEqual(await severities('"Review: {{sentence}}"', 'sentense'), ['warning']);
  assert.deepEqual(await severities('doc_to_target: label', 'doc_to_target: lable'), ['error']);
});

test('problems of a task file stand in it, and at the entry that names it', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK.replace('sentence', 'sentense') });
  const { lines } = await check(folder, 'c.eval.yaml', 'tasks:\n  - t.yaml\n');
  assert.deepEqual(lines, ['broken-task-file «t.yaml»', 't.yaml: unknown-column «sentense»']);
});

test('problems of an override stand at the override', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 'tasks/data/rows.jsonl': ROWS, 'tasks/t.yaml': TASK });
  const text = 'include_path: tasks\ntasks:\n  - task: t\n    doc_to_text: "{{sentense}}"\n    metric_list: [{metric: akk}]\n';
  assert.deepEqual((await check(folder, 'c.eval.yaml', text)).lines, ['unknown-column «sentense»', 'unsupported-metric «akk»']);
  const data = 'include_path: tasks\ntasks:\n  - task: t\n    dataset_kwargs: {data_files: {test: data/none.jsonl}}\n';
  assert.deepEqual((await check(folder, 'c.eval.yaml', data)).lines, ['missing-file «data/none.jsonl»']);
});

test('expectations about metrics, filters and checkpoints that are not there', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  const text = `checkpoints: [${MODEL}]
baseline: modle-a
tasks:
  - task: t.yaml
    expect: { acc: "> 0", "acc,none": "> 0", "acc,x": "> 0", akk: "> 0", f1: { model-a: "> 0", model-x: "> 0" } }
`;
  assert.deepEqual((await check(folder, 'c.eval.yaml', text)).lines, ['unknown-checkpoint «modle-a»', 'unknown-metric «"acc,x"»', 'unknown-metric «akk»', 'unknown-checkpoint «model-x»']);
});

test('int8 is for checkpoints on this machine', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  assert.deepEqual((await check(folder, 'c.eval.yaml', `checkpoints: [${MODEL}]\nprecision: int8\ntasks: [t.yaml]\n`)).lines, []);
  const served = `checkpoints: [${MODEL}, { endpoint: 'http://127.0.0.1:1/v1', model: m }]`;
  assert.deepEqual((await check(folder, 'c.eval.yaml', `${served}\nprecision: int8\ntasks: [t.yaml]\n`)).lines, ['int8-unsupported «int8»']);
});

test('checkpoints: sound, unknown, broken, a server', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  for (const name of ['good', 'cut', 'odd']) cpSync(MODEL, path.join(folder, name), { recursive: true });
  truncateSync(path.join(folder, 'cut/model.safetensors'), 5000);
  const config = JSON.parse(readFileSync(path.join(folder, 'odd/config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(path.join(folder, 'odd/config.json'), JSON.stringify({ ...config, hidden_size: 64 }));
  const text = 'checkpoints:\n  - good\n  - { path: cut, name: C }\n  - odd\n  - goood\n  - {endpoint: "http://h/v1", model: m, tokenizer: nowhere}\ntasks: [t.yaml]\n';
  const { lines, problems } = await check(folder, 'c.eval.yaml', text);
  assert.deepEqual(lines, ['broken-checkpoint «cut»', 'broken-checkpoint «odd»', 'unknown-checkpoint «goood»', 'missing-tokenizer-folder «nowhere»']);
  assert.ok(problems.every(({ severity }) => severity === 'error'));
  assert.deepEqual((await check(folder, 'c.eval.yaml', 'checkpoints: ["[gco]*d*", "cu?"]\ntasks: [t.yaml]\n')).lines, ['broken-checkpoint «"[gco]*d*"»', 'broken-checkpoint «"cu?"»']);
});

test('include_path that is not there; unsaved texts of other files are what counts', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  assert.deepEqual((await check(folder, 'c.eval.yaml', 'include_path: [., gone]\ntasks: [t]\n')).lines, ['missing-file «gone»']);
  const file = path.join(folder, 'c.eval.yaml');
  const { problems } = await checkConfig({ file, text: 'tasks: [t.yaml]\n', workspace: folder, readFile: () => Promise.resolve(TASK.replace('sentence', 'sentense')) });
  assert.deepEqual(problems.map(({ code }) => code), ['broken-task-file', 'unknown-column']);
});

test('a second check of the same config does not read again what has not changed', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  const text = `checkpoints: [${MODEL}]\ntasks: [t.yaml]\n`;
  const data = path.join(folder, 'data/rows.jsonl');
  const [then, later] = [new Date(1_700_000_000_000), new Date(1_700_000_005_000)];
  utimesSync(data, then, then);
  assert.deepEqual((await check(folder, 'c.eval.yaml', text)).lines, []);
  // Other columns, behind the same size and the same times.
  writeFileSync(data, ROWS.replaceAll('sentence', 'sentense'));
  utimesSync(data, then, then);
  assert.deepEqual((await check(folder, 'c.eval.yaml', `${text}# typing\n`)).lines, []);
  utimesSync(data, later, later);
  assert.deepEqual((await check(folder, 'c.eval.yaml', text)).lines, ['broken-task-file «t.yaml»', 't.yaml: unknown-column «sentence»']);
});

test('names of checkpoints are held against the workspace where the config lists none', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK });
  cpSync(MODEL, path.join(folder, 'models/good'), { recursive: true });
  assert.deepEqual((await check(folder, 'c.eval.yaml', 'tasks: [t.yaml]\nbaseline: good\n')).lines, []);
  assert.deepEqual((await check(folder, 'c.eval.yaml', 'tasks: [t.yaml]\nbaseline: goood\n')).lines, ['unknown-checkpoint «goood»']);
});

const SNIPPETS = ['\t', ': ', '- ', '[', ']', '{', '}', '"', '|', '&a ', '*a', '*', '?', '[!', '../', '\0', '\n', '\r\n', '  ', '😀', '!function x', 'include: t.yaml\n', '{{', '%}', '0x', '.inf'];

test('property: no edit of a config or a task file makes the check reject', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 't.yaml': TASK, 'x.txt': 'x' });
  const config = 'checkpoints: [good, "m*"]\ninclude_path: .\ntasks:\n  - t.yaml\n  - { perplexity: x.txt, stride: 3 }\n  - task: t\n    doc_to_text: "{{sentence}}"\n    expect: { acc: ">= 0" }\n';
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.constantFrom(...SNIPPETS));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(['c.eval.yaml', config] as const, ['t.yaml', TASK] as const), fc.array(edit, { minLength: 1, maxLength: 3 }), async ([name, original], edits) => {
      let text: string = original;
      for (const [position, removed, added] of edits) {
        const at = position % (text.length + 1);
        text = text.slice(0, at) + added + text.slice(at + removed);
      }
      const { problems } = await checkConfig({ file: path.join(folder, name), text, workspace: folder });
      for (const { file, range } of problems) {
        const length = path.basename(file) === name ? text.length : readFileSync(file, 'utf8').length;
        assert.ok(range.start >= 0 && range.start <= range.end && range.end <= length, JSON.stringify(range));
      }
    }),
    { numRuns: 300 },
  );
});

test('beside a hook nothing is called wrong that only the hook explains', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS });
  const cases: readonly [string, string[]][] = [
    [TASK.replace('{metric: f1}', '{metric: my_own}').concat('process_results: !function utils.results\n'), ['python-hook «!function utils.results»']],
    [TASK.replace('{metric: f1}', '{metric: my_own, aggregation: !function utils.mean}'), ['python-hook «!function utils.mean»']],
    [TASK.concat('filter_list: [{name: x, filter: [{function: custom, filter_fn: !function utils.f}]}]\n'), ['python-hook «!function utils.f»']],
    ['task: t\nclass: !function task.Own\nrecipe: card=x\nmetric_list: [{metric: own}]\n', ['python-hook «!function task.Own»']],
    ['task: t\ngroup: g\nclass: !function task.Own\n', ['python-hook «!function task.Own»']],
  ];
  for (const [text, expected] of cases) assert.deepEqual((await check(folder, 't.yaml', text)).lines, expected, text);
});

test('task folders of the command line, and of the workspace’s configs for a group file', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS, 'tasks/data/rows.jsonl': ROWS, 'tasks/t.yaml': TASK, 'evals/a.eval.yaml': 'include_path: ../tasks\ntasks: [t]\n', 'groups/g.yaml': 'group: g\ntask: [t]\n' });
  const problems = async (name: string, text: string, includePath: readonly string[]): Promise<string[]> =>
    (await checkConfig({ file: path.join(folder, name), text, workspace: folder, includePath })).problems.map(({ code }) => code);
  assert.deepEqual(await problems('b.eval.yaml', 'checkpoints: []\ntasks: [t]\n', []), ['unknown-task']);
  assert.deepEqual(await problems('b.eval.yaml', 'checkpoints: []\ntasks: [t]\n', [path.join(folder, 'tasks')]), []);
  assert.deepEqual(await problems('groups/g.yaml', 'group: g\ntask: [t]\n', []), []);
});

test('an include path that is not there', async () => {
  const folder = folderWith({ 'a.txt': '' });
  assert.deepEqual((await check(folder, 'c.eval.yaml', 'tasks: []\ninclude_path: [gone, ., a.txt]\n')).lines, ['missing-file «gone»', 'missing-file «a.txt»']);
});

test('a data set of the hub that is not here, and a key twice', async () => {
  const folder = folderWith({ 'data/rows.jsonl': ROWS });
  assert.deepEqual((await check(folder, 't.yaml', TASK.replace('dataset_path: json', 'dataset_path: org/name').replace(/^dataset_kwargs.*\n/m, ''))).lines, ['hub-not-cached «org/name»']);
  assert.deepEqual((await check(folder, 't.yaml', `${TASK}doc_to_target: label\n`)).problems.map(({ code, severity }) => [code, severity]), [['duplicate-key', 'warning']]);
});
