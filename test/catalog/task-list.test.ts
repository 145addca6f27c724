import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { listTasks, taskNames } from '../../src/catalog/task-list';
import { readFromDisk } from '../../src/config/text-files';
import { builtIns } from '../../src/task/builtin/built-ins';

const FOLDER = mkdtempSync(path.join(tmpdir(), 'assay-task-list-'));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(FOLDER, name), text);
  return path.join(FOLDER, name);
};
const mine = file('mine.yaml', 'task: mine\ntag: ours\ndataset_path: json\ndataset_name: x\ntest_split: test\noutput_type: generate_until\ndoc_to_text: q\ndoc_to_target: a\nnum_fewshot: 2\nmetric_list:\n  - metric: exact_match\nmetadata: { description: made here }\n');
file('group.yaml', 'group: both\ntask: [mine, sst2]\naggregate_metric_list:\n  - metric: acc\n');
file('broken.yaml', 'task: broken\noutput_type: 3\n');

test('built-in tasks and found ones, by name', async () => {
  const names = await taskNames([FOLDER], readFromDisk);
  assert.deepEqual(names.filter(({ builtIn }) => !builtIn).map(({ name, kind }) => [name, kind]), [['both', 'group'], ['broken', 'task'], ['mine', 'task'], ['ours', 'tag']]);
  assert.deepEqual([...builtIns.keys()].filter((name) => !names.some((one) => one.name === name && one.builtIn && one.description !== null)), []);
});

test('what a task, a group and a tag are', async () => {
  const { tasks, unknown } = await listTasks([FOLDER], ['mine', 'both', 'ours', 'broken', 'gsm8k', 'mmlu', 'arc_*', 'mnie'], readFromDisk);
  const [own, group, tag, broken, gsm8k, mmlu, ...arc] = tasks;
  assert.deepEqual(own, { name: 'mine', kind: 'task', builtIn: false, description: 'made here', outputType: 'generate_until', metrics: ['exact_match'], numFewshot: 2, members: null, source: null, licence: null, dataset: 'json x', columns: null, file: mine });
  assert.deepEqual([group?.kind, group?.members, group?.metrics, group?.builtIn], ['group', ['mine', 'sst2'], ['acc'], false]);
  assert.deepEqual([tag?.kind, tag?.members], ['tag', ['mine']]);
  assert.deepEqual([broken?.name, broken?.outputType], ['broken', null]);
  assert.deepEqual([gsm8k?.numFewshot, gsm8k?.dataset, gsm8k?.licence, gsm8k?.columns, gsm8k?.file], [5, 'openai/gsm8k main', 'MIT', ['question', 'answer'], null]);
  assert.deepEqual([mmlu?.kind, mmlu?.members?.length, mmlu?.builtIn], ['group', 4, true]);
  assert.deepEqual(arc.map(({ name }) => name), ['arc_challenge', 'arc_easy']);
  assert.deepEqual(unknown, [{ name: 'mnie', hint: ' Did you mean "mine"?' }]);
});
