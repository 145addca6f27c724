/** Models behind servers on the command line: as a checkpoint of `run` and `ask`, and what is said of addresses that cannot be used. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { ScriptedServer, WordTokens } from '../model/endpoint/scripted-server';
import { jsonLines, workspace } from './workspace';

const project = workspace();
let server: ScriptedServer;
before(async () => {
  server = await ScriptedServer.start(new WordTokens('<s>', () => ({ text: ' yes. No', finish: 'length' })), { tokenizes: true, maxLength: 200 });
});
after(() => server.stop());

test('run: a server is named by its address and the model there', async () => {
  const { code, json, stderr } = await project.assay('run', '--checkpoint', `${server.endpoint}/completions`, '--model', 'm', '--tasks', 'parity', '--include-path', 'tasks', '--limit', '6', '--json', '--quiet', '--output', 'served');
  const { runs, errors } = json as EvaluationReport;
  assert.deepEqual([code, errors, stderr], [0, [], '']);
  assert.deepEqual(runs.map(({ checkpoint, path, endpoint, model }) => [checkpoint, path, endpoint, model]), [['m', null, server.endpoint, 'm']]);
  assert.equal(typeof runs[0]?.results['parity']?.['acc,none'], 'number');
});

test('run: an address without a model, a model without an address, and an address with a password are bad usage; a password is not repeated', async () => {
  const run = (...args: readonly string[]) => project.assay('run', '--tasks', 'parity', '--include-path', 'tasks', ...args);
  for (const args of [['--checkpoint', server.endpoint], ['--checkpoint', '.', '--model', 'm'], ['--checkpoint', 'http://me:secret@h/v1', '--model', 'm']]) {
    const { code, stderr, stdout } = await run(...args);
    assert.equal(code, 2, stderr);
    assert.ok(!`${stderr}${stdout}`.includes('secret'), stderr);
  }
});

test('ask: a server answers lines, scored and generated', async () => {
  const lines = [{ type: 'loglikelihood', context: 'The', continuation: ' sky is' }, { type: 'generate_until', context: 'Well?', generation_kwargs: { until: ['.'], max_gen_toks: 8 } }, { type: 'features', text: 'x', layers: [-1], pool: 'last' }];
  project.write('lines.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { code, stdout } = await project.assay('ask', 'lines.jsonl', '--checkpoint', server.endpoint, '--model', 'm');
  const [scored, generated, features] = jsonLines<Readonly<Record<string, unknown>>>(stdout);
  assert.equal((scored?.['logprobs'] as number[]).length, 2);
  assert.deepEqual([generated?.['text'], generated?.['finish_reason']], [' yes', 'stop']);
  assert.equal((features?.['error'] as { code: string }).code, 'cannot-answer');
  assert.equal(code, 3);
});
