/** Names that are also words of the language, events that are none, texts that would hide or steer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, failureTexts } from '../../webview/cell-text';
import { advance, stateOf, takeMisfit } from '../../webview/fold';
import { metricName } from '../../webview/metric-names';
import { noticeLines } from '../../webview/notice-lines';
import { readEvent } from '../../webview/read-event';
import { emptyState } from '../../webview/state';
import type { RunEvent } from '../../src/protocol/events';
import { evaluationEvents } from './events';

const common = (checkpoint = 'a') => ({ run: `r-${checkpoint}`, evaluation: 'r', checkpoint, time: '2026-11-28T05:50:00.000Z' });
const planned = (tasks: unknown, checkpoints = ['a']) => ({ ...common(), type: 'planned', config: null, tasks, documents: 10, checkpoints, baseline: 'a', path: '/run' });
const warning = (checkpoint: string, task: string | null, code: string, message: string): RunEvent => ({ ...common(checkpoint), type: 'warning', task, code: code as never, args: {}, message });

/** As the page takes them. */
function taken(events: readonly unknown[]) {
  const state = emptyState();
  for (const value of events) {
    const { event, misfits } = readEvent(value);
    for (const misfit of misfits) takeMisfit(state, misfit);
    if (event !== null) advance(state, event);
  }
  return state;
}

test('every event of a usual evaluation is read as it is', () => {
  for (const event of evaluationEvents()) assert.deepEqual(readEvent(event), { event, misfits: [] });
});

test('words of the language are names like others', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.equal(metricName(`${name},none`), name);
    const metrics = [{ metric: `${name},none`, higherIsBetter: true, form: 'proportion' }];
    const state = taken([
      planned([{ task: name, alias: name, documents: 10, metrics, configPath: null }]),
      { ...common(), type: 'metric', task: name, metric: `${name},none`, value: 0.5, stderr: null, interval: [0.4, 0.6], n: 10, tokens: 5, final: true, method: name, approximate: false },
      JSON.parse(`{"run":"r-a","evaluation":"r","checkpoint":"a","time":"","type":"sample","task":"${name}","sample":{"doc_id":0,"text":"x","target":"","answer":"","probability":null,"correct":true,"values":{"${name}":1}}}`),
    ]);
    const [task] = state.tasks;
    assert.ok(task?.metrics[0]);
    assert.equal(cellText(state, task, task.metrics[0], 'a').value, '50.0\u00a0%');
    assert.deepEqual([...state.misfits], []);
  }
});

test('a task that is null costs itself alone, an event that is none nothing else; both are told', () => {
  const good = { task: 'sst2', alias: 'sst2', documents: 10, metrics: [], configPath: null };
  const state = taken([planned([null, good]), null, 7, 'x', [], { type: 'constructor' }, { type: 'novel' }, { ...common(), type: 'progress', task: 'sst2', done: 'many' }]);
  assert.deepEqual(state.tasks.map(({ task }) => task), ['sst2']);
  assert.deepEqual([...state.misfits], [['planned.tasks', 1], ['object', 2], ['number', 1], ['string', 1], ['constructor', 1], ['novel', 1], ['progress.done', 1]]);
  assert.equal(noticeLines(state).filter(({ text }) => text.startsWith('Left out')).length, state.misfits.size);
});

test('numbers that JSON does not know are numbers again', () => {
  const { event } = readEvent({ ...common(), type: 'metric', task: 't', metric: 'm,none', value: null, stderr: null, interval: [1, null], n: 1, tokens: 1, final: true, method: null, approximate: false });
  assert.ok(event?.type === 'metric' && Number.isNaN(event.value));
  assert.deepEqual(event.interval, [1, Infinity]);
});

test('what is written is plain, what is asked for is the name', () => {
  const name = 'ss\u202et2\u0007\nx';
  const state = taken([planned([{ task: name, alias: name, documents: 1, metrics: [], configPath: null }], ['a\u200bb'])]);
  assert.deepEqual([state.tasks[0]?.task, state.tasks[0]?.alias], [name, 'sst2 x']);
  assert.deepEqual(state.checkpoints.map((one) => [one.name, one.label])[0], ['a\u200bb', 'ab']);
});

test('a task that failed says why once where all say the same, and by checkpoint where not', () => {
  const failed = (checkpoint: string, message: string): RunEvent => ({ ...common(checkpoint), type: 'failed', task: 'cola', error: { code: 'internal', args: {}, place: {}, message }, resumable: false });
  const plan = { ...planned([], ['a', 'b']), checkpoint: 'a' } as unknown as RunEvent;
  const started = (checkpoint: string): RunEvent => ({ ...common(checkpoint), type: 'started', parameters: 1, precision: 'fp32' });
  const same = stateOf([plan, failed('a', 'no data'), failed('b', 'no data'), started('a'), started('b')]);
  assert.equal(same.tasks.length, 1);
  assert.deepEqual(same.tasks.map((task) => failureTexts(same, task)), [['could not run: no data']]);
  const different = stateOf([plan, failed('a', 'no data'), failed('b', 'too long')]);
  assert.deepEqual(different.tasks.map((task) => failureTexts(different, task)), [['a: could not run: no data', 'b: could not run: too long']]);
});

test('a warning said of several is one notice with its places; one for each document is cut', () => {
  const plan = planned([{ task: 'sst2', alias: 'SST', documents: 1, metrics: [], configPath: null }], ['a', 'b']) as unknown as RunEvent;
  const lines = (...events: readonly RunEvent[]) => noticeLines(stateOf([plan, ...events])).map(({ text }) => text);
  assert.deepEqual(lines(warning('a', null, 'unused-tensors', '3 unused.')), ['a: 3 unused.']);
  assert.deepEqual(lines(warning('a', 'sst2', 'not-a-number', 'NaN.'), warning('b', 'sst2', 'not-a-number', 'NaN.')), ['SST: NaN.']);
  assert.deepEqual(lines(warning('a', null, 'ignored-option', 'x ignored.'), warning('b', null, 'ignored-option', 'x ignored.')), ['a, b: x ignored.']);
  const many = lines(...Array.from({ length: 5000 }, (_, index) => warning('a', 'sst2', 'empty-context', `Document ${index}.`)));
  assert.equal(many.length, 3);
  assert.match(many[2] ?? '', /^a · SST: Document 2\. \(and \d+ more like it\)$/);
});

test('what was taken over, and what was only reported, is said', () => {
  const plan = planned([]) as unknown as RunEvent;
  const resumed: RunEvent = { ...common(), type: 'resumed', answered: 1200, from: { host: 'train\u001bbox', time: '2026-11-24T05:47:12.123Z' } };
  assert.match(noticeLines(stateOf([plan, resumed]))[0]?.text ?? '', /^1\u202f200 answers taken over from .*box, Nov 24, 2026/);
  const finished: RunEvent = { ...common(), type: 'finished', seconds: 1, tokens: 1, failedTasks: [], reported: true };
  assert.deepEqual(noticeLines(stateOf([plan, resumed, finished])).map(({ text }) => text), ['reported, not computed']);
});

test('long runs are kept short: curves, samples, warnings', () => {
  const events: RunEvent[] = [planned([]) as unknown as RunEvent];
  for (let n = 1; n <= 5000; n += 1) {
    events.push({ ...common(), type: 'metric', task: 't', metric: 'm,none', value: n, stderr: null, interval: null, n, tokens: n, final: false, method: null, approximate: false });
    events.push({ ...common(), type: 'sample', task: 't', sample: { doc_id: n, text: 'x', target: '', answer: '', probability: null, correct: true, values: {} } });
    events.push(warning('a', 't', 'empty-context', `Document ${n}.`));
  }
  const state = stateOf(events);
  const [series] = [...state.series.values()];
  assert.ok(series !== undefined && series.length <= 801 && series[0]?.tokens === 1 && series.at(-1)?.tokens === 5000);
  assert.ok((state.tasks[0]?.samples.length ?? 0) <= 2000);
  assert.ok(state.warnings.size <= 500);
});
