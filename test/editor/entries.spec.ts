import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

const config = 'few.eval.yaml';
const text = `checkpoints:
  - checkpoints/model-a
include_path: tasks
limit: 24
tasks:
  - sst2
  - task: cola
    expect: { mcc: ">= 2" }
`;
const withBroken = text.replace('tasks:\n', 'tasks:\n  - tasks/broken.yaml\n');
const brokenTask = `task: broken
output_type: multiple_choice
dataset_path: json
dataset_kwargs: { data_files: { test: ../data/numbers.jsonl } }
test_split: test
doc_to_text: "{{text}}"
doc_to_choice: [a, b]
doc_to_target: "{{nothing.at.all}}"
`;
const taskfile = `version: '3'
tasks:
  build:
    cmds: [make]
`;

let editor: Editor;
before(
  async () =>
    (editor = await Editor.open({
      prepare: (workspace) => {
        writeFileSync(path.join(workspace, config), text);
        writeFileSync(path.join(workspace, 'tasks/broken.yaml'), brokenTask);
        writeFileSync(path.join(workspace, 'data/numbers.jsonl'), '{"text": "one"}\n');
        writeFileSync(path.join(workspace, 'Taskfile.yml'), taskfile);
      },
      openFile: config,
    })),
);
after(() => editor.close());

async function type(file: string, now: string): Promise<void> {
  await editor.api(
    async (vscode, { name, now }) => {
      const document = await vscode.workspace.openTextDocument(name);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), now);
      await vscode.workspace.applyEdit(edit);
    },
    { name: path.join(editor.workspace, file), now },
  );
}

/** Lenses and problems as `line: text`. */
async function beside(): Promise<string[]> {
  return (await editor.lenses()).filter((lens) => /model-a/.test(lens));
}

const missed = async (): Promise<string[]> => (await editor.diagnostics(config)).filter(({ code }) => code === 'expectation-missed').map(({ text: place }) => place);

test('what a run came to stands beside its own entries, also when another is inserted above them', async () => {
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run all 2 tasks'));
  await editor.clickLens('Run all 2 tasks');
  await editor.eventually('two scores', async () => (await beside()).length === 2);
  await editor.eventually('a missed expectation', async () => (await missed()).join() === 'mcc: ">= 2"');
  const [sst2, cola] = await beside();
  assert.notEqual(sst2, cola);

  await type(config, text.replace('tasks:\n', 'tasks:\n  - piqa\n'));
  const expected = ['Run all 3 tasks', 'Run piqa', 'Run sst2', sst2, 'Run cola', cola].join();
  await editor.eventually(expected, async () => (await editor.lenses()).join() === expected);
  await editor.eventually('the same squiggle', async () => (await missed()).join() === 'mcc: ">= 2"');

  await type(config, text.replace('>= 2', '>= -2'));
  await editor.eventually('judged again', async () => (await missed()).length === 0);
  await type(config, text.replace('limit: 24', 'limit: 12'));
  await editor.eventually('no score of what was asked before', async () => (await beside()).length === 0);
});

test('with a task that cannot be run an evaluation is finished in part, everywhere', async () => {
  await type(config, withBroken);
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run all 3 tasks'));
  await editor.clickLens('Run all 3 tasks');
  await editor.eventually('the status bar', async () => (await editor.status()).includes('finished in part'));
  await editor.eventually('the page', async () => /finished in part/i.test(await new ResultsPage(editor.results()).text));
  await editor.eventually('a problem at the entry', async () => (await editor.diagnostics(config)).some(({ text: place, severity }) => severity === 0 && place.includes('tasks/broken.yaml')));
  await editor.api((vscode) => vscode.commands.executeCommand('assay.runs.focus').then(() => undefined));
  await editor.eventually('the tree', async () => (await editor.page.locator('.monaco-list-row[aria-label*="finished in part"]').count()) > 0);
  await editor.screenshot('finished-in-part');
});

test("somebody else's YAML is left alone", async () => {
  await editor.openFile('Taskfile.yml');
  await editor.openFile('tasks/sst2.yaml');
  await editor.eventually('the lens of a task file', async () => (await editor.lenses()).includes('Run this task'));
  await editor.openFile('Taskfile.yml');
  const lensesOf = (file: string): Promise<number> =>
    editor.api(async (vscode, name) => (await vscode.commands.executeCommand<unknown[]>('vscode.executeCodeLensProvider', vscode.Uri.file(name))).length, path.join(editor.workspace, file));
  assert.ok((await lensesOf('tasks/sst2.yaml')) > 0);
  assert.equal(await lensesOf('Taskfile.yml'), 0);
  await editor.eventually('no lens on screen', async () => (await editor.lenses()).length === 0);
  // What is opened later is checked later.
  await type(config, text.replace('limit:', 'limits:'));
  await editor.eventually('a problem elsewhere', async () => (await editor.diagnostics(config)).some(({ code }) => code === 'unknown-key'));
  assert.deepEqual(await editor.diagnostics('Taskfile.yml'), []);
});
