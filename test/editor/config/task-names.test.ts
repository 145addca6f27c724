import { FakeDocument } from '../fake-vscode';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParsedConfigs } from '../../../src/editor/config/parsed-configs';
import { TaskNames } from '../../../src/editor/config/task-names';
import type { ListedTask, TaskName } from '../../../src/protocol/inspection';

const SST2: TaskName = { name: 'sst2', kind: 'task', builtIn: true, description: 'is a [review](command:x) positive?' };
const ODD: TaskName = { name: 'a: b', kind: 'group', builtIn: false, description: null };
const LISTED: ListedTask = {
  ...SST2, outputType: 'multiple_choice', metrics: ['acc'], numFewshot: null, members: null, source: 'https://gluebenchmark.com/', licence: 'MIT', dataset: 'nyu-mll/glue sst2', columns: ['sentence'], file: null,
};

/** `|` in the text: where the cursor is. */
function at(text: string, file = '/w/a.eval.yaml') {
  const asked: unknown[] = [];
  const inspection = {
    taskNames: (includePath: readonly string[]) => Promise.resolve((asked.push(includePath), [SST2, ODD])),
    task: (name: string, includePath: readonly string[]) => Promise.resolve((asked.push(name, includePath), name === 'sst2' ? LISTED : null)),
  };
  const document = new FakeDocument(file, text.replace('|', ''));
  const names = new TaskNames(inspection, new ParsedConfigs());
  const place = [document, document.positionAt(text.indexOf('|'))] as unknown as Parameters<TaskNames['provideHover']>;
  return { asked, items: async () => names.provideCompletionItems(...place), hover: async () => names.provideHover(...place) };
}

for (const text of ['tasks: [s|]', 'tasks:\n  - ss|t2\n', 'tasks:\n  - a\n  - |\n', 'tasks:\n  - task: s|\n    limit: 3\n', 'include_path: x\ntasks: [sst2, s|st]\n']) {
  test(`names are offered in ${JSON.stringify(text)}`, async () => {
    const { asked, items } = at(text);
    assert.deepEqual((await items()).map(({ label, insertText, detail }) => [label, insertText, detail]), [['sst2', 'sst2', 'task, comes with Assay'], ['a: b', '"a: b"', 'group of tasks']]);
    assert.deepEqual(asked, [text.startsWith('include') ? ['/w/x'] : []]);
  });
}

for (const text of ['checkpoints: [s|]\ntasks: [a]\n', 'tasks:\n  - task: sst2\n    limit: 3|\n', 'ta|sks: [a]\n', 'seed: 1|\ntasks: [a]\n']) {
  test(`no names in ${JSON.stringify(text)}`, async () => {
    const { asked, items, hover } = at(text);
    assert.deepEqual([await items(), await hover(), asked], [[], null, []]);
  });
}

test('a group offers names for its members; other YAML does not', async () => {
  assert.equal((await at('group: g\ntask:\n  - s|\n', '/w/g.yaml').items()).length, 2);
  assert.equal((await at('services: [s|]\n', '/w/compose.yaml').items()).length, 0);
});

test('a hover says what a task is, and nothing in it is a link', async () => {
  const hover = await at('tasks: [ss|t2]\n').hover();
  const said = (hover?.contents as { value: string }[]).map(({ value }) => value.replaceAll('\\', ''));
  assert.deepEqual(said, ['sst2: task, comes with Assay', 'is a [review] (command:x) positive?', 'multiple_choice: acc', 'Data: nyu-mll/glue sst2', 'Licence of the data: MIT', 'https://gluebenchmark.com/']);
  assert.equal(await at('tasks: [nothin|g]\n').hover(), null);
});
