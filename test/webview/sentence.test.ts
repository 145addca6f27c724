import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Comparison, PlannedTask, RunEvent } from '../../src/protocol/events';
import { stateOf } from '../../webview/fold';
import { textOf } from '../../webview/pieces';
import { sentences } from '../../webview/sentence';
import { setStrings } from '../../webview/strings';
import { evaluation } from './events';

const common = (checkpoint: string) => ({ run: `${evaluation}-${checkpoint}`, evaluation, checkpoint, time: '2026-11-24T05:50:00.000Z' });

const byte = 'byte_perplexity,none';
const acc = 'acc,none';
const tasks = [
  { task: 'heldout', alias: 'heldout', documents: 22, configPath: 'tasks[0]', metrics: [{ metric: byte, higherIsBetter: false, form: 'perplexity' as const }] },
  { task: 'sst2', alias: 'sst2', documents: 872, configPath: 'tasks[1]', metrics: [{ metric: acc, higherIsBetter: true, form: 'proportion' as const }, { metric: 'f1,none', higherIsBetter: true, form: 'score' as const }] },
  { task: 'cola', alias: 'cola', documents: 527, configPath: 'tasks[2]', metrics: [{ metric: acc, higherIsBetter: true, form: 'proportion' as const }] },
];

function plan(names: readonly string[], planned: readonly PlannedTask[] = tasks.slice(0, 2)): RunEvent[] {
  const documents = planned.reduce((sum, one) => sum + one.documents, 0);
  return names.map((name) => ({ ...common(name), type: 'planned', config: null, tasks: planned, documents, checkpoints: names, baseline: names[0] ?? '', confidence: 0.95, path: name }));
}

function metric(checkpoint: string, task: string, name: string, value: number, interval: readonly [number, number] | null, n: number, final = true): RunEvent {
  return { ...common(checkpoint), type: 'metric', task, metric: name, value, stderr: null, interval, n, tokens: n * 20, final, method: null, approximate: false };
}

function comparison(task: string, name: string, difference: number, interval: readonly [number, number] | null, p: number | null, n: number, more: Partial<Comparison> = {}): RunEvent {
  const made: Comparison = { task, metric: name, baseline: 'model-a', other: 'model-b', difference, stderr: null, interval, p_value: p, n, ...more };
  return { ...common(made.other), type: 'comparison', comparison: made };
}

const finished = (...names: readonly string[]): RunEvent[] => names.map((name) => ({ ...common(name), type: 'finished', seconds: 1, tokens: 1, failedTasks: [] }));
const started = (name: string): RunEvent => ({ ...common(name), type: 'started', parameters: 1, precision: 'fp32' });
const progress = (name: string, done: number, total = 894): RunEvent => ({ ...common(name), type: 'progress', task: 'sst2', done, total, taskDone: done, taskTotal: 872, tokens: 20 * done, tokens_per_second: 100, remaining: 10 });
const failed = (name: string, message: string, resumable: boolean, task: string | null = null): RunEvent => ({ ...common(name), type: 'failed', task, error: { code: 'internal', args: {}, place: {}, message }, resumable });

const said = (events: readonly RunEvent[], { interrupted = false, allMetrics = false } = {}) => {
  const { stopped, known } = sentences(stateOf(events, interrupted), allMetrics);
  return [stopped, known].map(textOf).filter((text) => text !== '').join(' ').replace(/[\u00a0\u202f]/g, ' ');
};

const pair = plan(['model-a', 'model-b']);
const perplexities = (a: number, b: number) => [metric('model-a', 'heldout', byte, a, null, 22), metric('model-b', 'heldout', byte, b, null, 22)];
const near = [...perplexities(4.023, 3.98), comparison('heldout', byte, 0.011, [-0.001, 0.023], 0.08, 22)];
const reviews = [
  metric('model-a', 'sst2', acc, 0.672, [0.64, 0.702], 872),
  metric('model-b', 'sst2', acc, 0.508, [0.475, 0.541], 872),
];
const behind = comparison('sst2', acc, -0.164, [-0.207, -0.121], 1e-12, 872);

afterEach(() => setStrings({}));

test('two checkpoints: the text, then the clearest task with interval, p and n', () => {
  assert.equal(
    said([...pair, ...near, ...reviews, behind, ...finished('model-a', 'model-b')]),
    'model-a and model-b have nearly the same perplexity (4.02 and 3.98 per byte), but model-b is 16.4 points behind on sst2 (12.1 to 20.7, p < 0.0001, 872 documents).',
  );
});

test('a difference that is small and clear is called both', () => {
  const events = [...pair, ...perplexities(4.023, 3.98), comparison('heldout', byte, 0.011, [0.001, 0.021], 0.03, 22)];
  assert.equal(said(events), 'model-b has a slightly but clearly lower perplexity than model-a (3.98 against 4.02 per byte, p = 0.030).');
  assert.equal(
    said([...events, ...reviews, behind]),
    'model-b has a slightly but clearly lower perplexity than model-a (3.98 against 4.02 per byte, p = 0.030), but is 16.4 points behind on sst2 (12.1 to 20.7, p < 0.0001, 872 documents).',
  );
});

test('a difference that is not clear is called so, with what is missing', () => {
  const events = [...pair, ...near, ...reviews, comparison('sst2', acc, -0.02, [-0.06, 0.02], 0.33, 400)];
  assert.equal(
    said(events),
    'model-a and model-b have nearly the same perplexity (4.02 and 3.98 per byte), and no clear difference on sst2 (−6.0 to 2.0, p = 0.33, 400 documents). About 1 200 more documents would settle it.',
  );
  assert.equal(said([...pair, ...perplexities(4.5, 3.98), comparison('heldout', byte, 0.1, [-0.1, 0.3], 0.2, 22)]), 'No clear difference in perplexity between model-a and model-b (4.50 and 3.98 per byte).');
});

test('the baseline is named, whichever side is better', () => {
  const clear = comparison('heldout', byte, 0.12, [0.1, 0.14], 1e-9, 22);
  assert.equal(
    said([...pair, ...perplexities(4.5, 3.98), clear, ...reviews, behind]),
    'model-b has a lower perplexity than model-a (3.98 against 4.50 per byte, p < 0.0001), but is 16.4 points behind on sst2 (12.1 to 20.7, p < 0.0001, 872 documents).',
  );
  const worse = comparison('heldout', byte, -0.12, [-0.14, -0.1], 1e-9, 22);
  assert.match(said([...pair, ...perplexities(3.98, 4.5), worse, ...reviews, behind]), /^model-b has a higher perplexity than model-a \(4\.50 against 3\.98 per byte, p < 0\.0001\), and is 16\.4 points behind on sst2/);
  assert.equal(said([...pair, ...reviews, behind]), 'model-b is 16.4 points behind model-a on sst2 (12.1 to 20.7, p < 0.0001, 872 documents).');
});

test('ties are called ties', () => {
  const tie = comparison('sst2', acc, 0, [-0.02, 0.02], 1, 872);
  const same = [metric('model-a', 'sst2', acc, 0.672, null, 872), metric('model-b', 'sst2', acc, 0.672, null, 872), tie];
  assert.equal(said([...pair, ...same]), 'model-a and model-b tie on sst2 (67.2 %, 872 documents).');
  assert.match(said([...pair, ...near, ...same]), /nearly the same perplexity \(4\.02 and 3\.98 per byte\), and they tie on sst2 \(67\.2 %, 872 documents\)\.$/);
  assert.equal(said([...pair, ...perplexities(4, 4), comparison('heldout', byte, 0, [0, 0], 1, 22)]), 'model-a and model-b have the same perplexity (4.00 per byte).');
});

test('three checkpoints: the lowest perplexity of those that have finished it, and no clause is joined to one about others', () => {
  const three = ['model-a', 'model-b', 'model-c'];
  const third = metric('model-c', 'heldout', byte, 4.4, null, 22);
  const farther = comparison('heldout', byte, -0.09, [-0.1, -0.08], 1e-9, 22, { other: 'model-c' });
  const events = [...plan(three), ...near, third, farther];
  assert.equal(said(events), 'model-b has the lowest perplexity of 3 (3.98 to 4.40 per byte). 1 of 2 comparisons with model-a is clear.');
  assert.equal(
    said([...events, ...reviews, behind]),
    'model-b has the lowest perplexity of 3 (3.98 to 4.40 per byte). model-b is 16.4 points behind model-a on sst2 (12.1 to 20.7, p < 0.0001, 872 documents). 2 of 3 comparisons with model-a are clear.',
  );
  const reading = metric('model-c', 'heldout', byte, 3.1, null, 4, false);
  assert.match(said([...plan(three), ...near, reading]), /^model-b has the lowest perplexity of 2 /);
  const shared = [...plan(three), ...perplexities(3.98, 3.98), third, comparison('heldout', byte, 0, null, null, 22), farther];
  assert.equal(said(shared), 'model-a and model-b share the lowest perplexity of 3 (3.98 to 4.40 per byte). Of 2 comparisons with model-a, 1 clear, 1 tie.');
});

test('five checkpoints: comparisons are counted as the table shows them, texts and all metrics too', () => {
  const names = ['model-a', 'b', 'c', 'd', 'e'];
  const events = plan(names);
  for (const [index, other] of names.slice(1).entries()) {
    events.push(comparison('sst2', acc, -0.01 * index, [-0.01 * index - 0.015, -0.01 * index + 0.015], 0.5, 872, { other }));
    events.push(comparison('sst2', 'f1,none', -0.1, [-0.2, -0.01], 0.01, 872, { other }));
    events.push(comparison('heldout', byte, 0.1, [0.05, 0.15], 0.01, 22, { other }));
  }
  for (const name of names) events.push(metric(name, 'heldout', byte, 4, null, 22));
  assert.match(said(events), /Of 8 comparisons with model-a, 6 clear, 1 tie\.$/);
  assert.match(said(events, { allMetrics: true }), /Of 12 comparisons with model-a, 10 clear, 1 tie\.$/);
});

test('a clear difference of a metric without a better side is no lack of one', () => {
  const score = { task: 'odd', alias: 'odd', documents: 50, configPath: null, metrics: [{ metric: 'length,none', higherIsBetter: null, form: 'score' as const }] };
  assert.equal(said([...plan(['model-a', 'model-b'], [score]), comparison('odd', 'length,none', 0.5, [0.4, 0.6], 0.001, 50)]), 'model-b differs from model-a by 0.500 on odd (length, 0.400 to 0.600, p = 0.0010, 50 documents).');
});

test('documents that only one side has are told beside the comparison', () => {
  assert.match(said([...pair, ...reviews, comparison('sst2', acc, -0.164, [-0.207, -0.121], 1e-12, 800, { unpaired: 72 })]), /\(12\.1 to 20\.7, p < 0\.0001, 800 documents, 72 unpaired\)/);
});

test('one checkpoint: its numbers with their intervals', () => {
  const events = [...plan(['model-a']), metric('model-a', 'heldout', byte, 4.023, null, 22), metric('model-a', 'sst2', acc, 0.672, [0.62, 0.72], 400, false)];
  assert.equal(said(events), 'model-a: 4.023 byte perplexity on heldout (22 documents), 67.2 % accuracy on sst2 (62.0 to 72.0, 400 of 872 documents).');
});

test('while both run it says whether more documents are needed', () => {
  const running = [progress('model-a', 100), progress('model-b', 100)];
  const close = [metric('model-a', 'sst2', acc, 0.6, [0.55, 0.65], 300, false), metric('model-b', 'sst2', acc, 0.53, [0.48, 0.58], 300, false)];
  assert.equal(said([...pair, ...running, ...close]), 'So far model-a: 60.0 % (55.0 to 65.0) and model-b: 53.0 % (48.0 to 58.0) on sst2. About 320 more documents settle it.');
  const far = [metric('model-a', 'sst2', acc, 0.7, [0.65, 0.75], 300, false), metric('model-b', 'sst2', acc, 0.5, [0.45, 0.55], 300, false)];
  assert.match(said([...pair, ...running, ...far]), /They are already clearly apart\.$/);
});

test('of runs that have ended nothing is said to be so far', () => {
  assert.equal(said([...pair, ...reviews, ...finished('model-a', 'model-b')]), 'model-a: 67.2 % (64.0 to 70.2) and model-b: 50.8 % (47.5 to 54.1) on sst2.');
  const stopped = [...pair, started('model-a'), progress('model-a', 300), metric('model-a', 'sst2', acc, 0.6, [0.55, 0.65], 300, false), metric('model-b', 'sst2', acc, 0.53, null, 20, false)];
  const cancelled: RunEvent[] = ['model-a', 'model-b'].map((name) => ({ ...common(name), type: 'cancelled', done: name === 'model-a' ? 300 : 0, total: name === 'model-a' ? 894 : 0 }));
  assert.equal(
    said([...stopped, ...cancelled]),
    'Cancelled after 300 of 1 788 documents. Finished answers are kept: Resume asks only for what is missing. model-a: 60.0 % (55.0 to 65.0, 300 of 872 documents) and model-b: 53.0 % (20 of 872 documents) on sst2.',
  );
  assert.doesNotMatch(said(stopped, { interrupted: true }), /So far/);
});

test('a run that failed says why and what to do; answers are kept only where there are some', () => {
  const killed = 'The model process was killed (SIGKILL)';
  assert.equal(said([...plan(['model-a']), started('model-a'), progress('model-a', 40), failed('model-a', killed, true)]), `model-a stopped: ${killed}. Finished answers are kept: Resume asks only for what is missing.`);
  assert.equal(said([...plan(['model-a']), started('model-a'), failed('model-a', killed, true)]), `model-a stopped: ${killed}. Resume tries it again.`);
  assert.equal(said([...pair, failed('model-a', 'no config.json', false), failed('model-b', 'no config.json', false)]), 'model-a, model-b could not run: no config.json. Put this right, then run again.');
});

test('cancelled and interrupted runs keep what is known', () => {
  const cancelled: RunEvent[] = ['model-a', 'model-b'].map((name) => ({ ...common(name), type: 'cancelled', done: 47, total: 894 }));
  assert.match(said([...pair, ...near, ...cancelled]), /^Cancelled after 94 of 1 788 documents\. Finished answers are kept.*nearly the same perplexity/);
  assert.match(said([...pair, ...near], { interrupted: true }), /^Interrupted after 0 of 1 788 documents\. (?!Finished answers)/);
});

test('tasks that could not be run are counted and named', () => {
  const broken = [failed('model-a', 'no data', false, 'cola'), failed('model-b', 'no data', false, 'cola')];
  assert.match(said([...pair, ...broken, started('model-a'), started('model-b')]), /^1 of 3 tasks could not be run: cola\./);
  assert.match(said([...plan(['model-a', 'model-b'], tasks), started('model-a'), failed('model-a', 'document 3', false, 'cola')]), /^1 of 3 tasks failed on some checkpoints: cola\./);
});

test('before there is anything to say it says what is happening', () => {
  assert.equal(said(pair), 'The checkpoints are being opened.');
  assert.equal(said([]), '');
});

test('a translation may put the pieces in another order', () => {
  setStrings({ '{0} is {1} behind {2} on {3} ({4})': '{3}: {1} hinter {2} ist {0} ({4})' });
  assert.match(said([...pair, ...reviews, behind]), /^Sst2: 16\.4 points hinter model-a ist model-b/);
});
