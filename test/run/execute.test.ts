/** Running one checkpoint, with a model that answers as a test wants it to. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { aggregationOf } from '../../src/metrics/aggregations/registry';
import { ScoreColumn } from '../../src/metrics/score-column';
import type { ScoreEvent, ScoreRequest } from '../../src/model/request';
import { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';
import { PyRandom } from '../../src/python/random';
import type { PyValue } from '../../src/python/value';
import { documentOrder } from '../../src/run/order';
import { prepareTask } from '../../src/task/prepare';
import type { PreparedTask } from '../../src/task/prepared';
import { context, definition } from '../task/definition';
import { answerTo, execute, type Executed, inOrder, type MetricEvent, metricsOf, planOf, questions, type Script, ScriptedModel, texts, scoreRequests } from './scripted-model';

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

const finals = ({ results }: Executed): object[] => [...results.tasks.values()].map(({ facts, numbers }) => ({ task: facts.name, ...numbers }));

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
      const values = new ScoreColumn();
      for (const [place, index] of order.slice(0, prefix).entries()) values.set(place, run.columns[column]?.get(index) ?? assert.fail());
      const wanted = aggregationOf(task.metrics[column]?.metric.aggregation ?? 'mean').value(values);
      assert.ok(Math.abs(event.value - wanted) <= 1e-12 * Math.abs(wanted), `${event.value} want ${wanted}`);
    }
    // Twelve blocks and two metrics; the last block gives the final numbers.
    assert.ok(seen >= 2 * 11, `${seen} live numbers`);
  }
});

/** The journal a run of `tasks` leaves behind. */
async function journalled(name: string, tasks: readonly PreparedTask[], script: Script, onEvent?: (event: RunEvent, file: string) => void): Promise<Executed & { text: string }> {
  const executed = await execute(planOf(tasks), new ScriptedModel(script), { journal: join(work, `${name}.jsonl`), ...(onEvent && { onEvent }) });
  return { ...executed, text: readFileSync(executed.journal, 'utf8') };
}

/** Keys of a journal's answers. */
function keysOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(1, -1);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
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
  const answersOf = ({ text }: { readonly text: string }): string[] => text.split('\n').filter((line) => !line.includes('"kind":"piece"'));
  assert.deepEqual(answersOf(read), answersOf(plain));

  const perplexities = (executed: Executed): MetricEvent[] => metricsOf(executed.events, false).filter(({ metric }) => metric === 'token_perplexity,none');
  const whole = perplexities(plain);
  const moved = perplexities(read).filter(({ n }) => n === 36);
  const [rest, ...partial] = moved;
  assert.ok(rest !== undefined && rest.interval !== null);
  const [request] = scoreRequests(task.document(next));
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
  assert.equal(ahead?.tokens, answered.tokens + answerTo(scoreRequests(task.document(later))[0] ?? assert.fail()).tokenLogprobs.length);
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
    yield { type: 'piece', piece: { id: request.id, from: index, tokenIds: [index], tokenLogprobs: [logprob], tokenGreedy: [logprob > -1], text } };
  }
}

test('a document is in the journal, all of it, before anything is shown of it', async () => {
  const tasks = [await questions('odd', 30), await texts('words', 20)];
  let shown = 0;
  const { text } = await journalled('before', tasks, hostile, (event, file) => {
    if (event.type !== 'sample') return;
    shown++;
    const task = tasks.find(({ name }) => name === event.task);
    const keys = keysOf(file);
    const requests = task?.document(event.sample.doc_id).requests ?? [];
    assert.ok(requests.length > 0 && requests.every(({ id }) => keys.includes(id)));
  });
  assert.equal(shown, 50);
  assert.equal(text.trimEnd().split('\n').length, 1 + 30 * 2 + 20);
});

test('a document the model cannot answer fails its task, by its number, and no other task', async () => {
  const unanswerable = documentOrder(60, 1234)[25] ?? 0;
  const script: Script = (requests) =>
    requests.map((request) =>
      request.id === `odd/${unanswerable}/1/0` ? { type: 'failure', failure: { id: request.id, code: 'continuation-too-long', message: 'too long' } } : said(request),
    );
  const model = new ScriptedModel(script);
  const { results, events } = await execute(planOf([await questions('odd', 60), await texts('words', 20)]), model);
  assert.deepEqual([results.failures.map(({ task }) => task), [...results.tasks.keys()]], [['odd'], ['words']]);
  const failed = events.filter((event) => event.type === 'failed');
  assert.equal(failed.length, 1);
  const [{ task, error, resumable } = assert.fail()] = failed;
  assert.deepEqual([task, error.code, error.args, resumable], ['odd', 'document-failed', { task: 'odd', doc: unanswerable, detail: 'too long' }, false]);
  assert.ok(metricsOf(events, true).every((event) => event.task === 'words'));
  const afterwards = events.slice(events.indexOf(failed[0] ?? assert.fail()) + 1);
  assert.ok(afterwards.every((event) => !('task' in event) || event.type === 'progress' || event.task === 'words'), 'nothing more is shown of it');
});

test('a text the tokenizer dies of fails its task, and no other task', async () => {
  const deadly = documentOrder(60, 1234)[25] ?? 0;
  const script: Script = (requests) => requests.map((request) => (request.id === `odd/${deadly}/1/0` ? new AssayError('tokenizer-died', { text: '"x"', cause: 'SIGABRT' }) : said(request)));
  const { results, events } = await execute(planOf([await questions('odd', 60), await texts('words', 20)]), new ScriptedModel(script));
  assert.deepEqual([results.failures.map(({ task, error }) => [task, error.code]), [...results.tasks.keys()]], [[['odd', 'tokenizer-died']], ['words']]);
  assert.deepEqual(events.flatMap((event) => (event.type === 'failed' ? [[event.task, event.error.code, event.resumable]] : [])), [['odd', 'tokenizer-died', false]]);
});

test('a document that cannot be rendered fails its task alone, too', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => new Map<string, PyValue>([['question', 'q'], ['label', index === 33 ? [1n] : 1n]]));
  const asked = definition({ task: 'torn', test_split: 'test', doc_to_text: '{{question}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc'] });
  const torn = await prepareTask(asked, context({ test: rows }));
  const { results, events } = await execute(planOf([torn, await questions('odd', 20)]), new ScriptedModel());
  assert.deepEqual([results.failures.map(({ task }) => task), [...results.tasks.keys()]], [['torn'], ['odd']]);
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
  assert.deepEqual([warning.task, warning.code, warning.args], ['odd', 'no-gold', { count: 1, documents: 20 }]);
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
    await assert.rejects(execute(planOf(tasks), new ScriptedModel(dying(answers)), { journal: file }), (error) => error instanceof AssayError && error.code === 'model-process-died');
    const kept = keysOf(file);
    assert.ok(kept.length <= answers && kept.length >= answers - 1, 'only a half-answered document is lost');

    const model = new ScriptedModel();
    const resumed = await execute(planOf(tasks), model, { journal: file });
    assert.deepEqual(finals(resumed), plain);
    const asked = model.asked.flat();
    assert.equal(asked.length, 150 - kept.length);
    assert.ok(asked.every((id) => !kept.includes(id)));
    const all = keysOf(file);
    assert.deepEqual([all.length, new Set(all).size], [150, 150]);
  }
});

test('a model that dies while the numbers of an answered task are made ends the run, too', async () => {
  const tasks = [await questions('odd', 60), await texts('words', 30)];
  for (const answers of [119, 120, 121]) {
    const died = execute({ ...planOf(tasks), options: { ...planOf(tasks).options, bootstrapIters: 20_000 } }, new ScriptedModel(dying(answers)));
    await assert.rejects(died, { code: 'model-process-died' });
  }
});

test('with every answer in the journal nothing is asked, rendered or written again', async () => {
  const tasks = [await questions('odd', 30)];
  const first = await execute(planOf(tasks), new ScriptedModel());
  const before = readFileSync(first.journal, 'utf8');
  const model = new ScriptedModel();
  const unrendered = { ...planOf(tasks), prepared: new Map(tasks.map((task) => [task.name, { ...task, name: task.name, document: () => assert.fail('rendered') }])) };
  const replayed = await execute(unrendered, model, { journal: first.journal });
  assert.deepEqual(model.asked, []);
  assert.deepEqual(finals(replayed), finals(first));
  assert.equal(readFileSync(first.journal, 'utf8'), before);
});

test('a document is rendered once', async () => {
  const task = await questions('odd', 300);
  const rendered = new Map<number, number>();
  const counted: PreparedTask = {
    ...task, name: task.name, documents: task.documents, original: task.original, filters: task.filters, numFewshot: 0, metrics: task.metrics, definition: task.definition,
    ahead: (order, from) => task.ahead(order, from),
    document: (index) => {
      rendered.set(index, (rendered.get(index) ?? 0) + 1);
      return task.document(index);
    },
  };
  await execute(planOf([counted]), new ScriptedModel());
  assert.equal(rendered.size, 300);
  // A handful are looked at before, to know how long documents are.
  const again = [...rendered.values()].filter((count) => count > 1).length;
  assert.ok(again <= 8, `${again} documents were rendered more than once`);
});

/** One text in three pieces; dies after so many. */
function inPieces(most: number): Script {
  let told = 0;
  return function* (requests) {
    for (const request of requests) {
      assert.ok(request.kind === 'loglikelihood_rolling');
      const answer = answerTo(request);
      const words = request.text.split(' ');
      const size = Math.ceil(words.length / 3);
      for (let from = request.from ?? 0; from < words.length; from += size) {
        if (told++ >= most) yield new AssayError('model-process-died', { cause: 'SIGKILL' });
        const part = <T>(list: readonly T[]): T[] => list.slice(from, from + size);
        const text = (from === 0 ? '' : ' ') + part(words).join(' ');
        yield { type: 'piece', piece: { id: request.id, from, tokenIds: part(answer.tokenIds), tokenLogprobs: part(answer.tokenLogprobs), tokenGreedy: part(answer.tokenGreedy), text } };
      }
      yield { type: 'response', response: { ...answer, logLikelihood: 0, tokenIds: [], tokenLogprobs: [], tokenGreedy: [], tokens: 0 } };
    }
  };
}

test('a long text goes on behind its last piece, and its number is that of the whole', async () => {
  const task = await texts('words', 1);
  const wanted = finals(await execute(planOf([task]), new ScriptedModel()));
  const file = join(work, 'pieces.jsonl');
  await assert.rejects(execute(planOf([task]), new ScriptedModel(inPieces(1)), { journal: file }), { code: 'model-process-died' });
  const kept = keysOf(file);
  assert.equal(kept.length, 1);
  const resumed = await execute(planOf([task]), new ScriptedModel(inPieces(9)), { journal: file });
  assert.deepEqual(finals(resumed), wanted);
  const keys = keysOf(file);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(finals(await execute(planOf([task]), null, { journal: file })), wanted);
});

test('cancelled in the middle: an error of that name, and what was answered is in the journal', async () => {
  const file = join(work, 'cancelled.jsonl');
  const controller = new AbortController();
  let samples = 0;
  const cancelled = execute(planOf([await questions('odd', 60)]), new ScriptedModel(), {
    journal: file,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'sample' && ++samples === 20) controller.abort();
    },
  });
  await assert.rejects(cancelled, (error) => error instanceof AssayError && error.code === 'cancelled');
  assert.equal(keysOf(file).length, samples * 2);
  assert.ok(samples < 60);
});
