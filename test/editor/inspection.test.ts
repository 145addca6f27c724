import { fake } from './fake-vscode';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ParsedConfigs } from '../../src/editor/config/parsed-configs';
import { Inspection } from '../../src/editor/inspection';
import { mayRun } from '../../src/editor/trust';
import type { Inspections } from '../../src/protocol/inspection';

afterEach(() => (fake.isTrusted = true));

test('in a workspace that is not trusted nobody is asked of files: an open text speaks for itself', async () => {
  fake.isTrusted = false;
  const inspection = new Inspection(() => assert.fail('no process may start'), new ParsedConfigs());
  assert.deepEqual([await inspection.checkpoints('/w'), await inspection.runs(['/w']), await inspection.configs(['/w/a']), await inspection.columns('/w/a.jsonl')], [[], [], [], []]);
  assert.equal(await inspection.samples('/w', 't', null), null);
  assert.deepEqual([await inspection.taskNames(['/w']), await inspection.task('sst2', ['/w'])], [[], null]);
  const problems = await inspection.check('/w/a.eval.yaml', 'tasks: [../outside.yaml]\nlimits: 5\n');
  assert.deepEqual(problems?.map(({ code }) => code), ['unknown-key']);
  assert.equal(await inspection.check('/w/compose.yaml', 'services: {}\n'), null);
});

test('in a trusted one the text goes along as it is, with the other files that have changes', async () => {
  const asked: unknown[] = [];
  const check: Inspections['check'] = (request) => {
    asked.push(request);
    return Promise.resolve([]);
  };
  const inspection = new Inspection(() => ({ check }) as Inspections, new ParsedConfigs());
  await inspection.check('/w/a.eval.yaml', 'tasks: [a]\n');
  inspection.filesChanged();
  await inspection.check('/w/a.eval.yaml', 'tasks: [a]\n');
  const request = { file: '/w/a.eval.yaml', text: 'tasks: [a]\n', workspace: '/w', texts: [], patience: 200 };
  assert.deepEqual(asked, [{ ...request, revision: 0 }, { ...request, revision: 1 }]);
});

test('a command says what is missing, with a way there', async () => {
  fake.messages = [];
  assert.equal(mayRun(), true);
  fake.isTrusted = false;
  fake.answer = ({ items }) => items[0];
  assert.equal(mayRun(), false);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(fake.messages.map(({ severity }) => severity), ['warning']);
  assert.deepEqual(fake.commands.at(-1), ['workbench.trust.manage']);
});


test('a text longer than any config is not read in the host: the evaluator is asked, and without trust its length is told', async () => {
  const asked: unknown[] = [];
  const parsed = new ParsedConfigs();
  const check: Inspections['check'] = ({ file }) => {
    asked.push(file);
    return Promise.resolve(file.includes('task') ? [{ file, range: { start: 0, end: 1 }, severity: 'error', code: 'unknown-key', args: {} }] : []);
  };
  const inspection = new Inspection(() => ({ check }) as Inspections, parsed);
  const text = Array.from({ length: 20_000 }, (_, n) => `key${n}: ${n}\n`).join('');
  assert.deepEqual((await inspection.check('/w/a.eval.yaml', text))?.map(({ code, args }) => [code, args]), [['config-too-long', { size: 291, most: 64 }]]);
  assert.deepEqual(await inspection.check('/w/compose.yaml', text), []);
  assert.deepEqual((await inspection.check('/w/task.yaml', text))?.map(({ code }) => code), ['config-too-long', 'unknown-key']);
  fake.isTrusted = false;
  assert.deepEqual((await inspection.check('/w/a.eval.yaml', text))?.map(({ code }) => code), ['config-too-long']);
  assert.equal(await inspection.check('/w/compose.yaml', text), null);
  assert.deepEqual(asked, ['/w/a.eval.yaml', '/w/compose.yaml', '/w/task.yaml']);
  assert.equal(parsed.outline('/w/a.eval.yaml', text), 'broken');
});
