import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';

const config = 'typed.eval.yaml';

let editor: Editor;
before(
  async () =>
    (editor = await Editor.open({
      prepare: (workspace) => truncateSync(path.join(workspace, 'checkpoints/model-b/model.safetensors'), 100_000),
    })),
);
after(() => editor.close());

/** Replaces the whole text, as typing does: without saving. */
async function type(text: string): Promise<void> {
  await editor.api(
    async (vscode, { file, text }) => {
      const uri = vscode.Uri.file(file);
      try {
        await vscode.workspace.fs.stat(uri);
      } catch {
        await vscode.workspace.fs.writeFile(uri, new Uint8Array());
      }
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: false });
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
      await vscode.workspace.applyEdit(edit);
    },
    { file: path.join(editor.workspace, config), text },
  );
}

/** Problems as `[code, text under the squiggle]`, once they are these. */
async function expectProblems(expected: readonly (readonly [string, string])[]): Promise<void> {
  const wanted = expected.map(([code, text]) => `${code}: ${text}`).sort();
  await editor.eventually('the problems', async () => {
    assert.deepEqual((await editor.diagnostics(config)).map(({ code, text }) => `${code}: ${text}`).sort(), wanted);
    return true;
  });
}

const head = 'checkpoints:\n  - checkpoints/model-a\ninclude_path: tasks\n';

test('a good config has no problem', async () => {
  await type(`${head}tasks:\n  - sst2\n`);
  await editor.eventually('its lens', async () => (await editor.lenses()).includes('Run sst2'));
  await expectProblems([]);
});

const cases: readonly { name: string; text: string; problems: readonly (readonly [string, string])[] }[] = [
  { name: 'an unknown key', text: `${head}limits: 5\ntasks: [sst2]\n`, problems: [['unknown-key', 'limits']] },
  { name: 'an unknown task', text: `${head}tasks:\n  - sst3\n`, problems: [['unknown-task', 'sst3']] },
  { name: 'a wrong type', text: `${head}limit: many\ntasks: [sst2]\n`, problems: [['wrong-type', 'many']] },
  { name: 'a missing file', text: `${head}tasks:\n  - perplexity: data/nothing.txt\n`, problems: [['missing-file', 'data/nothing.txt']] },
  { name: 'an unknown checkpoint', text: 'checkpoints:\n  - checkpoints/model-x\ninclude_path: tasks\ntasks: [sst2]\n', problems: [['unknown-checkpoint', 'checkpoints/model-x']] },
  { name: 'a broken checkpoint', text: 'checkpoints:\n  - checkpoints/model-b\ninclude_path: tasks\ntasks: [sst2]\n', problems: [['broken-checkpoint', 'checkpoints/model-b']] },
];
for (const { name, text, problems } of cases) {
  test(`${name} is found while typing, at its place`, async () => {
    await type(text);
    await expectProblems(problems);
  });
}

test('a wrong name comes with the one that was meant', async () => {
  await type(`${head}tasks:\n  - sst3\n`);
  await editor.eventually('did you mean', async () => /sst2/.test((await editor.diagnostics(config))[0]?.message ?? ''));
});

test('while the YAML is broken its lenses stay, and the place is shown', async () => {
  await type(`${head}tasks:\n  - sst2\n  - cola\n`);
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run cola'));
  await type(`${head}tasks:\n  - sst2\n  - cola\nlimit: "5\n`);
  await editor.eventually('a syntax problem', async () => (await editor.diagnostics(config)).some(({ code }) => code === 'yaml-syntax'));
  const expected = ['Run all 2 tasks', 'Run sst2', 'Run cola'].join();
  const provided = await editor.api(async (vscode, file) => {
    const lenses = await vscode.commands.executeCommand<{ command?: { title: string } }[]>('vscode.executeCodeLensProvider', vscode.Uri.file(file), 10);
    return lenses.map(({ command }) => command?.title.replace(/^\$\([^)]*\)\s*/, '') ?? '');
  }, path.join(editor.workspace, config));
  assert.equal(provided.join(), expected);
  await editor.eventually('the same lenses on screen', async () => (await editor.lenses()).join() === expected);
});

test('task files of the harness have a lens, other YAML has none', async () => {
  await editor.openFile('tasks/sst2.yaml');
  await editor.eventually('lens of the task file', async () => (await editor.lenses()).includes('Run this task'));
});

test('problems go when the file is closed', async () => {
  await type(`${head}limits: 5\ntasks: [sst2]\n`);
  await expectProblems([['unknown-key', 'limits']]);
  await editor.api(async (vscode, file) => {
    await (await vscode.workspace.openTextDocument(file)).save();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  }, path.join(editor.workspace, config));
  await editor.eventually('no problem left', () =>
    editor.api((vscode) => vscode.languages.getDiagnostics().every(([, diagnostics]) => diagnostics.every(({ source }) => source !== 'assay'))),
  );
});

test('the checkpoints are listed with what is wrong with them', async () => {
  await editor.api((vscode) => vscode.commands.executeCommand('assay.checkpoints.focus').then(() => undefined));
  const rows = editor.page.locator('.monaco-list-row[aria-label*="model-"]');
  await editor.eventually('both checkpoints', async () => {
    const labels = await rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
    assert.equal(labels.length, 2);
    assert.match(labels[0] ?? '', /^model-a, llama · 3\.43 M · BF16/);
    assert.match(labels[1] ?? '', /^model-b,.*has problems/);
    return true;
  });
});
