/** A benchmark by its name alone: completed and described while it is typed, its data asked for, downloaded and evaluated. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { cacheFolder, caches } from '../hub/cached';
import { HubImitation } from '../hub/imitation';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

const config = 'benchmark.eval.yaml';
const text = `checkpoints:
  - checkpoints/model-a
limit: 12
tasks:
  - rte
  - wn
`;
const card = `---
configs:
- config_name: rte
  data_files:
  - split: train
    path: rte/train.jsonl
  - split: validation
    path: rte/validation.jsonl
---
`;

let hub: HubImitation;
let editor: Editor;
const cache = cacheFolder();
const restore = caches({ HF_HOME: cache.root });
before(async () => {
  const rows = (count: number): string => Array.from({ length: count }, (_, idx) => `${JSON.stringify({ sentence1: `Item ${idx} is red.`, sentence2: `Item ${idx} has a colour.`, label: idx % 2, idx })}\n`).join('');
  hub = await HubImitation.start('nyu-mll/glue', { main: { commit: 'd4'.repeat(20), files: { 'README.md': card, 'rte/train.jsonl': rows(3), 'rte/validation.jsonl': rows(40) } } });
  process.env['HF_ENDPOINT'] = hub.endpoint;
  editor = await Editor.open({ prepare: (workspace) => writeFileSync(path.join(workspace, config), text), openFile: config });
});
after(async () => {
  await editor.close();
  await hub.close();
  delete process.env['HF_ENDPOINT'];
  restore();
  cache.remove();
});

test('names are completed and described', async () => {
  type Named = { readonly label: string; readonly detail: string };
  const completed = (): Promise<Named[]> =>
    editor.api(async (vscode) => {
      const { document } = vscode.window.activeTextEditor ?? {};
      if (document === undefined) return [];
      const list = await vscode.commands.executeCommand<{ items: { label: string | { label: string }; detail?: string }[] }>('vscode.executeCompletionItemProvider', document.uri, document.lineAt(5).range.end);
      return list.items.map(({ label, detail = '' }) => ({ label: typeof label === 'string' ? label : label.label, detail }));
    });
  await editor.eventually('built-in tasks', async () => (await completed()).some(({ label }) => label === 'wnli'));
  const found = await completed();
  for (const [name, detail] of [['wnli', 'task, comes with Assay'], ['glue', 'group of tasks, comes with Assay']] as const) assert.equal(found.find(({ label }) => label === name)?.detail, detail);
  const hover = await editor.api(async (vscode) => {
    const { document } = vscode.window.activeTextEditor ?? {};
    if (document === undefined) return '';
    const hovers = await vscode.commands.executeCommand<{ contents: { value: string }[] }[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(4, 5));
    return hovers.flatMap(({ contents }) => contents.map(({ value }) => value)).join('\n');
  });
  assert.match(hover.replaceAll('&nbsp;', ' '), /RTE: does one text follow from another/);
  await editor.page.getByText('rte', { exact: true }).first().hover();
  await editor.page.locator('.monaco-hover', { hasText: 'RTE' }).first().waitFor();
  await editor.screenshot('benchmark-hover');
});

test('data that is not here is asked for, downloaded once and evaluated', async () => {
  await editor.eventually('what a check says of it', async () => (await editor.diagnostics(config)).some(({ code }) => code === 'hub-not-cached'));
  assert.deepEqual(hub.asked, []);
  await editor.clickLens('Run rte');
  await editor.eventually('the question', async () => (await editor.notifications()).some((message) => message.includes('nyu-mll/glue is not on this machine')));
  assert.deepEqual(hub.asked, []);
  await editor.screenshot('benchmark-download');
  await editor.page.locator('.notification-list-item', { hasText: 'nyu-mll/glue' }).getByRole('button', { name: 'Download', exact: true }).click();
  await editor.eventually('a number', async () => /%/.test(await new ResultsPage(editor.results()).value('rte', 'model-a')));
  await editor.eventually('the end', async () => (await editor.lenses()).some((lens) => /^model-a \d/.test(lens)));
  await editor.eventually('the data is known to the check', async () => !(await editor.diagnostics(config)).some(({ code, text: at }) => code === 'hub-not-cached' && at === 'rte'));
  const asked = hub.asked.length;
  await editor.clickLens('Run rte');
  await editor.eventually('the second run', async () => (await editor.api((vscode) => vscode.workspace.findFiles('.assay/runs/*/results_*.json').then((files) => files.length))) === 2);
  assert.equal(hub.asked.length, asked);
});
