import { FakeDocument, fake } from '../fake-vscode';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import { KnownResults } from '../../../src/editor/config/known-results';
import { Lenses } from '../../../src/editor/config/lenses';
import { ParsedConfigs } from '../../../src/editor/config/parsed-configs';
import { Problems } from '../../../src/editor/config/problems';
import { Memory } from '../../../src/editor/evaluations/memory';
import type { RunEvent } from '../../../src/protocol/events';
import { cancelled, failed, finished, metric, planned } from '../events';
import { store } from '../store';

const file = '/w/a.eval.yaml';
const text = `checkpoints: [a]
tasks:
  - sst2
  - task: cola
    expect: { acc: ">= 0.6" }
`;

beforeEach(() => {
  fake.diagnostics.clear();
  fake.documents = [];
});

/** An open config with its lenses and problems. */
function setup(memory = new Memory(store())): {
  document: FakeDocument;
  known: KnownResults;
  entry(label: string): string;
  send(...events: RunEvent[]): void;
  lenses(): string[];
  problems(): Promise<string[]>;
} {
  const document = new FakeDocument(file, text);
  fake.documents = [document];
  const parsed = new ParsedConfigs();
  const known = new KnownResults(memory);
  const lenses = new Lenses(parsed, known);
  let checked = (): void => undefined;
  const inspection = { check: () => Promise.resolve([]).finally(() => checked()) };
  const problems = new Problems({ inspection, parsed, known, onError: (thrown) => assert.fail(String(thrown)) });
  known.onDidJudge(() => problems.judged());
  const open = document as unknown as vscode.TextDocument;
  return {
    document,
    known,
    entry: (label) => {
      const outlined = parsed.outline(file, document.getText());
      return (typeof outlined !== 'string' && outlined.entries.find((one) => one.label === label)?.digest) || assert.fail(label);
    },
    send: (...events) => events.forEach((event) => known.apply(event)),
    lenses: () => lenses.provideCodeLenses(open).map(({ command }) => command?.title ?? ''),
    problems: async () => {
      const isChecked = new Promise<void>((resolve) => (checked = resolve));
      problems.soon(open, 0);
      await isChecked;
      // What the check found is shown before the next turn.
      await new Promise(setImmediate);
      return (fake.diagnostics.get(file) ?? []).map(({ range, message }) => `${document.getText(range)} | ${message}`);
    },
  };
}

/** A run of one task of one checkpoint to its end. */
function run(checkpoint: string, task: string, entry: string, value: number): RunEvent[] {
  return [planned(checkpoint, { task, entry }), metric(checkpoint, 100, value, true, task), finished(checkpoint)];
}

test('the lens beside Run tells the newest value of each checkpoint, as it streams and after', () => {
  const { known, send, entry } = setup();
  const sst2 = entry('sst2');
  const scores = (): string | null => known.scores(file, sst2);
  assert.equal(scores(), null);
  send(planned('model-a', { entry: sst2 }), planned('model-b', { entry: sst2 }), metric('model-a', 10, 0.5), metric('model-a', 20, 0.672), metric('model-b', 20, 0.5083));
  assert.equal(scores(), 'model-a 67.2 % · model-b 50.8 %');
  send(metric('model-a', 100, 0.672, true), finished('model-a'), cancelled('model-b', 20));
  assert.equal(scores(), 'model-a 67.2 %', 'a value that was only live goes with its run');
  send(planned('model-a', { entry: sst2 }));
  assert.equal(scores(), null, 'an older value is not taken for that of the run at work');
});

test('approximate values are marked, as they stream and after', () => {
  const { known, send, entry } = setup();
  const sst2 = entry('sst2');
  send({ ...planned('model-a', { entry: sst2 }), precision: 'int8' } as RunEvent, metric('model-a', 20, 0.672));
  assert.equal(known.scores(file, sst2), 'model-a ≈ 67.2 % (int8)');
  send(metric('model-a', 100, 0.672, true), finished('model-a'));
  assert.equal(known.scores(file, sst2), 'model-a ≈ 67.2 % (int8)');
  send(...run('model-a', 'sst2', sst2, 0.6));
  assert.equal(known.scores(file, sst2), 'model-a 60.0 %');
});

test('an entry inserted above, or another order, leaves every score with its own task', () => {
  const { document, send, entry, lenses } = setup();
  send(...run('model-a', 'sst2', entry('sst2'), 0.672), ...run('model-a', 'cola', entry('cola'), 0.5));
  document.type(text.replace('tasks:\n', 'tasks:\n  - piqa\n'));
  assert.deepEqual(lenses(), ['Run all 3 tasks', 'Run piqa', 'Run sst2', 'model-a 67.2 %', 'Run cola', 'model-a 50.0 %']);
});

test('a score of what an entry asked before is not shown beside what it asks now, and comes back with it', () => {
  const { document, send, entry, lenses } = setup();
  send(...run('model-a', 'sst2', entry('sst2'), 0.672));
  document.type(text.replace('- sst2', '- { task: sst2, num_fewshot: 4 }'));
  assert.deepEqual(lenses(), ['Run all 2 tasks', 'Run sst2', 'Run cola']);
  document.type(text);
  assert.ok(lenses().includes('model-a 67.2 %'));
});

test('a missed expectation follows its line, and is judged again when it is edited', async () => {
  const { document, send, entry, problems } = setup();
  send(...run('model-b', 'cola', entry('cola'), 0.55));
  assert.deepEqual(await problems(), ['acc: ">= 0.6" | model-b: acc,none is 0.55, expected >= 0.6.']);
  document.type(text.replace('tasks:\n', 'tasks:\n  - piqa\n'));
  assert.deepEqual(await problems(), ['acc: ">= 0.6" | model-b: acc,none is 0.55, expected >= 0.6.']);
  document.type(text.replace('0.6', '0.5'));
  assert.deepEqual(await problems(), []);
  document.type(text.replace('0.6', '0.7'));
  assert.deepEqual(await problems(), ['acc: ">= 0.7" | model-b: acc,none is 0.55, expected >= 0.7.']);
});

test('a task that could not be run is a problem at its entry until a run can', async () => {
  const { send, entry, problems, lenses } = setup();
  send(planned('model-a', { entry: entry('sst2') }), failed('model-a', 'cola', entry('cola')), failed('model-b', 'cola', entry('cola')), finished('model-a'));
  const [problem, ...others] = await problems();
  assert.match(problem ?? '', /^task: cola\n.*\| The model process ended unexpectedly/s);
  assert.deepEqual(others, []);
  assert.ok(lenses().includes('model-a —'));
  send(...run('model-a', 'cola', entry('cola'), 0.7));
  assert.deepEqual(await problems(), []);
});

test('what is known outlasts a reload of the window', async () => {
  const kept = store();
  const before = setup(new Memory(kept));
  before.send(...run('model-b', 'cola', before.entry('cola'), 0.55));
  const after = setup(new Memory(kept));
  assert.equal(after.known.scores(file, after.entry('cola')), 'model-b 55.0 %');
  assert.equal((await after.problems()).length, 1);
});

test('of a group the first task stands for all, and is named', () => {
  const { known, send } = setup();
  const event = planned('model-a', { entry: 'group' });
  assert.ok(event.type === 'planned');
  const [first] = event.tasks;
  assert.ok(first);
  send({ ...event, tasks: [first, { ...first, task: 'other' }] }, metric('model-a', 10, 0.5), metric('model-a', 10, 0.9, false, 'other'));
  assert.equal(known.scores(file, 'group'), 'sst2: model-a 50.0 %');
});
