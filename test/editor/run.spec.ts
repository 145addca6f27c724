import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

// PyTorch's numbers for the example's checkpoints, by lm-evaluation-harness 0.4.13.
const accuracy = { 'model-a': 586 / 872, 'model-b': 443 / 872 };
const config = 'language-basics.eval.yaml';

let editor: Editor;
before(async () => (editor = await Editor.open({ openFile: config, holdable: true })));
after(() => editor.close());

const page = (): ResultsPage => new ResultsPage(editor.results());
const running = async (): Promise<boolean> => (await editor.status()).includes('Cancel');

test('lenses: one above the config and one above each task begin with Run, no other does', async () => {
  const expected = ['Run all 5 tasks', 'Run heldout', 'Run sst2', 'Run sst2_4shot', 'Run cola', 'Run piqa'].join();
  await editor.eventually(expected, async () => (await editor.lenses()).join() === expected);
});

test('from a lens to numbers that stream in place, keep the focus and end as the reference says', async () => {
  editor.model.holdAfter(4);
  await editor.clickLens('Run sst2');
  await editor.eventually('a first accuracy', async () => /%/.test(await page().value('sst2', 'model-a')));
  await editor.eventually('the rate', async () => /sst2\S* · model-a · \d+ % · [\d ]+ tok\/s/.test(await editor.status()));
  const cell = await page().cell('sst2', 'model-a');
  assert.ok(cell);
  const first = await cell.innerText();
  // Whatever is drawn from now on is drawn in this very element, or it has not got these.
  await cell.evaluate((element) => {
    element.focus();
    element.setAttribute('data-focused', 'yes');
  });
  editor.model.holdAfter(8);
  await editor.eventually('another accuracy', async () => (await cell.innerText()) !== first);
  const second = await page().value('sst2', 'model-a');
  assert.match(second, /^[\d.]+ %$/);
  assert.ok(await running());

  editor.model.release();
  await editor.eventually('the end of the run', async () => (await page().value('sst2', 'model-a')) === '67.2 %' && (await page().value('sst2', 'model-b')) === '50.8 %' && !(await running()));
  assert.equal(await cell.evaluate((element) => element.ownerDocument.activeElement?.getAttribute('data-focused')), 'yes');
  assert.match(await cell.innerText(), /67\.2/);
  for (const checkpoint of ['model-a', 'model-b'] as const) {
    await editor.eventually(`the reference's accuracy of ${checkpoint}`, async () => Math.abs((await page().exact('sst2', checkpoint)) - accuracy[checkpoint]) < 1e-12);
  }
  await editor.eventually('the difference', async () => /16\.4 points?/.test(await page().text));
  await editor.eventually('the lens tells the result', async () => (await editor.lenses()).includes('model-a 67.2 % · model-b 50.8 %'));
});

test('a missed expectation is a problem on its line; the next run that meets it takes it away, and saves the file first', async () => {
  const missed = async (): ReturnType<Editor['diagnostics']> => (await editor.diagnostics(config)).filter(({ code }) => code === 'expectation-missed');
  await editor.eventually('a problem', async () => (await missed()).length > 0);
  assert.deepEqual((await missed()).map(({ text, severity }) => [text, severity]), [['acc: ">= 0.6"', 0]]);
  assert.match((await missed())[0]?.message ?? '', /model-b: acc.* is 0\.508, expected >= 0\.6/);

  const file = path.join(editor.workspace, config);
  await editor.api(async (vscode, name) => {
    const document = await vscode.workspace.openTextDocument(name);
    const at = document.getText().indexOf('0.6');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 3)), '0.5');
    await vscode.workspace.applyEdit(edit);
  }, file);
  assert.match(readFileSync(file, 'utf8'), />= 0\.6/);
  editor.model.holdAfter(0);
  await editor.clickLens('Run sst2');
  await editor.eventually('saved before anything is answered', () => Promise.resolve(readFileSync(file, 'utf8').includes('>= 0.5')));
  editor.model.release();
  await editor.eventually('the problem is gone, by a run', async () => (await missed()).length === 0 && runsEnded() === 4);
  await editor.eventually('the end of the run', async () => !(await running()));
});

/** Runs in the workspace whose file says that they are finished. */
function runsEnded(): number {
  const folder = path.join(editor.workspace, '.assay/runs');
  return readdirSync(folder).filter((id) => /"state": ?"finished"/.test(readFileSync(path.join(folder, id, 'run.json'), 'utf8'))).length;
}

test('hidden and shown again it is the same picture, in the sidebar and as a tab', async () => {
  const shown = await page().text;
  await editor.api((vscode) => vscode.commands.executeCommand('workbench.view.explorer').then(() => undefined));
  await editor.eventually('it is hidden', async () => (await editor.page.locator('iframe.webview.ready').filter({ visible: true }).count()) === 0);
  await editor.showSidebar();
  await editor.eventually('the same text', async () => (await page().text) === shown);

  await editor.command('Assay: Open Results in Editor');
  const tab = new ResultsPage(editor.results('tab'));
  await editor.eventually('the same numbers in a tab', async () => (await tab.value('sst2', 'model-a')) === '67.2 %' && (await tab.value('sst2', 'model-b')) === '50.8 %');
  const tabs = await editor.api((vscode) => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ input }) => (input instanceof vscode.TabInputWebview ? input.viewType : ''))));
  assert.ok(tabs.some((viewType) => viewType.endsWith('assay.resultsPanel')), tabs.join());
});

test('the runs are listed, and a click shows one again', async () => {
  await editor.api((vscode) => vscode.commands.executeCommand('assay.runs.focus').then(() => undefined));
  const rows = editor.page.locator('.pane', { hasText: 'Runs' }).last().locator('.monaco-list-row');
  await editor.eventually('four runs', async () => (await rows.count()) === 4);
  await editor.eventually('their checkpoints', async () => /model-[ab]/.test(await rows.first().innerText()));
  await rows.last().click();
  await editor.eventually('the run before', async () => /67\.2/.test(await page().value('sst2', 'model-a')));
});

test('a document shows what it asks, to the letter', async () => {
  const file = path.join(editor.workspace, config);
  await editor.api((vscode, name) => vscode.commands.executeCommand('assay.previewPrompt', vscode.Uri.file(name), 'tasks[1]', 2).then(() => undefined), file);
  const texts = (): Promise<string[]> => editor.api((vscode) => vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === 'assay-prompt').map(({ document }) => document.getText()));
  await editor.eventually('a prompt', async () => (await texts()).length === 1);
  const [text = ''] = await texts();
  assert.match(text, /^--- request 0 \(loglikelihood\)\n[^⟦]+⟦ \w+⟧\n/);
  assert.match(text, /--- target: \d\n$/);
  await editor.screenshot('prompt');
  await editor.api((vscode) => vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups').then(() => undefined));
});

test('screenshots in dark, light and high contrast', async () => {
  for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast']) {
    await editor.setTheme(theme);
    await editor.screenshot(`results-${theme.toLowerCase().replaceAll(' ', '-')}`);
  }
});

test('the page keeps its content security policy, but for the two known attributes of the component library', async () => {
  const violations = (): string[] => editor.log().split('\n').filter((line) => /Content Security Policy/i.test(line));
  assert.deepEqual(violations().filter((line) => !/style-src(-attr)?\b/.test(line)), []);
  // A violation would be seen here.
  await editor.results().locator('body').evaluate((body) => {
    const script = body.ownerDocument.createElement('script');
    script.textContent = 'void 0';
    body.append(script);
  });
  await editor.eventually('a provoked violation', () => Promise.resolve(violations().some((line) => /script-src/.test(line))));
});
