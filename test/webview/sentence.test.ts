import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Comparison, RunEvent } from '../../src/protocol/events';
import { textOf } from '../../webview/pieces';
import { sentences } from '../../webview/sentence';
import { stateOf } from '../../webview/state';
import { setStrings } from '../../webview/strings';
import { evaluation } from './events';

const common = (checkpoint: string) => ({ run: `${evaluation}-${checkpoint}`, evaluation, checkpoint, time: '2026-11-24T05:50:00.000Z' });

const tasks = [
  { task: 'heldout', alias: 'heldout', documents: 22, configPath: 'tasks[0]', metrics: [{ metric: 'byte_perplexity,none', higherIsBetter: false, form: 'perplexity' as const }] },
  { task: 'sst2', alias: 'sst2', documents: 872, configPath: 'tasks[1]', metrics: [{ metric: 'acc,none', higherIsBetter: true, form: 'proportion' as const }] },
];

function plan(names: readonly string[]): RunEvent[] {
  return names.map((name) => ({ ...common(name), type: 'planned', config: null, tasks, documents: 894, checkpoints: names, baseline: names[0] ?? '', confidence: 0.95, path: name }));
}

function metric(checkpoint: string, task: string, name: string, value: number, interval: readonly [number, number] | null, n: number, final = true): RunEvent {
  return { ...common(checkpoint), type: 'metric', task, metric: name, value, stderr: null, interval, n, tokens: n * 20, final, method: null, approximate: false };
}

function comparison(task: string, name: string, difference: number, interval: readonly [number, number], p: number, n: number): RunEvent {
  const made: Comparison = { task, metric: name, baseline: 'model-a', other: 'model-b', difference, stderr: null, interval, p_value: p, n };
  return { ...common('model-b'), type: 'comparison', comparison: made };
}

const said = (events: readonly RunEvent[], interrupted = false) => {
  const { stopped, known } = sentences(stateOf(events, interrupted));
  return [stopped, known].map(textOf).filter((text) => text !== '').join(' ').replace(/[\u00a0\u202f]/g, ' ');
};

const pair = plan(['model-a', 'model-b']);
const texts = [
  metric('model-a', 'heldout', 'byte_perplexity,none', 4.023, [3.93, 4.11], 22),
  metric('model-b', 'heldout', 'byte_perplexity,none', 3.98, [3.89, 4.07], 22),
  comparison('heldout', 'byte_perplexity,none', 0.011, [0.001, 0.021], 0.03, 22),
];
const reviews = [
  metric('model-a', 'sst2', 'acc,none', 0.672, [0.64, 0.702], 872),
  metric('model-b', 'sst2', 'acc,none', 0.508, [0.475, 0.541], 872),
];

afterEach(() => setStrings({}));

test('two checkpoints: the text, then the clearest task with interval, p and n', () => {
  const events = [...pair, ...texts, ...reviews, comparison('sst2', 'acc,none', -0.164, [-0.207, -0.121], 1e-12, 872)];
  assert.equal(said(events), 'Nearly the same perplexity (4.02 and 3.98 per byte), but model-b is 16.4 points behind on sst2 (12.1 to 20.7, p < 0.0001, 872 documents).');
});

test('a difference that is not clear is called so, with what is missing', () => {
  const events = [...pair, ...texts, ...reviews, comparison('sst2', 'acc,none', -0.02, [-0.06, 0.02], 0.33, 400)];
  assert.equal(said(events), 'Nearly the same perplexity (4.02 and 3.98 per byte), and no clear difference on sst2 (−6.0 to 2.0, p = 0.33, 400 documents). About 1 200 more documents settle it.');
});

test('the better reader that is worse at the task', () => {
  const events = [
    ...pair,
    metric('model-a', 'heldout', 'byte_perplexity,none', 4.5, null, 22),
    metric('model-b', 'heldout', 'byte_perplexity,none', 3.98, null, 22),
    comparison('heldout', 'byte_perplexity,none', 0.12, [0.1, 0.14], 1e-9, 22),
    comparison('sst2', 'acc,none', -0.164, [-0.207, -0.121], 1e-12, 872),
  ];
  assert.match(said(events), /^model-b has the lower perplexity \(3\.98 against 4\.50 per byte, p < 0\.0001\), but model-b is 16\.4 points behind/);
});

test('three checkpoints: the range of perplexities', () => {
  const three = [
    ...plan(['model-a', 'model-b', 'model-c']),
    ...texts,
    metric('model-c', 'heldout', 'byte_perplexity,none', 4.4, null, 22),
  ];
  assert.equal(said(three), 'model-b has the lowest perplexity (3.98 to 4.40 per byte).');
});

test('one checkpoint: its numbers with their intervals', () => {
  const events = [...plan(['model-a']), metric('model-a', 'heldout', 'byte_perplexity,none', 4.023, null, 22), metric('model-a', 'sst2', 'acc,none', 0.672, [0.62, 0.72], 400, false)];
  assert.equal(said(events), 'model-a: 4.023 byte perplexity on heldout (22 documents), 67.2 % accuracy on sst2 (62.0 to 72.0, 400 of 872 documents).');
});

test('while both run it says whether more documents are needed', () => {
  const running: RunEvent[] = ['model-a', 'model-b'].map((name) => ({ ...common(name), type: 'progress', task: 'sst2', done: 100, total: 894, taskDone: 100, taskTotal: 872, tokens: 2000, tokens_per_second: 100, remaining: 10 }));
  const near = [metric('model-a', 'sst2', 'acc,none', 0.6, [0.55, 0.65], 300, false), metric('model-b', 'sst2', 'acc,none', 0.53, [0.48, 0.58], 300, false)];
  assert.equal(said([...pair, ...running, ...near]), 'So far model-a: 60.0 % (55.0 to 65.0) and model-b: 53.0 % (48.0 to 58.0) on sst2. About 320 more documents settle it.');
  const far = [metric('model-a', 'sst2', 'acc,none', 0.7, [0.65, 0.75], 300, false), metric('model-b', 'sst2', 'acc,none', 0.5, [0.45, 0.55], 300, false)];
  assert.match(said([...pair, ...running, ...far]), /They are already clearly apart\.$/);
});

test('a run that failed says why and what to do', () => {
  const failed: RunEvent = { ...common('model-a'), type: 'failed', task: null, error: { code: 'internal', args: {}, place: {}, message: 'The model process was killed (SIGKILL)' }, resumable: true };
  assert.equal(said([...plan(['model-a']), failed]), 'model-a stopped: The model process was killed (SIGKILL). Finished answers are kept: Resume asks only for what is missing.');
});

test('cancelled and interrupted runs keep what is known', () => {
  const cancelled: RunEvent[] = ['model-a', 'model-b'].map((name) => ({ ...common(name), type: 'cancelled', done: 47, total: 894 }));
  assert.match(said([...pair, ...texts, ...cancelled]), /^Cancelled after 94 of 1 788 documents\. Finished answers are kept.*Nearly the same perplexity/);
  assert.match(said([...pair, ...texts], true), /^Interrupted after 0 of 1 788 documents\./);
});

test('before there is anything to say it says what is happening', () => {
  assert.equal(said(pair), 'The checkpoints are being opened.');
  assert.equal(said([]), '');
});

test('a translation may put the pieces in another order', () => {
  setStrings({ '{0} is {1} behind on {2} ({3})': '{2}: {1} hinter {0} ({3})' });
  const events = [...pair, ...reviews, comparison('sst2', 'acc,none', -0.164, [-0.207, -0.121], 1e-12, 872)];
  assert.match(said(events), /^Sst2|^sst2/i);
});
