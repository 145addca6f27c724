import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

const examples = path.resolve(__dirname, '../../examples');

let editor: Editor;
before(async () => (editor = await Editor.open({ workspace: null })));
after(() => editor.close());

test('an empty workspace says what to do next', async () => {
  await editor.showSidebar();
  const sidebar = editor.page.locator('.sidebar');
  for (const advice of ['No eval config in this workspace yet', 'New Eval Config', 'Nothing has run yet', 'No checkpoints in this workspace']) {
    await editor.eventually(advice, async () => (await sidebar.innerText()).includes(advice));
  }
  await editor.eventually('the page', async () => (await new ResultsPage(editor.results()).text).includes('No evaluation yet'));
  await editor.screenshot('empty-workspace');
});

test('run without anything to run says what is missing', async () => {
  await editor.command('Assay: Run Evaluation');
  await editor.eventually('a message', async () => (await editor.notifications()).some((text) => text.includes('no text to predict')));
});

test('run without a config: a text, a checkpoint, a number, and the offer to save it', async () => {
  mkdirSync(path.join(editor.workspace, 'checkpoints'));
  cpSync(path.join(examples, 'checkpoints/model-a'), path.join(editor.workspace, 'checkpoints/model-a'), { recursive: true });
  const [first = ''] = readFileSync(path.join(examples, 'data/heldout.jsonl'), 'utf8').split('\n');
  const text = Object.values(JSON.parse(first) as Record<string, unknown>).find((value) => typeof value === 'string');
  writeFileSync(path.join(editor.workspace, 'book.txt'), String(text));
  await editor.command('Assay: Refresh Checkpoints');

  await editor.command('Assay: Run Evaluation');
  const option = (label: string) => editor.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
  await option('book.txt').click();
  await option('model-a').click();
  await editor.eventually('a perplexity', async () => /^\d/.test(await new ResultsPage(editor.results()).value('book', 'model-a')));

  await editor.eventually('the offer', async () => (await editor.notifications()).some((text) => text.includes('no config yet')));
  await editor.page.locator('.notification-list-item', { hasText: 'no config yet' }).getByRole('button', { name: 'Save as Eval Config' }).click();
  const saved = path.join(editor.workspace, 'book.eval.yaml');
  await editor.eventually('the config', () => Promise.resolve(readFileSync(saved, 'utf8') !== ''));
  assert.equal(readFileSync(saved, 'utf8'), 'checkpoints:\n  - checkpoints/model-a\ntasks:\n  - perplexity: book.txt\n');
  await editor.eventually('its lens', async () => (await editor.lenses()).includes('Run book'));
});

test('surprisal: the text is shaded by how little a checkpoint expected it, until it is edited', async () => {
  await editor.openFile('book.txt');
  await editor.command('Assay: Show Surprisal of the Text');
  await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'model-a' }).first().click();
  await editor.eventually('the perplexity', async () => (await editor.notifications()).some((text) => /Perplexity on model-a: [\d.]+ \(\d+ tokens\)/.test(text)));
  await editor.api((vscode) => vscode.commands.executeCommand('notifications.hideList').then(() => undefined));
  const shaded = editor.page.locator('.monaco-editor .view-overlays [class*="ced-"]');
  await editor.eventually('shaded tokens', async () => (await shaded.count()) > 5);
  for (const theme of ['Light Modern', 'Dark Modern']) {
    await editor.setTheme(theme);
    await editor.screenshot(`surprisal-${theme.toLowerCase().replaceAll(' ', '-')}`);
  }
  await editor.api(async (vscode) => void (await vscode.window.activeTextEditor?.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'))));
  await editor.eventually('no shading', async () => (await shaded.count()) === 0);
});
