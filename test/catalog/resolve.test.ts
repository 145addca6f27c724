import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { resolveConfigTasks, type ResolvedTask } from '../../src/catalog/resolve';
import { leavesOf, runnableName } from '../../src/config/runnable';
import type { Runnable } from '../../src/config/definition';
import { parseEvalConfig } from '../../src/config/eval-config';
import { AssayError } from '../../src/protocol/errors';
import { folderWith } from '../config/temporary-folder';

const TASKS = path.resolve(__dirname, '../fixtures/config/tasks');
const BASE = 'dataset_path: json\ntest_split: test\noutput_type: loglikelihood\ndoc_to_text: "{{a}}"\ndoc_to_target: "{{b}}"\n';

async function resolved(folder: string, text: string, name = 'c.eval.yaml'): Promise<ResolvedTask[]> {
  const { config, source } = parseEvalConfig(text, path.join(folder, name));
  return resolveConfigTasks(config, { source });
}

const names = (tasks: readonly ResolvedTask[]): string[][] => tasks.map(({ runnables }) => runnables.map(runnableName));

/** `file: code «text»`. */
const problems = (folder: string, text: string, tasks: readonly ResolvedTask[]): string[] =>
  tasks.flatMap((task) => task.problems).map(({ file, code, range }) => {
    const content = path.basename(file) === 'c.eval.yaml' ? text : readFileSync(file, 'utf8');
    return `${path.relative(folder, file)}: ${code} «${content.slice(range.start, range.end)}»`;
  });

test('by name, pattern, tag, group and file', async () => {
  const text = `include_path: ${TASKS}\ntasks: [cola_local, sst2_local_*, language_basics_of_us, ${path.join(TASKS, 'piqa.yaml')}, grammar]`;
  const tasks = await resolved(TASKS, text);
  assert.deepEqual(names(tasks), [['cola_local'], ['sst2_local_4shot', 'sst2_local_first_n'], [], ['piqa_local'], []]);
  assert.deepEqual(problems(TASKS, text, tasks), ['c.eval.yaml: unknown-task «language_basics_of_us»', 'c.eval.yaml: duplicate-task «grammar»']);
});

test('an unknown name suggests the one that was meant', async () => {
  const tasks = await resolved(TASKS, `include_path: ${TASKS}\ntasks:\n  - task: cola_locl`);
  assert.deepEqual(tasks[0]?.problems.map(({ code, args }) => [code, args['hint']]), [['unknown-task', ' Did you mean "cola_local"?']]);
});

test('a group file alone finds the tasks beside it', async () => {
  const file = path.join(TASKS, 'group.yaml');
  const { config, source } = parseEvalConfig(readFileSync(file, 'utf8'), file);
  const [task] = await resolveConfigTasks(config, { source });
  assert.deepEqual(task?.problems, []);
  assert.deepEqual(task.runnables.flatMap(leavesOf).map((leaf) => leaf.task), ['sst2_local', 'cola_local', 'piqa_local']);
});

test('groups: overrides go down, callers stand above, inline members, nested groups, tags', async () => {
  const folder = folderWith({
    'a.yaml': `task: a\ntag: pair\nnum_fewshot: 1\n${BASE}`,
    'b.yaml': `task: b\ntag: pair\n${BASE}`,
    'inner.yaml': 'group: inner\ntask: [a]\ntarget_delimiter: "inner"\ndescription: inner\n',
    'outer.yaml': `group: outer
task:
  - inner
  - task: b
    description: mine
  - task: made
    dataset_path: json
    test_split: test
    output_type: loglikelihood_rolling
    doc_to_target: "{{t}}"
  - group: sub
    task: [b]
    fewshot_delimiter: "|"
  - pair
target_delimiter: "outer"
aggregate_metric_list: [{metric: acc, weight_by_size: false, filter_list: none}]
`,
  });
  const [task] = await resolved(folder, `include_path: .\ntasks: [outer]`);
  assert.deepEqual(task?.problems, []);
  const [outer] = task.runnables;
  assert.ok(outer?.kind === 'group');
  assert.deepEqual(outer.children.map(runnableName), ['inner', 'b', 'outer::made', 'outer::sub', 'a']);
  assert.deepEqual(outer.aggregate, [{ metric: 'acc', weightBySize: false, filters: ['none'] }]);
  const tree = (runnable: Runnable): unknown => (runnable.kind === 'task' ? [runnable.task, runnable.target_delimiter, runnable.description, runnable.fewshot_delimiter, runnable.num_fewshot] : runnable.children.map(tree));
  assert.deepEqual(outer.children.map(tree), [
    [['a', 'outer', 'inner', '\n\n', 1]],
    ['b', 'outer', '', '\n\n', null],
    ['outer::made', 'outer', '', '\n\n', null],
    [['b', 'outer', '', '|', null]],
    ['a', 'outer', '', '\n\n', 1],
  ]);
});

test('keys of a member’s mapping stand above the group’s and the caller’s; of an inline group below; the last mention counts', async () => {
  const folder = folderWith({
    'data/a.yaml': `task: a\n${BASE}`,
    'data/b.yaml': `task: b\n${BASE}`,
    'sub.yaml': 'group: sub\ntask: [b]\ndescription: sub\n',
    'g.yaml': `group: g
description: group
target_delimiter: group
task:
  - { task: a, description: first, num_fewshot: 1 }
  - { task: a, description: mine, dataset_kwargs: { data_files: { test: own.jsonl } } }
  - { task: made, description: mine, dataset_path: json, test_split: test, output_type: loglikelihood, doc_to_text: x, doc_to_target: y }
  - { group: inline, description: inline, task: [b] }
  - { group: sub, description: mapped, group_alias: Sub }
`,
  });
  const [task] = await resolved(folder, 'include_path: .\ntasks:\n  - { task: g, target_delimiter: entry }\n');
  assert.deepEqual(task?.problems, []);
  const leaves = task.runnables.flatMap(leavesOf);
  assert.deepEqual(leaves.map(({ task: name, description, target_delimiter: delimiter, num_fewshot: shots }) => [name, description, delimiter, shots]), [
    ['a', 'mine', 'entry', null],
    ['g::made', 'mine', 'entry', null],
    ['b', 'group', 'entry', null],
    ['b', 'mapped', 'entry', null],
  ]);
  assert.deepEqual(leaves[0]?.dataset.dataFiles, { test: [path.join(folder, 'own.jsonl')] });
});

test('errors of a task file belong to it alone, however it is named; a key that is replaced is no error', async () => {
  const folder = folderWith({
    'good.yaml': `task: good\n${BASE}`,
    'shots.yaml': `task: shots\ntag: all\nnum_fewshot: "three"\n${BASE}`,
    'quote.yaml': `task: quote\n${BASE}description: "open\n`,
    'wrong.yaml': `task: wrong\n${BASE}description: [x]\n`,
    'key.yaml': `include: base\ntask: key\ntag: all\n`,
    'base': `${BASE}descripton: x\n`,
    'group.yaml': 'group: group\ntask: [good, shots]\naggregate_metric: x\n',
    'old.yaml': `group: old\ntask: former\n${BASE}`,
  });
  for (const name of ['shots', 'shots.yaml', '"sh*s"', '{ task: shots, description: x }']) {
    const [task] = await resolved(folder, `include_path: .\ntasks: [${name}]`);
    assert.deepEqual([...(task?.faults ?? [])].map(([runnable, [fault]]) => [runnableName(runnable), fault?.code, path.basename(fault?.file ?? '')]), [['shots', 'wrong-type', 'shots.yaml']], name);
  }
  const faults = async (name: string): Promise<unknown> => {
    const [task] = await resolved(folder, `include_path: .\ntasks: [${name}]`);
    return [...(task?.faults ?? [])].map(([runnable, found]) => [runnableName(runnable), ...found.map(({ code, file }) => `${path.basename(file)} ${code}`)]);
  };
  assert.deepEqual(await faults('{ task: shots, num_fewshot: 3 }'), [['shots', 'shots.yaml wrong-type']]);
  assert.deepEqual(await faults('{ task: quote, description: x }'), [['quote', 'quote.yaml yaml-syntax']]);
  assert.deepEqual(await faults('{ task: wrong, description: x }'), []);
  assert.deepEqual(await faults('all'), [['key', 'base unknown-key'], ['shots', 'shots.yaml wrong-type']]);
  assert.deepEqual(await faults('group'), [['shots', 'shots.yaml wrong-type'], ['group', 'group.yaml unknown-key']]);
  for (const name of ['old', 'former', 'old.yaml']) {
    const [task] = await resolved(folder, `include_path: .\ntasks: [${name}]`);
    assert.deepEqual(task?.problems.map(({ code, args }) => [code, args['group']]), [['old-group-form', 'old']], name);
  }
});

test('entry overrides stand above group and file', async () => {
  const folder = folderWith({ 'a.yaml': `task: a\ndescription: file\n${BASE}`, 'g.yaml': 'group: g\ntask: [a]\ndescription: group\ntarget_delimiter: group\n' });
  const [task] = await resolved(folder, 'include_path: .\ntasks:\n  - task: g\n    description: entry\n    num_fewshot: 2\n');
  const [leaf] = task?.runnables.flatMap(leavesOf) ?? [];
  assert.deepEqual([leaf?.description, leaf?.target_delimiter, leaf?.num_fewshot, task?.entry.num_fewshot], ['entry', 'group', null, 2]);
});

test('a group that contains itself, and unknown members, are problems in the group’s file', async () => {
  const folder = folderWith({ 'g.yaml': 'group: g\ntask: [h, nowhere]\n', 'h.yaml': `group: h\ntask: [g, {task: inlin, num_fewshot: 3}]\n` });
  const text = 'include_path: .\ntasks: [g]';
  const tasks = await resolved(folder, text);
  assert.deepEqual(problems(folder, text, tasks).sort(), ['g.yaml: unknown-task «nowhere»', 'h.yaml: group-cycle «g»', 'h.yaml: unknown-task «inlin»']);
});

test('a file that is not there, and a task twice', async () => {
  const folder = folderWith({ 'a.yaml': `task: a\n${BASE}` });
  const text = 'include_path: .\ntasks: [gone.yaml, a, {task: a.yaml}, a]';
  const tasks = await resolved(folder, text);
  assert.deepEqual(names(tasks), [[], ['a'], [], []]);
  assert.deepEqual(problems(folder, text, tasks), ['c.eval.yaml: missing-file «gone.yaml»', 'c.eval.yaml: duplicate-task «a.yaml»', 'c.eval.yaml: duplicate-task «a»']);
});

test('perplexity entries: names, text columns, what is missing', async () => {
  const folder = folderWith({
    'heldout.txt': 'One. Two.',
    'x/heldout.jsonl': '{"id": 1, "page": "a"}\n{"id": 2, "page": "b"}\n',
    'two.jsonl': '{"one": "a", "two": "b"}\n',
    'h.yaml': `task: taken\n${BASE}`,
    'taken.txt': 'x',
  });
  const text = `include_path: .
tasks:
  - perplexity: heldout.txt
  - perplexity: x/heldout.jsonl
  - { perplexity: two.jsonl, text_column: two }
  - { perplexity: two.jsonl, text_column: thre, name: three }
  - { perplexity: two.jsonl, name: four }
  - perplexity: gone.txt
  - taken
  - perplexity: taken.txt
`;
  const tasks = await resolved(folder, text);
  assert.deepEqual(names(tasks), [['heldout'], ['heldout-2'], ['two'], [], [], [], ['taken'], ['taken-2']]);
  const columns = tasks.flatMap(({ runnables }) => runnables.flatMap(leavesOf)).map((leaf) => leaf.doc_to_target);
  assert.deepEqual(columns, ['text', 'page', 'two', '{{b}}', 'text']);
  assert.deepEqual(problems(folder, text, tasks), [
    'c.eval.yaml: unknown-column «thre»', 'c.eval.yaml: unknown-column «two.jsonl»', 'c.eval.yaml: missing-file «gone.txt»',
  ]);
});

test('groups that name groups twice over end as a problem; twice the same name is looked up once', async () => {
  const files: Record<string, string> = { 'a.yaml': `task: a\n${BASE}` };
  for (let level = 0; level < 24; level += 1) {
    const below = level === 0 ? '[a]' : `[x${level - 1}, y${level - 1}]`;
    files[`x${level}.yaml`] = `group: x${level}\ntask: ${below}\n`;
    files[`y${level}.yaml`] = `group: y${level}\ntask: ${below}\n`;
    files[`same${level}.yaml`] = `group: same${level}\ntask: ${level === 0 ? '[a]' : `[same${level - 1}, { group: same${level - 1} }]`}\n`;
  }
  const folder = folderWith(files);
  const [wide, same] = await resolved(folder, 'include_path: .\ntasks: [x23, same23]');
  assert.deepEqual(wide?.problems.map(({ code, args }) => [code, args['key']]), [['wrong-value', 'task']]);
  assert.deepEqual(same?.problems.map(({ code }) => code), ['duplicate-task']);
});

test('columns of a text are looked up where the caller says; a reader that dies of a file costs its entry', async () => {
  const folder = folderWith({ 'a.jsonl': '{"body": "b"}\n', 'b.jsonl': '{"body": "b"}\n' });
  const text = 'tasks:\n  - perplexity: a.jsonl\n  - perplexity: b.jsonl\n';
  const { config, source } = parseEvalConfig(text, path.join(folder, 'c.eval.yaml'));
  const asked: string[] = [];
  const tasks = await resolveConfigTasks(config, {
    source,
    columns: {
      names: ({ dataFiles }) => {
        const file = dataFiles?.['test']?.[0] ?? '';
        asked.push(path.basename(file));
        return asked.length === 1 ? Promise.reject(new AssayError('reader-died', { what: file, cause: 'of memory' }, { file })) : Promise.resolve(['elsewhere']);
      },
      kinds: () => Promise.resolve([{ name: 'elsewhere', isText: true }]),
    },
  });
  assert.deepEqual(asked, ['a.jsonl', 'b.jsonl']);
  assert.deepEqual(problems(folder, text, tasks), ['c.eval.yaml: reader-died «a.jsonl»']);
  assert.deepEqual(names(tasks)[0], []);
  assert.equal(tasks[1]?.runnables.flatMap(leavesOf)[0]?.doc_to_target, 'elsewhere');
});
