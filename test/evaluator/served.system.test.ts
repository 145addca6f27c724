/** Whole evaluations with a model behind a server: what is written of it, what happens when the server goes away, and comparisons. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Evaluator } from '../../src/evaluator/evaluator';
import type { ModelOpener } from '../../src/evaluator/models';
import { readerHere } from '../../src/evaluator/readers';
import { openEndpointModel } from '../../src/model/endpoint/open';
import type { EvaluationOutcome } from '../../src/protocol/commands';
import type { RunEvent } from '../../src/protocol/events';
import { TestClock } from '../model/endpoint/asked-model';
import { json, type Product, ScriptedServer, WordTokens } from '../model/endpoint/scripted-server';
import { ScriptedModel } from '../run/scripted-model';
import { rowsOf, runFileOf, ScriptedWorkspace } from './scripted-evaluation';

const KEY = 'sk-never-written-anywhere';

/** A workspace with a config of two checkpoints, the second one served, and the server. */
async function workspace(t: TestContext, { product = {}, config = {} }: { readonly product?: Product; readonly config?: Readonly<Record<string, unknown>> } = {}) {
  const server = await ScriptedServer.start(new WordTokens('<s>', () => ({ text: ' yes', finish: 'stop' })), { tokenizes: true, maxLength: 200, ...product });
  t.after(() => server.stop());
  const scripted = new ScriptedWorkspace();
  scripted.task('odd', rowsOf(40));
  const file = join(scripted.folder, 'both.eval.yaml');
  const keys = {
    checkpoints: [{ path: scripted.checkpoint('a') }, { endpoint: server.endpoint, model: 'm', name: 'served', api_key_env: 'SERVER_KEY' }],
    tasks: ['odd.yaml'], output_path: 'runs', bootstrap_iters: 0, ...config,
  };
  writeFileSync(file, JSON.stringify(keys));
  return { server, scripted, file };
}

type Evaluated = EvaluationOutcome & { readonly events: readonly RunEvent[] };

async function evaluate(configs: readonly string[], folder: string, { resume = false, endpoint = null }: { readonly resume?: boolean; readonly endpoint?: string | null } = {}): Promise<Evaluated> {
  const openModel: ModelOpener = (source, { signal }) => (source.kind === 'checkpoint' ? Promise.resolve(new ScriptedModel()) : openEndpointModel(source, { key: KEY, clock: new TestClock() }, signal));
  const evaluator = new Evaluator({ openModel, openReader: readerHere });
  const events: RunEvent[] = [];
  const overrides = endpoint === null ? {} : { checkpoints: [{ endpoint, model: 'm' }], tasks: [join(folder, 'odd.yaml')], output: join(folder, 'runs'), bootstrapIters: 0 };
  const outcome = await evaluator.start({ configs, overrides, resume, workspace: folder }, (event) => events.push(event)).outcome;
  await evaluator.dispose();
  return { ...outcome, events };
}

const errorsOf = ({ report }: EvaluationOutcome): string[] => report.errors.map(({ checkpoint, task, code }) => `${checkpoint} ${task} ${code}`);

test('a checkpoint and a served model are compared; what is written names the server and never the key', async (t) => {
  const { server, scripted, file } = await workspace(t);
  const outcome = await evaluate([file], scripted.folder);
  assert.deepEqual(errorsOf(outcome), []);
  assert.equal(outcome.exitCode, 0);
  const [local, served] = outcome.report.runs;
  assert.deepEqual([local?.checkpoint, served?.checkpoint], ['a', 'served']);
  assert.deepEqual([served?.path, served?.endpoint, served?.model], [null, server.endpoint, 'm']);
  assert.deepEqual(outcome.report.comparisons.map(({ baseline, other, metric, n }) => [baseline, other, metric, n]), [['a', 'served', 'acc,none', 40]]);
  const folder = scripted.runs.find((run) => run.endsWith('-served')) ?? assert.fail();
  const run = runFileOf(folder);
  assert.deepEqual(run.checkpoint, { name: 'served', path: null, endpoint: server.endpoint, model: 'm', model_type: null, parameters: null, dtype: null, max_length: 200 });
  assert.equal(run.versions['served'], 'org/m');
  assert.match(run.signature, /\|served:org\/m$/);
  assert.ok(server.asked.length > 80 && server.asked.every(({ headers }) => headers.authorization === `Bearer ${KEY}`));
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.ok(written.length >= 4);
  assert.ok(![...written, JSON.stringify(outcome)].some((text) => text.includes(KEY)));
  // It is drawn again from its folder.
  const evaluator = new Evaluator({ openModel: () => assert.fail(), openReader: readerHere });
  assert.equal((await evaluator.replay(folder)).at(-1)?.type, 'finished');
  await evaluator.dispose();
});

test('a server that dies leaves a run to resume: nothing that was answered is asked again, and the numbers are those of one go', async (t) => {
  const { server, scripted } = await workspace(t);
  const whole = await evaluate([], join(scripted.folder), { endpoint: server.endpoint });
  const other = await workspace(t);
  let left = 30;
  other.server.intervene = ({ path }, response) => path === '/v1/completions' && left-- <= 0 && (response.destroy(), true);
  const died = await evaluate([], other.scripted.folder, { endpoint: other.server.endpoint });
  assert.equal(died.exitCode, 3);
  assert.deepEqual(errorsOf(died), ['m null endpoint-unreachable']);
  const last = died.events.at(-1);
  assert.ok(last?.type === 'failed' && last.resumable);
  const [folder] = other.scripted.runs;
  const journalled = (): number => readFileSync(join(folder ?? '', 'journal.jsonl'), 'utf8').trim().split('\n').length - 1;
  const before = journalled();
  assert.ok(before > 0 && before <= 30, `${before} answers`);

  // Still dead: the run stays as it is.
  await evaluate([], other.scripted.folder, { endpoint: other.server.endpoint, resume: true });
  assert.equal(runFileOf(folder ?? '').state, 'failed');

  other.server.intervene = () => false;
  const asked = other.server.asked.length;
  const resumed = await evaluate([], other.scripted.folder, { endpoint: other.server.endpoint, resume: true });
  assert.equal(resumed.exitCode, 0);
  assert.equal(other.scripted.runs.length, 1);
  // One completion finds out how the server scores.
  assert.equal(other.server.asked.slice(asked).filter(({ path }) => path === '/v1/completions').length, 80 - before + 1);
  assert.equal(journalled(), 80);
  assert.deepEqual(resumed.report.runs[0]?.results, whole.report.runs[0]?.results);
});

test('a server that serves something else by now gives no answers to a run', async (t) => {
  const { server, scripted } = await workspace(t);
  let left = 30;
  server.intervene = ({ path }, response) => path === '/v1/completions' && left-- <= 0 && (response.destroy(), true);
  await evaluate([], scripted.folder, { endpoint: server.endpoint });
  server.intervene = ({ path }, response) => path === '/v1/models' && (json(response, 200, { data: [{ id: 'm', root: 'org/other', max_model_len: 200 }] }), true);
  const resumed = await evaluate([], scripted.folder, { endpoint: server.endpoint, resume: true });
  assert.deepEqual(errorsOf(resumed), ['m null endpoint-changed']);
});

test('where a server gives no log-probabilities the tasks that score say so, once each, and the others run', async (t) => {
  const { scripted, file } = await workspace(t, { product: { echoes: false }, config: { tasks: ['odd.yaml', 'says.yaml'] } });
  scripted.task('says', rowsOf(6), { output_type: 'generate_until', doc_to_target: 'yes', doc_to_choice: undefined, metric_list: [{ metric: 'exact_match' }], generation_kwargs: { until: ['.'], max_gen_toks: 4 }, filter_list: [{ name: 'none', filter: [{ function: 'remove_whitespace' }, { function: 'take_first' }] }] });
  const outcome = await evaluate([file], scripted.folder);
  const served = outcome.report.errors.filter(({ checkpoint }) => checkpoint === 'served');
  assert.deepEqual(served.map(({ task, code }) => [task, code]), [['odd', 'endpoint-no-logprobs']]);
  assert.equal(outcome.report.runs.find(({ checkpoint }) => checkpoint === 'served')?.results['says']?.['exact_match,none'], 1);
});

test('under a chat template the server gets messages, and tasks that score say that it cannot be', async (t) => {
  const { server, scripted, file } = await workspace(t, { config: { apply_chat_template: true, system_instruction: 'Be brief.', checkpoints: [], tasks: ['odd.yaml', 'says.yaml'] } });
  scripted.task('says', rowsOf(3), { output_type: 'generate_until', doc_to_target: ' yes', doc_to_choice: undefined, metric_list: [{ metric: 'exact_match' }], generation_kwargs: { until: ['.'], max_gen_toks: 4 } });
  writeFileSync(file, readFileSync(file, 'utf8').replace('"checkpoints":[]', `"checkpoints":[{"endpoint":"${server.endpoint}","model":"m"}]`));
  const outcome = await evaluate([file], scripted.folder);
  assert.deepEqual(errorsOf(outcome), ['m odd endpoint-chat-cannot-score']);
  assert.equal(outcome.report.runs[0]?.results['says']?.['exact_match,none'], 1);
  const messages = server.asked.filter(({ path }) => path === '/v1/chat/completions').map(({ body }) => body['messages']);
  assert.deepEqual(messages[0] && [messages.length, (messages as { role: string }[][])[0]?.map(({ role }) => role)], [3, ['system', 'user']]);
});
