/** Running one checkpoint, with a model that answers as a test wants it to. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { aggregationOf } from '../../src/metrics/registry';
import type { ScoreEvent, ScoreRequest, ScoreResponse } from '../../src/model/language-model';
import { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';
import { PyRandom } from '../../src/python/random';
import type { PyValue } from '../../src/python/value';
import { JournalWriter, readJournal } from '../../src/run/journal';
import { documentOrder } from '../../src/run/order';
import { prepareTask } from '../../src/task/prepare';
import type { PreparedTask } from '../../src/task/prepared';
import { context, definition } from '../task/definition';
import { answerTo, execute, type Executed, inOrder, type MetricEvent, metricsOf, planOf, questions, type Script, ScriptedModel, texts } from './scripted-model';

const work = mkdtempSync(join(tmpdir(), 'assay-execute-'));
after(() => rmSync(work, { recursive: true, force: true }));

const said = (request: ScoreRequest): ScoreEvent => ({ type: 'response', response: answerTo(request) });
const documentOf = (id: string): number => Number(id.split('/')[1]);

/** Last document first, and of each document the last choice first, apart from each other. */
const hostile: Script = (requests) => {
  const isLastChoice = ({ id }: ScoreRequest): boolean => id.split('/')[2] === '1';
  return [...requests.filter(isLastChoice).reverse(), ...requests.filter((each) => !isLastChoice(each)).reverse()].map(said);
};

function shuffled(seed: number): Script {
  const random = new PyRandom(seed);
  return (requests) => {
    const mixed = [...requests];
    random.shuffle(mixed);
    return mixed.map(said);
  };
}

const finals = ({ results }: Executed): object[] => [...results.tasks.values()].map(({ run, numbers }) => ({ task: run.task.name, ...numbers }));

test('numbers do not depend on the order of answers, nor on the order of questions', async () => {
  const tasks = [await questions('odd', 60), await texts('words', 45)];
  const plain = finals(await execute(planOf(tasks), new ScriptedModel()));
  assert.equal(plain.length, 2);
  for (const script of [hostile, shuffled(1), shuffled(2)]) assert.deepEqual(finals(await execute(planOf(tasks), new ScriptedModel(script))), plain);
  for (const seed of [0, 99]) assert.deepEqual(finals(await execute(planOf(tasks, seed), new ScriptedModel(hostile))), plain);
});

test('live numbers rest on the finished prefix of the random order, in whatever order answers arrive', async () => {
  const task = await questions('odd', 120);
  const order = documentOrder(120, 1234);
  for (const script of [inOrder, hostile, shuffled(3)]) {
    const executed = await execute(planOf([task]), new ScriptedModel(script));
    const run = executed.results.tasks.get('odd')?.run;
    assert.ok(run);
    const finished = new Set<number>();
    let seen = 0;
    for (const event of executed.events) {
      if (event.type === 'sample') finished.add(event.sample.doc_id);
      if (event.type !== 'metric' || event.final) continue;
      seen++;
      const prefix = order.findIndex((index) => !finished.has(index));
      assert.equal(event.n, prefix);
      const column = task.metrics.findIndex(({ metric }) => `${metric.name},none` === event.metric);
      const values = run.values(column);
      const { aggregate } = aggregationOf(task.metrics[column]?.metric.aggregation ?? 'mean');
      assert.equal(event.value, aggregate(order.slice(0, prefix).flatMap((index) => values[index] ?? [])));
    }
    // Twelve blocks and two metrics; the last block gives the final numbers.
    assert.ok(seen >= 2 * 11, `${seen} live numbers`);
  }
});

/** The journal a run of `tasks` leaves behind. */
async function journalled(name: string, tasks: readonly PreparedTask[], script: Script, onEvent?: (event: RunEvent, file: string) => void): Promise<Executed & { journal: string }> {
  const file = join(work, `${name}.jsonl`);
  const journal = JournalWriter.create(file, {});
  const executed = await execute(planOf(tasks), new ScriptedModel(script), { journal, ...(onEvent && { onEvent: (event) => onEvent(event, file) }) });
  journal.close();
  return { ...executed, journal: readFileSync(file, 'utf8') };
}

test('what is read of a long text moves its value, and nothing else', async () => {
  const task = await texts('words', 40);
  const order = documentOrder(40, 1234);
  const [next = 0, later = 0] = order.slice(36, 38);
  /** The text that is next, and before it the one behind it, told token by token. */
  const reading: Script = function* (requests) {
    for (const request of requests) {
      if (documentOf(request.id) === next) {
        yield* pieces(requests.find(({ id }) => documentOf(id) === later));
        yield* pieces(request);
      }
      yield said(request);
    }
  };
  const plain = await journalled('plain', [task], inOrder);
  const read = await journalled('read', [task], reading);
  assert.deepEqual(finals(read), finals(plain));
  assert.deepEqual(metricsOf(read.events, true).map(shown), metricsOf(plain.events, true).map(shown));
  assert.equal(read.journal, plain.journal);

  const perplexities = (executed: Executed): MetricEvent[] => metricsOf(executed.events, false).filter(({ metric }) => metric === 'token_perplexity,none');
  const whole = perplexities(plain);
  const moved = perplexities(read).filter(({ n }) => n === 36);
  const [rest, ...partial] = moved;
  assert.ok(rest !== undefined && rest.interval !== null);
  const request = task.document(next).requests[0];
  assert.ok(request !== undefined);
  const { tokenLogprobs } = answerTo(request);
  assert.equal(partial.length, tokenLogprobs.length, 'one for each piece of the next text, none for the text behind it');
  assert.equal(new Set(moved.map(({ value }) => value)).size, moved.length, 'the value moves');
  for (const [index, { interval, n, tokens }] of partial.entries()) {
    assert.deepEqual([interval, n, tokens], [rest.interval, 36, rest.tokens + index + 1]);
  }
  // Read to its end, the text says what its answer then says.
  const answered = whole.find(({ n }) => n === 37);
  const last = partial.at(-1);
  assert.ok(answered !== undefined && last !== undefined);
  assert.ok(Math.abs(last.value - answered.value) < 1e-12 * answered.value);
  assert.deepEqual(moved.slice(0, 1).map(shown), whole.filter(({ n }) => n === 36).map(shown));
  // Now the text behind it is next, and what is read of it counts.
  const ahead = perplexities(read).find(({ n }) => n === 37);
  assert.deepEqual(ahead?.interval, answered.interval);
  assert.equal(ahead?.tokens, answered.tokens + answerTo(task.document(later).requests[0] ?? assert.fail()).tokenLogprobs.length);
  const others = (executed: Executed): object[] => perplexities(executed).filter(({ n }) => n !== 36 && n !== 37).map(shown);
  assert.deepEqual(others(read), others(plain));
});

function shown({ metric, value, interval, n, tokens }: MetricEvent): object {
  return { metric, value, interval, n, tokens };
}

function* pieces(request: ScoreRequest | undefined): Generator<ScoreEvent> {
  assert.ok(request?.kind === 'loglikelihood_rolling');
  const words = request.text.split(' ');
  for (const [index, logprob] of answerTo(request).tokenLogprobs.entries()) {
    const text = index === 0 ? (words[0] ?? '') : ` ${words[index] ?? ''}`;
    yield { type: 'partial', partial: { id: request.id, tokenLogprobs: [logprob], text } };
  }
}

test('a document is in the journal, all of it, before anything is shown of it', async () => {
  const tasks = [await questions('odd', 30), await texts('words', 20)];
  let shown = 0;
  const { journal } = await journalled('before', tasks, hostile, (event, file) => {
    if (event.type !== 'sample') return;
    shown++;
    const task = tasks.find(({ name }) => name === event.task);
    const { answers } = readJournal(file);
    const requests = task?.document(event.sample.doc_id).requests ?? [];
    assert.ok(requests.length > 0 && requests.every(({ id }) => answers.has(id)));
  });
  assert.equal(shown, 50);
  assert.equal(journal.trimEnd().split('\n').length, 1 + 30 * 2 + 20);
});

test('a document the model cannot answer fails its task, by its number, and no other task', async () => {
  const unanswerable = documentOrder(60, 1234)[25] ?? 0;
  const script: Script = (requests) =>
    requests.map((request) =>
      request.id === `odd/${unanswerable}/1/0` ? { type: 'failure', failure: { id: request.id, code: 'continuation-too-long', message: 'too long' } } : said(request),
    );
  const model = new ScriptedModel(script);
  const { results, events } = await execute(planOf([await questions('odd', 60), await texts('words', 20)]), model);
  assert.deepEqual([results.failedTasks, [...results.tasks.keys()]], [['odd'], ['words']]);
  const failed = events.filter((event) => event.type === 'failed');
  assert.equal(failed.length, 1);
  const [{ task, error, resumable } = assert.fail()] = failed;
  assert.deepEqual([task, error.code, error.args, resumable], ['odd', 'document-failed', { doc: String(unanswerable), detail: 'too long' }, false]);
  assert.ok(metricsOf(events, true).every((event) => event.task === 'words'));
  const afterwards = events.slice(events.indexOf(failed[0] ?? assert.fail()) + 1);
  assert.ok(afterwards.every((event) => !('task' in event) || event.type === 'progress' || event.task === 'words'), 'nothing more is shown of it');
});

test('a document that cannot be rendered fails its task alone, too', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => new Map<string, PyValue>([['question', 'q'], ['label', index === 33 ? [1n] : 1n]]));
  const asked = definition({ task: 'torn', test_split: 'test', doc_to_text: '{{question}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc'] });
  const torn = await prepareTask(asked, context({ test: rows }));
  const { results, events } = await execute(planOf([torn, await questions('odd', 20)]), new ScriptedModel());
  assert.deepEqual([results.failedTasks, [...results.tasks.keys()]], [['torn'], ['odd']]);
  const [failed = assert.fail(), ...others] = events.flatMap((event) => (event.type === 'failed' ? [event] : []));
  assert.deepEqual(others, []);
  assert.deepEqual([failed.task, failed.error.code, failed.error.args['doc']], ['torn', 'bad-document', 33]);
});

test('what is odd about documents is said once, with the final numbers', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => new Map<string, PyValue>([['question', 'q'], ['label', index === 7 ? 5n : 1n]]));
  const asked = definition({ task: 'odd', test_split: 'test', doc_to_text: '{{question}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc'] });
  const { events } = await execute(planOf([await prepareTask(asked, context({ test: rows }))]), new ScriptedModel());
  const [warning = assert.fail(), ...others] = events.flatMap((event) => (event.type === 'warning' ? [event] : []));
  assert.deepEqual(others, []);
  assert.deepEqual([warning.task, warning.code, warning.args['doc']], ['odd', 'bad-document', 7]);
  assert.match(warning.message, /7/);
});

/** Answers until `answers` are given in all, then dies. */
function dying(answers: number): Script {
  let given = 0;
  return function* (requests) {
    for (const request of requests) {
      if (given++ >= answers) yield new AssayError('model-process-died', { cause: 'SIGKILL' });
      yield said(request);
    }
  };
}

test('a model that dies ends the run; a resume asks for the rest alone and gives the same numbers', async () => {
  const tasks = [await questions('odd', 60), await texts('words', 30)];
  const plain = finals(await execute(planOf(tasks), new ScriptedModel()));
  for (const answers of [0, 1, 37, 120, 131]) {
    const file = join(work, `died-${answers}.jsonl`);
    const journal = JournalWriter.create(file, {});
    await assert.rejects(execute(planOf(tasks), new ScriptedModel(dying(answers)), { journal }), (error) => error instanceof AssayError && error.code === 'model-process-died');
    journal.close();
    const first = readJournal(file);
    assert.ok(first.answers.size <= answers && first.answers.size >= answers - 1, 'only a half-answered document is lost');

    const model = new ScriptedModel();
    const continued = JournalWriter.continue(file, first.validBytes);
    const resumed = await execute(planOf(tasks), model, { journaled: first.answers, journal: continued });
    continued.close();
    assert.deepEqual(finals(resumed), plain);
    const asked = model.asked.flat();
    assert.equal(asked.length, 150 - first.answers.size);
    assert.ok(asked.every((id) => !first.answers.has(id)));
    assert.equal(readJournal(file).answers.size, 150);
  }
});

test('with every answer in the journal nothing is asked', async () => {
  const tasks = [await questions('odd', 30)];
  const journaled = new Map<string, ScoreResponse>(Array.from({ length: 30 }, (_, index) => tasks[0]?.document(index).requests ?? []).flat().map((request) => [request.id, answerTo(request)]));
  const model = new ScriptedModel();
  const replayed = await execute(planOf(tasks), model, { journaled });
  assert.deepEqual(model.asked, []);
  assert.deepEqual(finals(replayed), finals(await execute(planOf(tasks), new ScriptedModel())));
});

test('cancelled in the middle: an error of that name, and what was answered is in the journal', async () => {
  const file = join(work, 'cancelled.jsonl');
  const journal = JournalWriter.create(file, {});
  const controller = new AbortController();
  let samples = 0;
  const cancelled = execute(planOf([await questions('odd', 60)]), new ScriptedModel(), {
    journal,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'sample' && ++samples === 20) controller.abort();
    },
  });
  await assert.rejects(cancelled, (error) => error instanceof AssayError && error.code === 'cancelled');
  journal.close();
  assert.equal(readJournal(file).answers.size, samples * 2);
  assert.ok(samples < 60);
});
