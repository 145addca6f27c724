import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

const config = 'language-basics.eval.yaml';

/** Weeks of computing: whenever it is cancelled, the engine is at work. */
const endless = `checkpoints:
  - checkpoints/model-a
tasks:
  - perplexity: data/heldout.jsonl
    stride: 1
`;

let editor: Editor;
before(async () => {
  editor = await Editor.open({
    openFile: config,
    holdable: true,
    prepare: (workspace) => writeFileSync(path.join(workspace, 'endless.eval.yaml'), endless),
  });
});
after(() => editor.close());

const page = (): ResultsPage => new ResultsPage(editor.results());
const statusButton = (name: string): Promise<void> => editor.page.locator('.statusbar-item', { hasText: name }).click();
const statusSays = (pattern: RegExp): Promise<void> => editor.eventually(String(pattern), async () => pattern.test(await editor.status()));

/** Starts a run and waits until it stands in its middle: some documents are answered, and no more are until the model is released. */
async function startAndHold(lens: string): Promise<void> {
  editor.model.holdAfter(8);
  await editor.eventually('lenses', async () => (await editor.lenses()).includes(lens));
  await editor.clickLens(lens);
  await statusSays(/model-a · \d+ % · [\d ]+ tok\/s/);
}

/** The end, on the page and in the status bar: which of them says it first is not told. */
async function finish(): Promise<void> {
  const isFinal = async (): Promise<boolean> => (await page().value('sst2', 'model-a')) === '67.2 %' && (await page().value('sst2', 'model-b')) === '50.8 %';
  await editor.eventually('the end', async () => (await editor.status()) === '' && (await isFinal()));
}

test('cancel from the status bar ends a run, and Resume goes on', async () => {
  await startAndHold('Run sst2');
  await statusButton('Cancel');
  await statusSays(/was cancelled at \d+ %.*Resume/);
  editor.model.release();
  await statusButton('Resume');
  await finish();
});

test('cancel while the engine computes leaves no model process', async () => {
  await editor.openFile('endless.eval.yaml');
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run heldout'));
  await editor.clickLens('Run heldout');
  await statusSays(/heldout\S* · model-a · \d+ % · [\d ]+ tok\/s/);
  await statusButton('Cancel');
  await statusSays(/was cancelled at \d+ %.*Resume/);
  await editor.eventually('no model process', () => Promise.resolve(editor.processes('dist/model.js').length === 0));
  await editor.openFile(config);
});

test('a second run waits for the first and says so', async () => {
  await startAndHold('Run sst2');
  await editor.clickLens('Run cola');
  await statusSays(/1 waiting/);
  await editor.eventually('a notice', async () => (await editor.notifications()).some((text) => /language-basics · cola waits until language-basics · sst2 has ended/.test(text)));
  await statusButton('Cancel');
  await statusSays(/cola\S* · model-a · \d+ %/);
  await statusButton('Cancel');
  await statusSays(/cola was cancelled/);
  editor.model.release();
});

test('kill -9 of the model process is said in both places, the other checkpoint goes on, and Resume works', async () => {
  await startAndHold('Run sst2');
  const [model] = editor.processes('dist/model.js');
  assert.ok(model, 'a model process');
  process.kill(model, 'SIGKILL');
  await statusSays(/SIGKILL/);
  await editor.eventually('the page tells the signal', async () => /SIGKILL/.test(await page().text));
  editor.model.release();
  await editor.eventually('the other checkpoint is done', async () => (await page().value('sst2', 'model-b')) === '50.8 %' && !(await editor.status()).includes('Cancel'));
  await statusSays(/SIGKILL.*Resume/);
  await page().button('Resume').click();
  await finish();
});

test('a reload of the window in mid-run shows the run as far as it came, with Resume', async () => {
  await startAndHold('Run sst2');
  await editor.page.reload();
  await editor.ready();
  await statusSays(/was interrupted at \d+ %.*Resume/);
  await editor.showSidebar();
  await editor.eventually('interrupted, on the page', async () => /Interrupted/.test(await page().text) && /\d %/.test(await page().value('sst2', 'model-a')));
  const done = Number(/at (\d+) %/.exec(await editor.status())?.[1]);
  assert.ok(done > 0 && done < 100, `${done} %`);
  await editor.eventually('no process is left of the window before', () => Promise.resolve(editor.processes('dist/model.js').length === 0));
  editor.model.release();
  await page().button('Resume').click();
  await finish();
});
