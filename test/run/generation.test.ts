import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { digits, execute, planOf, ScriptedModel } from './scripted-model';

const finalValues = async (executed: Awaited<ReturnType<typeof execute>>): Promise<unknown> =>
  [...executed.results.tasks.values()].map(({ numbers }) => Object.fromEntries(numbers.metrics.map(({ key, value }) => [key, value])));
const journalLines = (file: string): readonly Record<string, unknown>[] => readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => JSON.parse(line) as Record<string, unknown>);

test('a number for each filter, live and at the end; samples show the answer and what was made of it', async () => {
  const executed = await execute(planOf([await digits('t', 30)]), new ScriptedModel());
  assert.deepEqual(await finalValues(executed), [{ 'exact_match,digit': 20 / 30, 'exact_match,none': 0 }]);
  const live = executed.events.filter((event) => event.type === 'metric' && !event.final);
  assert.deepEqual(new Set(live.map((event) => (event.type === 'metric' ? event.metric : ''))), new Set(['exact_match,digit', 'exact_match,none']));
  const samples = executed.events.flatMap((event) => (event.type === 'sample' ? [event.sample] : []));
  assert.equal(samples.length, 30);
  const seven = samples.find(({ doc_id }) => doc_id === 7);
  assert.match(seven?.answer ?? '', /^ 1 \(\d+\)$/);
  assert.deepEqual([seven?.text, seven?.filtered, seven?.target, seven?.correct, seven?.values], ['What is left of 7?', '1', '1', true, { 'exact_match,digit': 1, 'exact_match,none': 0 }]);
});

test('a journal keeps the text, and the seed of one that was drawn', async () => {
  const greedy = await execute(planOf([await digits('t', 3)]), new ScriptedModel());
  const drawn = await execute(planOf([await digits('t', 3, { generation_kwargs: { temperature: 0.7 }, repeats: 2 })]), new ScriptedModel());
  for (const { kind, text, finish, seed, ids } of journalLines(greedy.journal)) {
    assert.deepEqual([kind, typeof text, finish, seed, (ids as number[]).length], ['generate_until', 'string', 'stop', undefined, 1]);
  }
  const lines = journalLines(drawn.journal);
  assert.equal(lines.length, 6);
  for (const { text, seed } of lines) assert.ok((text as string).endsWith(`(${String(seed)})`));
  assert.equal(new Set(lines.map(({ seed }) => seed)).size, 6);
});

test('cut anywhere it goes on: nothing is asked twice, the texts and numbers are those of a whole run', async () => {
  const plan = planOf([await digits('t', 12, { generation_kwargs: { temperature: 1 }, repeats: 2 })]);
  const whole = await execute(plan, new ScriptedModel());
  const text = readFileSync(whole.journal, 'utf8');
  const sorted = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n').sort();
  for (const share of [0.1, 0.35, 0.5, 0.8, 0.97]) {
    writeFileSync(whole.journal, text.slice(0, Math.floor(text.length * share)));
    const model = new ScriptedModel();
    const resumed = await execute(plan, model, { journal: whole.journal });
    assert.deepEqual(await finalValues(resumed), await finalValues(whole));
    assert.deepEqual(sorted(whole.journal), text.trim().split('\n').sort());
    assert.ok(model.asked.flat().length < 24);
  }
});
