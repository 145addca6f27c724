import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isBuiltIn } from '../../src/catalog/built-in-tasks';
import { checkConfig } from '../../src/catalog/check';
import { leavesOf } from '../../src/config/runnable';

const TASK = (name: string, more = ''): string => `task: ${name}\ndataset_path: json\ndataset_kwargs: { data_files: { test: rows.jsonl } }\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: "{{text}}"\ndoc_to_choice: [a, b]\ndoc_to_target: 0\n${more}`;

/** Checks a config beside files of its own. */
async function checked(config: string, files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-built-in-'));
  for (const [name, text] of Object.entries({ 'tasks/rows.jsonl': '{"text": "x"}\n', ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const file = path.join(folder, 'a.eval.yaml');
  writeFileSync(file, config);
  const { tasks, problems } = await checkConfig({ file, text: config, workspace: folder });
  const leaves = tasks.flatMap(({ runnables }) => runnables).flatMap(leavesOf);
  return { file, problems, tasks: leaves.map(({ task }) => task), own: leaves.filter((leaf) => !isBuiltIn(leaf.file)).map(({ task }) => task) };
}

test('a name that no file has is a built-in one', async () => {
  const { tasks, own } = await checked('tasks: [sst2, mmlu_stem_tasks, { task: arc_easy, num_fewshot: 5 }]\n');
  assert.equal(tasks.length, 21);
  assert.deepEqual(own, []);
  assert.deepEqual([tasks[0], tasks.at(-1)], ['sst2', 'arc_easy']);
});

test('a name of the include path stands before a built-in one, a tag too', async () => {
  const { tasks, own, problems } = await checked('include_path: tasks\ntasks: [sst2, lambada]\n', { 'tasks/sst2.yaml': TASK('sst2'), 'tasks/mine.yaml': TASK('mine', 'tag: lambada\n') });
  assert.deepEqual(tasks, ['sst2', 'mine']);
  assert.deepEqual(own, ['sst2', 'mine']);
  assert.deepEqual(problems.map(({ code }) => code).filter((code) => code === 'unknown-task'), []);
});

test('a group finds the files beside it before built-in tasks', async () => {
  const { own, tasks } = await checked('tasks: [tasks/group.yaml]\n', { 'tasks/group.yaml': 'group: both\ntask: [sst2, piqa]\n', 'tasks/sst2.yaml': TASK('sst2') });
  assert.deepEqual([tasks, own], [['sst2', 'piqa'], ['sst2']]);
});

test('a pattern means the person’s own tasks, and built-in ones where none of those matches', async () => {
  const files = { 'tasks/arc_mine.yaml': TASK('arc_mine') };
  assert.deepEqual((await checked('include_path: tasks\ntasks: ["arc_*"]\n', files)).tasks, ['arc_mine']);
  assert.deepEqual((await checked('include_path: tasks\ntasks: ["lambada_*"]\n', files)).tasks, ['lambada_openai', 'lambada_standard']);
});

test('what is wrong with a built-in task is said where it is named', async () => {
  const { file, problems } = await checked('tasks:\n  - task: sst2\n    doc_to_text: "{{sentence"\n');
  assert.ok(problems.length > 0);
  assert.deepEqual(problems.filter((problem) => problem.file !== file), []);
});

test('a slip in a built-in name is told', async () => {
  const { problems } = await checked('tasks: [helaswag]\n');
  const unknown = problems.find(({ code }) => code === 'unknown-task');
  assert.match(String(unknown?.args['hint']), /hellaswag/);
});
