import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Editor } from './editor';
import { ResultsPage } from './results-page';

const config = 'language-basics.eval.yaml';

let editor: Editor;
before(async () => (editor = await Editor.open({ openFile: config })), { timeout: 180_000 });
after(() => editor.close());

const page = (): ResultsPage => new ResultsPage(editor.results());

async function startAndWait(lens: string, share: number): Promise<void> {
  await editor.clickLens(lens);
  await reach(share);
}

/** Waits until the status bar tells at least `share` percent. */
async function reach(share: number): Promise<void> {
  await editor.eventually(`${share} %`, async () => Number(/(\d+) % ·/.exec(await editor.status())?.[1] ?? -1) >= share, 120_000);
}

async function within(limit: number, what: string, condition: () => Promise<boolean>): Promise<void> {
  await editor.eventually(what, condition, limit);
}

/** The end, on the page and in the status bar: which of them says it first is not told. */
async function finish(): Promise<void> {
  const isFinal = async (): Promise<boolean> => (await page().value('sst2', 'model-a')) === '67.2 %' && (await page().value('sst2', 'model-b')) === '50.8 %';
  await editor.eventually('the end', async () => (await editor.status()) === '' && (await isFinal()), 120_000);
}

test('cancel from the status bar ends within a second or so, and Resume goes on', { timeout: 240_000 }, async () => {
  await editor.eventually('lenses', async () => (await editor.lenses()).includes('Run sst2'), 30_000);
  await startAndWait('Run sst2', 5);
  await editor.page.locator('.statusbar-item', { hasText: 'Cancel' }).click();
  await within(2_000, 'cancelled', async () => /was cancelled at \d+ %.*Resume/.test(await editor.status()));
  await editor.page.locator('.statusbar-item', { hasText: 'Resume' }).click();
  await finish();
});

test('a second run waits for the first and says so', { timeout: 240_000 }, async () => {
  await startAndWait('Run sst2', 2);
  await editor.clickLens('Run cola');
  await within(5_000, 'waiting', async () => (await editor.status()).includes('1 waiting'));
  await within(5_000, 'a notice', async () => (await editor.notifications()).some((text) => /language-basics · cola waits until language-basics · sst2 has ended/.test(text)));
  await editor.page.locator('.statusbar-item', { hasText: 'Cancel' }).click();
  await editor.eventually('the second one runs', async () => /cola\S* · model-a · \d+ %/.test(await editor.status()), 30_000);
  await editor.page.locator('.statusbar-item', { hasText: 'Cancel' }).click();
  await within(5_000, 'cancelled', async () => /was cancelled/.test(await editor.status()));
});

test('kill -9 of the model process: said within two seconds in both places, and Resume works', { timeout: 300_000 }, async () => {
  await startAndWait('Run sst2', 10);
  const [model] = editor.processes('dist/model.js');
  assert.ok(model, 'a model process');
  process.kill(model, 'SIGKILL');
  await within(2_000, 'the status bar tells the signal', async () => /SIGKILL/.test(await editor.status()) && (await editor.status()).includes('Resume'));
  await within(1_000, 'the page tells the signal', async () => /SIGKILL/.test(await page().text));
  await editor.eventually('the other checkpoint is done', async () => !(await editor.status()).includes('Cancel'), 120_000);
  await page().button('Resume').click();
  await finish();
});

test('a reload of the window in mid-run shows the run as far as it came, with Resume', { timeout: 300_000 }, async () => {
  await startAndWait('Run sst2', 20);
  await editor.page.reload();
  await editor.ready();
  await editor.eventually('interrupted, in the status bar', async () => /was interrupted at \d+ %.*Resume/.test(await editor.status()), 60_000);
  await editor.showSidebar();
  await editor.eventually('interrupted, on the page', async () => /Interrupted/.test(await page().text) && /\d %/.test(await page().value('sst2', 'model-a')), 30_000);
  const done = Number(/at (\d+) %/.exec(await editor.status())?.[1]);
  assert.ok(done >= 5 && done < 100, `${done} %`);
  await within(5_000, 'no process is left of the window before', () => Promise.resolve(editor.processes('dist/model.js').length === 0));
  await page().button('Resume').click();
  await finish();
});
