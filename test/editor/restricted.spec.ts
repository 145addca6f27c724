import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';

const config = 'shipped.eval.yaml';
/** It names what lies outside of the workspace, and a key that does not exist. */
const text = `checkpoints:
  - /etc
include_path: /
limits: 5
tasks:
  - sst2
  - ../../outside.yaml
`;
const run = {
  version: 2, id: 'shipped', evaluation: 'e', checkpoints: ['a'], baseline: 'a', checkpoint: { name: 'a', path: '/', model_type: 'llama', parameters: 1, dtype: 'F32', max_length: 8 },
  stamps: [], config: null, tasks: [], failures: [], identity: { fingerprint: null, tasks: {}, options: {} }, signature: '', versions: {}, options: {},
  started: '2026-11-24T05:47:12.123Z', ended: null, state: 'finished', error: null, process: { pid: 1, host: 'h', started: 0 },
};

let editor: Editor;
before(
  async () =>
    (editor = await Editor.open({
      trust: false,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
      prepare: (workspace) => {
        writeFileSync(path.join(workspace, config), text);
        mkdirSync(path.join(workspace, '.assay/runs/shipped'), { recursive: true });
        writeFileSync(path.join(workspace, '.assay/runs/shipped/run.json'), JSON.stringify(run));
      },
      openFile: config,
    })),
);
after(() => editor.close());

const processes = (): number[] => ['dist/evaluator.js', 'dist/reader.js', 'dist/model.js'].flatMap((bundle) => editor.processes(bundle));

test('a text says what is wrong with it by itself, and has its lenses', async () => {
  assert.equal(await editor.api((vscode) => vscode.workspace.isTrusted), false);
  await editor.eventually('a problem', async () => (await editor.diagnostics(config)).map(({ code }) => code).join() === 'unknown-key');
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run sst2'));
});

test('the views open, a shipped run is neither listed nor read, and no process starts', async () => {
  await editor.showSidebar();
  for (const view of ['evaluations', 'runs', 'checkpoints']) await editor.api((vscode, id) => vscode.commands.executeCommand(`assay.${id}.focus`).then(() => undefined), view);
  await editor.eventually('the configs are listed', async () => (await editor.page.locator(`.monaco-list-row[aria-label*="${config}"]`).count()) > 0);
  assert.equal(await editor.page.locator('.monaco-list-row[aria-label*="shipped,"]').count(), 0);

  await editor.api(
    (vscode, folder) => vscode.commands.executeCommand('assay.openRun', { folder, id: 'shipped', evaluation: 'e', checkpoint: 'a', state: 'finished', time: '', config: null, tasks: [], failed: [], headline: [] }).then(() => undefined),
    path.join(editor.workspace, '.assay/runs/shipped'),
  );
  for (const command of ['assay.run', 'assay.compare', 'assay.resume', 'assay.refreshCheckpoints', 'assay.openResults']) {
    await editor.api((vscode, name) => vscode.commands.executeCommand(name).then(() => undefined), command);
  }
  await editor.eventually('a notice', async () => (await editor.notifications()).some((message) => message.includes('needs a trusted workspace')));
  assert.deepEqual(processes(), []);
});
