import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventHistory } from '../../../src/editor/results/event-history';
import { finished, metric, planned, progress, sample } from '../events';

test('keeps the last progress of a task, and everything else in order', () => {
  const history = new EventHistory([planned('model-a'), progress('model-a', 1), sample('model-a', 7), progress('model-a', 2), finished('model-a')]);
  assert.deepEqual(history.events(), [planned('model-a'), sample('model-a', 7), progress('model-a', 2), finished('model-a')]);
});

test('a long curve is thinned evenly; its newest and its final value stay', () => {
  const history = new EventHistory([planned('model-a')]);
  for (let n = 1; n <= 10_000; n++) history.append(metric('model-a', n, n / 10_000));
  history.append(metric('model-a', 10_000, 0.5, true));
  const curve = history.events().flatMap((event) => (event.type === 'metric' && !event.final ? [event.n] : []));
  assert.ok(curve.length <= 402 && curve.length >= 150, `${curve.length} points`);
  assert.equal(curve.at(-1), 10_000);
  const steps = curve.slice(1, -1).map((n, index) => n - (curve[index] ?? 0));
  assert.ok(Math.max(...steps) <= 2 * Math.min(...steps), `uneven: ${Math.min(...steps)} to ${Math.max(...steps)}`);
  assert.deepEqual(history.events().at(-1), metric('model-a', 10_000, 0.5, true));
});

test('a short curve is kept whole, by checkpoint', () => {
  const events = [planned('model-a'), planned('model-b'), metric('model-a', 1, 0.1), metric('model-b', 1, 0.2), metric('model-a', 2, 0.3)];
  assert.deepEqual(new EventHistory(events).events(), events);
});

test('what is kept is bounded by the plan, however many documents there are', () => {
  const history = new EventHistory();
  for (let task = 0; task < 40; task++) {
    const run = `model-${task}`;
    history.append(planned(run));
    for (let n = 1; n <= 6_000; n++) history.append(sample(run, n));
    for (let n = 1; n <= 2_000; n++) history.append(metric(run, n, 0.5));
    history.append(metric(run, 2_000, 0.5, true));
  }
  const kept = history.events();
  const samples = kept.filter((event) => event.type === 'sample');
  assert.ok(samples.length <= 40_000 + 40 * 100, `${samples.length} samples`);
  assert.ok(kept.filter((event) => event.type === 'metric').length <= 40 * 210);
  assert.equal(new Set(samples.map((event) => event.run)).size, 40, 'some of every task');
});
