/** The built page in Debian's Chromium, under the editor's content security policy. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import type { RunEvent } from '../../src/protocol/events';
import { PanelBrowser, type PanelPage } from './browser';
import { evaluation, evaluationEvents } from './events';
import { themes } from './themes';

const all = evaluationEvents();
const dist = mkdtempSync(join(tmpdir(), 'assay-page-'));
let browser: PanelBrowser;

before(async () => {
  const root = join(__dirname, '../..');
  const options = { outdir: dist, bundle: true, platform: 'browser', target: 'es2022', format: 'iife', logLevel: 'warning' } as const;
  await build({ ...options, entryPoints: { webview: join(root, 'webview/main.ts') } });
  await build({ ...options, entryPoints: { webview: join(root, 'webview/style.css') } });
  browser = await PanelBrowser.open(dist);
});

after(async () => {
  await browser.close();
  rmSync(dist, { recursive: true });
});

/** What the page shows after so many events, and what it was sent. */
async function shown(width: number, events: readonly RunEvent[], interrupted = false): Promise<PanelPage> {
  const panel = await browser.show(width, themes.dark);
  await panel.send({ type: 'snapshot', sequence: events.length, events, interrupted });
  await panel.page.waitForSelector('#app h1:visible');
  await panel.settled();
  return panel;
}

const upTo = (share: number) => all.slice(0, Math.floor(all.length * share));
const valueCell = 'vscode-data-grid-row:nth-of-type(3) vscode-data-grid-cell.value >> nth=0';

test('the page says it is ready, and shows what to do before the first evaluation', async () => {
  const panel = await shown(300, []);
  assert.deepEqual(await panel.received(), [{ type: 'ready', sequence: 0 }]);
  await panel.page.getByRole('button', { name: 'Run an evaluation' }).click();
  assert.deepEqual((await panel.received()).at(-1), { type: 'run' });
  await panel.page.close();
});

test('cells change in place: the same nodes, and the focus stays', async () => {
  const panel = await shown(1100, upTo(0.06));
  const cell = panel.page.locator(valueCell);
  await cell.focus();
  await panel.page.evaluate(`keptCell = document.activeElement; keptNumber = keptCell.querySelector('.number')`);
  const values = new Set<string>();
  for (let share = 0.07; share < 0.2; share += 0.01) {
    await panel.send({ type: 'events', sequence: 1, events: all.slice(Math.floor(all.length * (share - 0.01)), Math.floor(all.length * share)) });
    await panel.settled();
    values.add((await cell.locator('.number').textContent()) ?? '');
  }
  assert.ok(values.size >= 5, [...values].join(', '));
  const kept = await panel.page.evaluate(`keptCell === document.activeElement && keptNumber.isConnected && keptNumber === keptCell.querySelector('.number')`);
  assert.equal(kept, true);
  await panel.page.close();
});

test('rows and their places are there from the plan on', async () => {
  const panel = await shown(1100, upTo(0));
  await panel.send({ type: 'events', sequence: 1, events: all.slice(0, 2) });
  const rows = panel.page.locator('vscode-data-grid-row.row');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 5);
  const places = async () => {
    const row = panel.page.locator('vscode-data-grid-row.row >> nth=4');
    const boxes = [await row.boundingBox(), await row.locator('.difference').boundingBox()];
    return boxes.flatMap((box) => [box?.x ?? NaN, box?.y ?? NaN]);
  };
  const laidOut = await places();
  await panel.send({ type: 'events', sequence: 2, events: all.slice(2, 600) });
  await panel.settled();
  for (const [index, place] of (await places()).entries()) assert.ok(Math.abs(place - (laidOut[index] ?? NaN)) < 0.5, `${place} and ${laidOut[index]}`);
  await panel.page.close();
});

test('no violation of the policy but the two known ones, in any theme, and no error', async () => {
  const panel = await shown(1100, all);
  for (const theme of Object.values(themes)) {
    await panel.paint(theme);
    await panel.settled();
  }
  await panel.page.getByRole('button', { name: /All metrics/ }).click();
  await panel.page.getByRole('button', { name: /^wrong/ }).click();
  assert.deepEqual(panel.violations.filter((directive) => directive !== 'style-src-attr'), []);
  assert.ok(panel.violations.length <= 2);
  assert.deepEqual(panel.errors, []);
  await panel.page.close();
});

test('shown again from a snapshot it is the same picture as after the stream', async () => {
  const streamed = await shown(900, all.slice(0, 2));
  for (let from = 2; from < all.length; from += 900) {
    await streamed.send({ type: 'events', sequence: from, events: all.slice(from, from + 900) });
    await streamed.settled();
  }
  await streamed.settled();
  const again = await shown(900, all);
  await again.settled();
  const text = (panel: PanelPage) => panel.page.locator('#app').innerText();
  const drawn = (panel: PanelPage) => panel.page.evaluate<string>(`document.querySelector('canvas').toDataURL() + document.querySelector('.scatter svg').outerHTML + [...document.querySelectorAll('.mark')].map((one) => one.outerHTML).join('')`);
  assert.equal(await text(again), await text(streamed));
  assert.ok((await drawn(again)) === (await drawn(streamed)), 'curves, dots and marks are drawn alike');
  await streamed.page.close();
  await again.page.close();
});

test('Resume appears when a run failed, and asks the editor', async () => {
  const failed: RunEvent = {
    run: `${evaluation}-model-a`,
    evaluation,
    checkpoint: 'model-a',
    time: '2026-11-24T05:50:00.000Z',
    type: 'failed',
    task: null,
    error: { code: 'internal', args: {}, place: {}, message: 'The model process was killed (SIGKILL)' },
    resumable: true,
  };
  const panel = await shown(300, upTo(0.1));
  const resume = panel.page.getByRole('button', { name: 'Resume' });
  assert.equal(await resume.isVisible(), false);
  await panel.send({ type: 'events', sequence: 1, events: [failed, { ...failed, checkpoint: 'model-b', run: `${evaluation}-model-b` }] });
  await resume.waitFor({ state: 'visible' });
  assert.match(await panel.page.locator('.sentence.stopped').innerText(), /model-a stopped: The model process was killed/);
  await resume.click();
  assert.deepEqual((await panel.received()).at(-1), { type: 'resume' });
  await panel.page.close();
});

test('an interrupted evaluation shows how far it came, with Resume', async () => {
  const panel = await shown(300, upTo(0.3), true);
  assert.equal(await panel.page.getByRole('button', { name: 'Resume' }).isVisible(), true);
  assert.equal(await panel.page.getByRole('button', { name: 'Cancel' }).isVisible(), false);
  assert.match(await panel.page.locator('.status').innerText(), /Interrupted/);
  await panel.page.close();
});

test('Cancel asks the editor', async () => {
  const panel = await shown(1100, upTo(0.3));
  await panel.page.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual((await panel.received()).at(-1), { type: 'cancel' });
  await panel.page.close();
});

/** Nothing scrolls sideways once the sizes that the page observes have come to rest. */
async function fits({ page }: PanelPage): Promise<void> {
  const over = `Math.max(...['html', '.scroller'].map((one) => { const at = document.querySelector(one); return at.scrollWidth - at.clientWidth; }))`;
  await page.waitForFunction(`${over} <= 0`).catch(() => undefined);
  const pixels = await page.evaluate<number>(over);
  assert.ok(pixels <= 0, `${pixels} px`);
}

for (const width of [280, 300, 360, 1500]) {
  test(`no horizontal scrolling at ${width} px, and nothing is cut off`, async () => {
    const panel = await shown(width, all);
    await panel.settled();
    await fits(panel);
    await panel.page.close();
  });
}

test('every column is there where there is room; metric, then n, then ± leave', async () => {
  const panel = await shown(1100, all);
  const visible = async () => Promise.all(['.header .metric', '.header .count', '.row .aside'].map((one) => panel.page.locator(one).first().isVisible()));
  assert.deepEqual(await visible(), [true, true, true]);
  await panel.page.setViewportSize({ width: 700, height: 900 });
  await panel.page.locator('.header .metric').first().waitFor({ state: 'hidden' });
  assert.deepEqual(await visible(), [false, true, true]);
  await panel.page.setViewportSize({ width: 500, height: 900 });
  await panel.page.locator('.header .count').first().waitFor({ state: 'hidden' });
  assert.deepEqual(await visible(), [false, false, true]);
  await panel.page.setViewportSize({ width: 300, height: 900 });
  await panel.page.locator('.row .aside').first().waitFor({ state: 'hidden' });
  assert.deepEqual(await visible(), [false, false, false]);
  await panel.page.close();
});

test('the keyboard walks the table; Enter on a name opens the config, on a value the samples', async () => {
  const panel = await shown(1100, all);
  await panel.page.locator('vscode-data-grid-row.row >> nth=3 >> vscode-data-grid-cell >> nth=0').focus();
  await panel.page.keyboard.press('Enter');
  assert.deepEqual((await panel.received()).at(-1), { type: 'openTask', task: 'cola' });
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('ArrowRight');
  assert.match(await panel.page.evaluate<string>('document.activeElement.className'), /value/);
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('Enter');
  assert.match(await panel.page.locator('.samples h2').innerText(), /piqa/i);
  await panel.page.close();
});

test('in a narrow table the arrows pass over the columns that left', async () => {
  const panel = await shown(300, all);
  await panel.page.locator('vscode-data-grid-row.row >> nth=1 >> vscode-data-grid-cell >> nth=0').focus();
  const focused = async () => (await panel.page.evaluate<string>('document.activeElement.className')).split(' ')[0];
  const walk: (string | undefined)[] = [];
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Home', 'End', 'ArrowDown']) {
    await panel.page.keyboard.press(key);
    walk.push(await focused());
  }
  assert.deepEqual(walk, ['value', 'value', 'difference', 'difference', 'task', 'difference', 'difference']);
  await panel.page.close();
});

test('filters count and choose; a sample opens its line in the file; choices outlive the page', async () => {
  const panel = await shown(1100, all);
  const chip = panel.page.getByRole('button', { name: /model-a right, model-b wrong/ });
  const count = Number((await chip.locator('.chip-count').innerText()).replace(/\D/g, ''));
  const comparison = all.filter((event) => event.type === 'sample' && event.task === 'sst2' && event.checkpoint === 'model-a' && event.sample.correct === true).length;
  assert.ok(count > 0 && count < comparison);
  await chip.click();
  const rows = panel.page.locator('.sample');
  assert.equal(await rows.count(), Math.min(100, count));
  await rows.first().click();
  const last = (await panel.received()).at(-1);
  assert.ok(last?.type === 'openSamples' && last.task === 'sst2' && last.checkpoint === 'model-b' && last.docId !== undefined);
  const kept = await panel.page.evaluate<{ samples: { filter: string } }>('keptState');
  assert.equal(kept.samples.filter, 'right model-a, wrong model-b');
  await panel.page.close();
});

test('the page speaks the editor’s language', async () => {
  const panel = await browser.show(300, themes.light);
  await panel.send({ type: 'strings', locale: 'zh-cn', strings: { Tasks: '任务' } });
  await panel.send({ type: 'snapshot', sequence: 1, events: all.slice(0, 2), interrupted: false });
  await panel.page.locator('.tasks h2', { hasText: '任务' }).waitFor();
  assert.equal(await panel.page.locator('html').getAttribute('lang'), 'zh-cn');
  await panel.page.close();
});

test('progress is spoken politely, and charts have words', async () => {
  const panel = await shown(1100, upTo(0.5));
  assert.equal(await panel.page.getByRole('status').getAttribute('aria-live'), 'polite');
  assert.equal(await panel.page.getByRole('progressbar').getAttribute('aria-valuenow'), '50');
  const label = await panel.page.locator('.chart .plot').first().getAttribute('aria-label');
  assert.match(label ?? '', /model-a 4\.\d+ after 4\d\W\d+ tokens/);
  await panel.page.close();
});

test('in another order, or another evaluation, nothing keeps the colour or the shape it had', async () => {
  const [forward, backward] = [evaluationEvents({ names: ['model-a', 'model-b'] }), evaluationEvents({ names: ['model-b', 'model-a'] }).map((event): RunEvent => ({ ...event, evaluation: 'another' }))];
  const panel = await shown(1100, forward);
  const marks = () => panel.page.evaluate<string[]>(`[...document.querySelectorAll('.mark-of')].map((one) => [one.querySelector('text').textContent, one.getAttribute('class'), one.querySelector('.dot').getAttribute('d')].join(' '))`);
  await panel.settled();
  assert.deepEqual((await marks()).map((one) => one.split(' ').slice(0, 3).join(' ')), ['model-a mark-of checkpoint-0', 'model-b mark-of checkpoint-1']);
  const circle = (await marks())[0]?.slice('model-a mark-of checkpoint-0 '.length);
  await panel.send({ type: 'snapshot', sequence: 1, events: backward, interrupted: false });
  await panel.settled();
  assert.deepEqual((await marks()).map((one) => one.split(' ').slice(0, 3).join(' ')), ['model-b mark-of checkpoint-0', 'model-a mark-of checkpoint-1']);
  assert.equal((await marks())[0]?.slice('model-b mark-of checkpoint-0 '.length), circle);
  const fresh = await shown(1100, backward);
  await fresh.settled();
  const all = (one: PanelPage) => one.page.locator('#app').innerText();
  assert.equal(await all(panel), await all(fresh));
  await panel.page.close();
  await fresh.page.close();
});

test('a task that could not be planned keeps a row with its reason, and the head says that it is finished in part', async () => {
  const at = all.findIndex((event) => event.type === 'started');
  const failures = ['model-a', 'model-b'].map((checkpoint): RunEvent => ({
    run: `${evaluation}-${checkpoint}`, evaluation, checkpoint, time: '2026-11-24T05:47:12.123Z', type: 'failed', task: 'mmlu_local',
    error: { code: 'internal', args: {}, place: {}, message: 'The split "test" is not there.' }, resumable: false,
  }));
  const panel = await shown(300, [...all.slice(0, at), ...failures, ...all.slice(at)]);
  assert.equal(await panel.page.locator('.status').innerText(), 'Finished in part');
  assert.equal(await panel.page.locator('.row').count(), 6);
  assert.equal(await panel.page.locator('.row >> nth=5').innerText().then((text) => text.replace(/\s+/g, ' ')), 'mmlu_local failed failed –');
  assert.deepEqual(await panel.page.locator('.note').allInnerTexts(), ['could not run: The split "test" is not there.']);
  assert.match(await panel.page.locator('.sentence.stopped').innerText(), /1 of 6 tasks could not be run: mmlu_local/);
  await panel.page.close();
});

test('whatever comes, the page is never blank, and text stays text', async () => {
  const common = { run: 'r', evaluation: 'r', checkpoint: '__proto__', time: '' };
  const metrics = [{ metric: 'constructor,none', higherIsBetter: true, form: 'proportion' }];
  const odd = '<img src=x onerror="document.title=1">\u202e\u0007';
  const events = [
    null,
    { ...common, type: 'planned', config: odd, tasks: [null, { task: 'constructor', alias: 'constructor', documents: 3, metrics, configPath: null }, { task: '__proto__', alias: odd, documents: 3, metrics: [], configPath: null }], documents: 3, checkpoints: ['__proto__', odd], baseline: '__proto__', path: odd },
    { ...common, type: 'novel' },
    { ...common, type: 'metric', task: 'constructor', metric: 'constructor,none', value: 0.5, stderr: null, interval: null, n: 3, tokens: 3, final: true, method: 'constructor', approximate: false },
    { ...common, type: 'sample', task: 'constructor', sample: { doc_id: 0, text: odd, target: odd, answer: odd, probability: 0.5, correct: true, values: { toString: 1 } } },
    { ...common, type: 'warning', task: null, code: '__proto__', args: {}, message: odd },
  ] as unknown as RunEvent[];
  const panel = await shown(300, events);
  await panel.settled();
  const text = await panel.page.locator('#app').innerText();
  assert.match(text, /50\.0\u00a0%/);
  assert.match(text, /<img src=x onerror="document\.title=1">/);
  assert.doesNotMatch(text, /[\u202e\u0007]/);
  assert.match(text, /Left out, because this page does not understand it: novel/);
  assert.equal(await panel.page.locator('img').count(), 0);
  assert.deepEqual(panel.errors, []);
  await panel.page.close();
});

for (const width of [280, 300, 420, 900]) {
  test(`six long names at ${width} px: the table does not scroll sideways`, async () => {
    const panel = await shown(width, evaluationEvents({ names: [100, 200, 300, 400, 1000, 2000].map((step) => `a-run-with-a-long-name-lr3e-4/checkpoint-${step}`) }));
    await panel.settled();
    await fits(panel);
    assert.equal(await panel.page.locator('.row >> nth=1 >> .number').count(), 11);
    await panel.page.close();
  });
}

test('a hundred tasks and thousands of samples: an update draws what changed in the nodes that are there', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `task_${index}`);
  const common = { run: 'r', evaluation: 'r', checkpoint: 'm', time: '2026-11-24T05:47:12.123Z' };
  const tasks = names.map((task) => ({ task, alias: task, documents: 5000, metrics: [{ metric: 'acc,none', higherIsBetter: true, form: 'proportion' as const }], configPath: null }));
  const events: RunEvent[] = [{ ...common, type: 'planned', config: null, tasks, documents: 500_000, checkpoints: ['m'], baseline: 'm', path: '/m' }, { ...common, type: 'started', parameters: 1, precision: 'fp32' }];
  for (let doc = 0; doc < 5000; doc += 1) {
    events.push({ ...common, type: 'sample', task: 'task_0', sample: { doc_id: doc, text: 'a text', target: 'b', answer: 'b', probability: 0.6, correct: true, values: { acc: 1 } } });
    events.push({ ...common, type: 'metric', task: 'task_0', metric: 'acc,none', value: 0.5, stderr: null, interval: [0.4, 0.6], n: doc + 1, tokens: 10 * (doc + 1), final: false, method: 'beta-mixture', approximate: false });
  }
  const panel = await shown(900, events);
  await panel.page.evaluate(`touched = 0; new MutationObserver((all) => { touched += all.length; }).observe(document.querySelector('.tasks'), { subtree: true, childList: true, characterData: true, attributes: true })`);
  await panel.send({ type: 'events', sequence: 1, events: [{ ...common, type: 'metric', task: 'task_0', metric: 'acc,none', value: 0.51, stderr: null, interval: [0.45, 0.57], n: 5001, tokens: 60_000, final: false, method: 'beta-mixture', approximate: false }] });
  await panel.page.locator('.row >> nth=0 >> .number').filter({ hasText: '51.0' }).waitFor();
  const touched = await panel.page.evaluate<number>('touched');
  assert.ok(touched > 0 && touched <= 12, `${touched} changes in the table`);
  assert.ok((await panel.page.locator('.sample').count()) <= 100);
  assert.match(await panel.page.locator('.part').innerText(), /^The first 2\u202f000 of 5\u202f001 documents are listed and counted here\.$/);
  await panel.page.close();
});

test('a resumed evaluation keeps its id: the page says its final values, not where the first start left off', async () => {
  const text = (panel: PanelPage) => panel.page.locator('#app').innerText();
  const panel = await shown(1100, upTo(0.4), true);
  await panel.settled();
  await panel.send({ type: 'snapshot', sequence: 1, events: all.slice(0, 2), interrupted: false });
  await panel.send({ type: 'events', sequence: 2, events: all.slice(2) });
  await panel.settled();
  const fresh = await shown(1100, all);
  await fresh.settled();
  assert.equal(await text(panel), await text(fresh));
  await panel.page.close();
  await fresh.page.close();
});
