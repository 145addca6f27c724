/** What the page says while the first document, a long text, is still being read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import { cellText, rowCount } from '../../webview/cell-text';
import { chartSeries, tokenRange } from '../../webview/chart-data';
import { standing } from '../../webview/outcome';
import { sentences } from '../../webview/sentence';
import { stateOf } from '../../webview/fold';

const common = { run: 'r-model-a', evaluation: 'r', checkpoint: 'model-a', time: '2026-11-24T05:50:00.000Z' };
const metric = { metric: 'word_perplexity,none', higherIsBetter: false, form: 'perplexity' } as const;

function planned(documents: number): RunEvent[] {
  const task = { task: 'heldout', alias: 'heldout', documents, metrics: [metric], configPath: null };
  return [
    { ...common, type: 'planned', config: null, tasks: [task], documents, checkpoints: ['model-a'], baseline: 'model-a', path: '/run' },
    { ...common, type: 'started', parameters: 1000, precision: 'fp32' },
  ];
}

function read(n: number, tokens: number, documents: number): RunEvent[] {
  return [
    { ...common, type: 'progress', task: 'heldout', done: n, total: documents, taskDone: n, taskTotal: documents, tokens, tokens_per_second: 4000, remaining: 3 },
    { ...common, type: 'metric', task: 'heldout', metric: metric.metric, value: 40 - tokens / 1000, stderr: null, interval: null, n, tokens, final: false, method: null, approximate: false },
  ];
}

test('it runs, its cell has the running value, and the tokens read stand for documents', () => {
  assert.equal(standing(stateOf(planned(1))).outcome, 'preparing');
  const state = stateOf([...planned(1), ...read(0, 512, 1), ...read(0, 1536, 1)]);
  assert.equal(standing(state).outcome, 'running');
  const [task] = state.tasks;
  assert.ok(task);
  const cell = cellText(state, task, metric, 'model-a');
  assert.deepEqual([cell.value, cell.tone], ['38.46', 'live']);
  assert.match(cell.title.join('\n'), /1\u202f536 tokens of the first document/);
  assert.doesNotMatch(cell.title.join('\n'), /\b0 document/);
  assert.equal(rowCount(task, metric, ['model-a']), 1);
  assert.match(sentences(state).known.map(({ text }) => text).join(''), /1\u202f536 tokens of the first document/);
  const [series] = chartSeries(state, task, metric);
  assert.deepEqual(series?.points.map(({ tokens }) => tokens), [512, 1536]);
});

test('the axis of tokens is judged by whole documents', () => {
  const rangeOf = (events: readonly RunEvent[]) => {
    const state = stateOf([...planned(2), ...events]);
    const [task] = state.tasks;
    assert.ok(task);
    return tokenRange(chartSeries(state, task, metric), task)?.[1] ?? assert.fail();
  };
  const first = [...read(0, 5000, 2), ...read(1, 10_000, 2)];
  const halfway = rangeOf(first);
  assert.ok(halfway >= 20_000 && halfway < 25_000, `${halfway}`);
  assert.equal(rangeOf([...first, ...read(1, 15_000, 2), ...read(1, 19_000, 2)]), halfway);
  assert.ok(rangeOf([...first, ...read(1, 60_000, 2)]) >= 60_000);
});
