import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Inspector } from '../../src/evaluator/inspector';
import { AssayError } from '../../src/protocol/errors';
import { builtReader } from '../reader/built-reader';
import { folderWith } from '../config/temporary-folder';

/** Files of these names make the process misbehave when it looks at them. */
const mischief = `{
const promises = require('node:fs/promises');
for (const name of ['open', 'readFile', 'stat']) {
const plain = promises[name];
promises[name] = async (file, ...rest) => {
  if (String(file).endsWith('endless.yaml')) for (;;);
  if (String(file).endsWith('exit.yaml')) process.exit(3);
  return plain(file, ...rest);
};
}}`;

let built: { script: string; remove: () => void };
let inspector: Inspector;
const long = { total: 300 };
before(async () => {
  built = await builtReader(mischief);
  inspector = new Inspector(built.script, { configs: { total: 1 }, check: long, runs: long });
});
after(async () => {
  await inspector.close();
  built.remove();
});

async function codeOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(() => 'answered', (thrown: unknown) => AssayError.from(thrown).code);
}

test('a file that never ends, or that kills, costs its own request and no other', async () => {
  const folder = folderWith({ 'a.eval.yaml': 'tasks:\n  - sst2\n', 'endless.yaml': '', 'exit.yaml': '' });
  const configs = (name: string): Promise<unknown> => inspector.inspect('configs', [[path.join(folder, name)], []]);
  assert.equal(await codeOf(configs('endless.yaml')), 'took-too-long');
  const check = { file: path.join(folder, 'a.eval.yaml'), text: 'tasks: [exit.yaml]\n', workspace: folder, texts: [] };
  assert.equal(await codeOf(inspector.inspect('check', [check])), 'reader-died');
  assert.equal(await codeOf(inspector.inspect('check', [{ ...check, text: 'tasks: [sst2]\n' }])), 'answered');
  const runs = await inspector.inspect('runs', [[folder]]);
  assert.deepEqual(runs, []);
});

test('a check is answered while a view is being filled', async () => {
  const folder = folderWith({ 'endless.yaml': '' });
  const filling = codeOf(inspector.inspect('configs', [[path.join(folder, 'endless.yaml')], []]));
  const order: string[] = [];
  const text = 'tasks: [sst2]\nlimits: 5\n';
  const problems = inspector.inspect('check', [{ file: path.join(folder, 'a.eval.yaml'), text, workspace: folder, texts: [] }]);
  void filling.then(() => order.push('view'));
  assert.ok((await problems).some(({ code }) => code === 'unknown-key'));
  order.push('check');
  await filling;
  assert.equal(order[0], 'check');
});
