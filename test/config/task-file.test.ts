import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TaskDefinition } from '../../src/config/definition';
import { readTaskFile, withOverrides, type TaskFile } from '../../src/config/task-file';
import { PythonHook } from '../../src/config/python-hook';
import type { PyValue } from '../../src/python/value';
import { marked, openPlaceholders } from './problem-text';
import { folderWith } from './temporary-folder';

const TASKS = path.resolve(__dirname, '../fixtures/config/tasks');
const MINIMAL = 'task: t\ndataset_path: json\ntest_split: test\noutput_type: loglikelihood\ndoc_to_text: "{{a}}"\ndoc_to_target: b\n';

async function read(folder: string, name: string): Promise<TaskFile> {
  return readTaskFile(path.join(folder, name));
}

async function definitionOf(folder: string, name: string): Promise<TaskDefinition> {
  const file = await read(folder, name);
  assert.equal(file.kind, 'task', JSON.stringify(file.problems));
  return file.kind === 'task' ? file.definition : assert.fail();
}

/** `file: code «text»` for every problem, each in its own file's text. */
async function placed(folder: string, name: string): Promise<string[]> {
  const { problems } = await read(folder, name);
  assert.deepEqual(openPlaceholders(problems), []);
  return problems.map((problem) => {
    const text = readFileSync(problem.file, 'utf8');
    return `${path.relative(folder, problem.file)}: ${marked(text, [problem])[0] ?? ''}`;
  });
}

test('every task file of the fixtures is read without a problem', async () => {
  for (const name of readdirSync(TASKS)) {
    const file = await read(TASKS, name);
    assert.notEqual(file.kind, 'none', name);
    assert.deepEqual(file.problems.map(({ code }) => code), [], name);
  }
});

test('include is shallow: own keys replace the included ones whole', async () => {
  const task = await definitionOf(TASKS, 'sst2_4shot.yaml');
  assert.equal(task.task, 'sst2_local_4shot');
  assert.equal(task.num_fewshot, 4);
  assert.deepEqual(task.metrics?.map(({ metric }) => metric), ['acc', 'acc_norm', 'acc_bytes']);
  assert.equal(task.doc_to_text, 'Review: {{sentence}}\nSentiment:');
  assert.deepEqual(task.doc_to_choice, ['negative', 'positive']);
  assert.deepEqual(task.dataset.dataFiles, {
    train: [path.resolve(TASKS, '../data/sst2_train.jsonl')],
    validation: [path.resolve(TASKS, '../data/sst2_validation.jsonl')],
  });
  assert.equal(task.raw.has('include'), false);
});

test('few-shot settings, delimiters and defaults', async () => {
  const first = await definitionOf(TASKS, 'sst2_first_n.yaml');
  assert.deepEqual(
    { ...first.fewshot },
    {
      sampler: 'first_n', split: 'train', samples: null, process_docs: null, doc_to_text: first.doc_to_text, doc_to_target: 'label', doc_to_choice: ['negative', 'positive'],
      gen_prefix: null, fewshot_delimiter: '\n---\n', target_delimiter: ' => ',
    },
  );
  const plain = await definitionOf(TASKS, 'cola.yaml');
  assert.deepEqual([plain.target_delimiter, plain.fewshot_delimiter, plain.description, plain.num_fewshot, plain.repeats], [' ', '\n\n', '', null, 1]);
  assert.deepEqual([plain.tags, plain.doc_to_choice, plain.metadata.get('version')], [['grammar'], ['no', 'yes'], 1]);
});

test('filters, generation settings and metric options of a generating task', async () => {
  const task = await definitionOf(TASKS, 'gsm8k.yaml');
  assert.equal(task.outputType, 'generate_until');
  assert.deepEqual(task.filters?.map(({ name, steps }) => [name, steps.map((step) => step.function)]), [['strict-match', ['regex', 'take_first']], ['flexible-extract', ['regex', 'take_first']]]);
  assert.equal(task.filters?.[1]?.steps[0]?.options['group_select'], -1n);
  assert.deepEqual(task.metrics?.[0]?.options['regexes_to_ignore'], [',', '\\$', '(?s).*#### ', '\\.$']);
  assert.deepEqual([task.metrics?.[0]?.aggregation, task.metrics?.[0]?.higherIsBetter, task.generation_kwargs?.['max_gen_toks']], ['mean', true, 48n]);
});

test('a group file', async () => {
  const file = await read(TASKS, 'group.yaml');
  assert.ok(file.kind === 'group');
  assert.equal(file.group.group, 'language_basics');
  assert.deepEqual(file.group.members.map(({ kind, name }) => [kind, name]), [['name', 'sst2_local'], ['name', 'cola_local'], ['name', 'piqa_local']]);
  assert.deepEqual(file.group.aggregate, [{ metric: 'acc', weightBySize: true, filters: null }]);
});

test('later includes win, and relative data files start from the file that names them', async () => {
  const folder = folderWith({
    'a/one_yaml': `${MINIMAL}description: one\ndataset_kwargs: {data_files: data/one.jsonl}\n`,
    'a/two_yaml': 'description: two\ntarget_delimiter: "-"\n',
    'b/t.yaml': 'include: [../a/one_yaml, ../a/two_yaml]\ntask: mine\n',
  });
  const task = await definitionOf(folder, 'b/t.yaml');
  assert.deepEqual([task.task, task.description, task.target_delimiter], ['mine', 'two', '-']);
  assert.deepEqual(task.dataset.dataFiles, { train: [path.join(folder, 'a/data/one.jsonl')] });
});

test('what is wrong with an include stands at its name', async () => {
  const folder = folderWith({
    'cycle.yaml': `include: back.yaml\n${MINIMAL}`,
    'back.yaml': 'include: cycle.yaml\ndescription: x\n',
    'left.yaml': 'include: base.yaml\n',
    'right.yaml': 'include: base.yaml\n',
    'base.yaml': MINIMAL,
    'diamond.yaml': 'include:\n  - left.yaml\n  - right.yaml\ntask: d\n',
    'missing.yaml': `include: nowhere.yaml\n${MINIMAL}`,
    'list.yaml': '- a\n',
    'of-list.yaml': `include: list.yaml\n${MINIMAL}`,
    'of-bad.yaml': 'include: bad.yaml\ntask: x\n',
    'bad.yaml': `${MINIMAL}descriptoin: x\nprocess_docs: !function utils.f\n`,
  });
  assert.deepEqual(await placed(folder, 'cycle.yaml'), ['back.yaml: include-cycle «cycle.yaml»']);
  assert.deepEqual(await placed(folder, 'diamond.yaml'), ['right.yaml: include-twice «base.yaml»']);
  assert.deepEqual(await placed(folder, 'missing.yaml'), ['missing.yaml: missing-file «nowhere.yaml»']);
  assert.deepEqual(await placed(folder, 'of-list.yaml'), ['of-list.yaml: include-problem «list.yaml»']);
  assert.deepEqual(await placed(folder, 'of-bad.yaml'), ['bad.yaml: unknown-key «descriptoin»']);
});

test('what is missing or misshapen in a task file', async () => {
  const cases: readonly [string, string[]][] = [
    [MINIMAL.replace('task: t\n', ''), ['missing-key «dataset_path: json»']],
    [MINIMAL.replace('dataset_path: json\n', ''), ['missing-key «task»']],
    [MINIMAL.replace('test_split: test\n', ''), ['missing-key «task»']],
    [MINIMAL.replace('doc_to_target: b\n', ''), ['missing-key «task»']],
    [MINIMAL.replace('loglikelihood', 'loglikelyhood'), ['not-one-of «loglikelyhood»']],
    [`${MINIMAL}repeats: 0\n`, ['out-of-range «0»']],
    [`${MINIMAL}metric_list: [{metric: acc, higher_is_better: 3}]\n`, ['wrong-type «3»']],
    [`${MINIMAL}metric_list: [acc]\n`, ['wrong-type «acc»']],
    [`${MINIMAL}filter_list: [{name: x, filter: [{fn: take_first}]}]\n`, ['missing-key «{fn: take_first}»']],
    [`${MINIMAL}fewshot_config: {sampler: random}\n`, ['not-one-of «random»']],
    [`${MINIMAL}fewshot_config: {samples: [3]}\n`, ['wrong-type «3»']],
    [`${MINIMAL}use_prompt: "promptsource:x"\n`, ['unsupported-key «use_prompt»']],
    [`${MINIMAL}process_docs: utils.f\n`, ['wrong-type «utils.f»']],
    ['group: g\ntask: one\n', ['wrong-type «one»']],
    ['', ['wrong-type «»']],
  ];
  for (const [text, expected] of cases) {
    const folder = folderWith({ 't.yaml': text });
    assert.deepEqual((await placed(folder, 't.yaml')).map((line) => line.slice('t.yaml: '.length)), expected, text);
  }
});

test('a file that is not there, or is a folder, is a problem and not an exception', async () => {
  const folder = folderWith({ 'd.yaml/x': '' });
  assert.deepEqual((await read(folder, 'none.yaml')).problems.map(({ code }) => code), ['missing-file']);
  assert.deepEqual((await read(folder, 'd.yaml')).problems.map(({ code }) => code), ['unreadable-file']);
});

test('hooks come with the code beside the file they are written in', async () => {
  const folder = folderWith({
    'base/m.py': 'import re\n\ndef f(items):\n    """Says what it does."""\n    return re.sub("a", \'b\', items)  # and why\n',
    'base/base.yaml': 'process_docs: !function m.f\n',
    't.yaml': `include: base/base.yaml\n${MINIMAL}metric_list: [{metric: !function m.f, aggregation: mean}]\nfewshot_config: {samples: !function deep.down.list_samples}\n`,
  });
  assert.deepEqual(await placed(folder, 't.yaml'), []);
  const { process_docs, metrics, fewshot } = await definitionOf(folder, 't.yaml');
  const code = process_docs?.module?.code;
  assert.deepEqual(code?.kind === 'here' && [code.needs, code.source.split('\n')[0]], [['re'], 'def f(items):']);
  const [metric] = metrics ?? [];
  assert.ok(metric?.metric instanceof PythonHook && fewshot.samples instanceof PythonHook);
  assert.deepEqual([metric.metric.module?.code.kind, fewshot.samples.module?.code.kind], ['no-file', 'no-file']);
  assert.ok(fewshot.samples.module?.file.endsWith(path.join('deep', 'down.py')));
  assert.equal(fewshot.process_docs, process_docs);
});

test('choices as a mapping, metadata that is none, a list as target', async () => {
  const folder = folderWith({ 't.yaml': `${MINIMAL.replace('doc_to_target: b', 'doc_to_target: [x, 1]')}doc_to_choice: {a: "A", b: "B"}\nmetadata: 3\n` });
  const task = await definitionOf(folder, 't.yaml');
  assert.deepEqual([task.doc_to_choice, task.doc_to_target, task.metadata], [['A', 'B'], ['x', 1n], new Map([['_metadata', 3n]])]);
});

test('data files: one, several, by split, below data_dir, addresses', async () => {
  const folder = folderWith({});
  const files = async (kwargs: string): Promise<unknown> => {
    const inner = folderWith({ 't.yaml': `${MINIMAL}dataset_kwargs: ${kwargs}\n` });
    const { dataset } = await definitionOf(inner, 't.yaml');
    return JSON.parse(JSON.stringify(dataset.dataFiles).replaceAll(JSON.stringify(inner).slice(1, -1), '.'));
  };
  assert.ok(folder !== '');
  assert.deepEqual(await files('{data_files: a.json}'), { train: ['./a.json'] });
  assert.deepEqual(await files('{data_files: [a.json, b/*.json]}'), { train: ['./a.json', './b/*.json'] });
  assert.deepEqual(await files('{data_files: {test: a.json, dev: [b.json]}, data_dir: d}'), { test: ['./d/a.json'], dev: ['./d/b.json'] });
  assert.deepEqual(await files('{data_files: "https://h/x.json"}'), { train: ['https://h/x.json'] });
  assert.deepEqual(await files('{field: data}'), null);
});

test('overrides replace keys whole; their files start from their own folder, other data stays', async () => {
  const task = await definitionOf(TASKS, 'sst2.yaml');
  const elsewhere = path.resolve('/elsewhere');
  const changed = withOverrides(task, new Map<string, PyValue>([['description', 'D'], ['metric_list', [new Map<PyValue, PyValue>([['metric', 'acc']])]]]), () => elsewhere);
  assert.deepEqual([changed.description, changed.metrics?.length, changed.raw.get('description')], ['D', 1, 'D']);
  assert.deepEqual(changed.dataset, task.dataset);
  const kwargs = new Map<PyValue, PyValue>([['data_files', new Map<PyValue, PyValue>([['validation', 'v.jsonl']])]]);
  assert.deepEqual(withOverrides(task, new Map([['dataset_kwargs', kwargs]]), () => elsewhere).dataset.dataFiles, { validation: [path.join(elsewhere, 'v.jsonl')] });
  assert.equal(withOverrides(task, new Map(), () => elsewhere), task);
});

test('data that a function of the file makes is told at its key', async () => {
  const folder = folderWith({ 'made.yaml': 'task: made\ncustom_dataset: !function utils.load\ntest_split: test\ndoc_to_text: "{{a}}"\ndoc_to_target: b\n' });
  assert.deepEqual(await placed(folder, 'made.yaml'), ['made.yaml: python-hook «!function utils.load»']);
});

test('a key of fewshot_config that is null is not the task’s', async () => {
  const folder = folderWith({
    'null.yaml': `${MINIMAL}fewshot_split: train\ngen_prefix: P\nfewshot_config: { split: null, gen_prefix: null, samples: [{ a: x }] }\n`,
    'none.yaml': `${MINIMAL}fewshot_split: train\ngen_prefix: P\nfewshot_config: { samples: [{ a: x }] }\n`,
  });
  const fewshot = async (name: string) => (({ split, gen_prefix }) => [split, gen_prefix])((await definitionOf(folder, name)).fewshot);
  assert.deepEqual(await fewshot('null.yaml'), [null, '']);
  assert.deepEqual(await fewshot('none.yaml'), ['train', 'P']);
});
