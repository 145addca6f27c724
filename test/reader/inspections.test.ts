import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { inspections } from '../../src/reader/inspections';
import { folderWith } from '../config/temporary-folder';

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

test('a check reads files that are open with changes as they are in the editor', async () => {
  const folder = folderWith({});
  const file = path.join(folder, 'a.eval.yaml');
  const task = path.join(folder, 'task.yaml');
  write(folder, { 'task.yaml': 'task: t\noutput_type: multiple_choice\n' });
  const request = { file, text: 'checkpoints: []\ntasks: [task.yaml]\n', workspace: folder };
  const codes = async (texts: [string, string][]): Promise<string[]> => (await inspections.check({ ...request, texts })).filter((problem) => problem.file === task).map(({ code }) => code);
  assert.ok(!(await codes([])).includes('unknown-key'));
  assert.ok((await codes([[task, 'task: t\noutput_type: multiple_choice\nouput: 1\n']])).includes('unknown-key'));
});

test('columns of a pattern are seen again when its files change', async () => {
  const folder = folderWith({});
  const file = path.join(folder, 'a.eval.yaml');
  const text = (column: string): string => `task: t
output_type: multiple_choice
dataset_path: json
dataset_kwargs: { data_files: { test: 'data/*.jsonl' } }
test_split: test
doc_to_text: '{{${column}}}'
doc_to_choice: [a, b]
doc_to_target: 0
`;
  write(folder, { 'data/1.jsonl': '{"question": "q"}\n', 'a.eval.yaml': 'tasks: [task.yaml]\n', 'task.yaml': text('prompt') });
  const unknown = async (): Promise<boolean> =>
    (await inspections.check({ file, text: 'tasks: [task.yaml]\n', workspace: folder, texts: [] })).some(({ code }) => code === 'unknown-column');
  assert.equal(await unknown(), true);
  write(folder, { 'data/1.jsonl': '{"prompt": "q", "more": 1}\n' });
  assert.equal(await unknown(), false);
});

test('columns of a data file, with which of them hold text', async () => {
  const folder = folderWith({});
  write(folder, { 'a.jsonl': '{"id": 1, "body": "b"}\n', 'a.txt': 'text' });
  assert.deepEqual(await inspections.columns(path.join(folder, 'a.jsonl')), [{ name: 'id', isText: false }, { name: 'body', isText: true }]);
  assert.deepEqual(await inspections.columns(path.join(folder, 'a.txt')), []);
});

test('configs are listed with their entries and where their runs go, broken ones too', async () => {
  const folder = folderWith({});
  write(folder, { 'a.eval.yaml': '# first\ntasks:\n  - sst2\n  - perplexity: b.txt\n    name: book\noutput_path: out\n', 'b.eval.yaml': 'tasks: [\n' });
  const listed = await inspections.configs(['a.eval.yaml', 'b.eval.yaml', 'gone.eval.yaml'].map((name) => path.join(folder, name)), []);
  assert.deepEqual(listed.map(({ entries }) => entries), [[{ configPath: 'tasks[0]', label: 'sst2', line: 2 }, { configPath: 'tasks[1]', label: 'book', line: 3 }], null, null]);
  assert.equal(listed[0]?.output, path.join(folder, 'out'));
});

test('a damaged run, or one with the strangest names, leaves the others in the list', async () => {
  const folder = folderWith({});
  const run = { version: 1, id: 'x', evaluation: 'e', checkpoints: ['a'], baseline: 'a', checkpoint: { name: 'a', path: '/a', model_type: 'llama', parameters: 1, dtype: 'F32', max_length: 8 }, stamps: [], config: null, tasks: [], failures: [], identity: { fingerprint: '0', tasks: {}, options: {} }, signature: '', versions: {}, options: {}, started: '2026-11-24T05:47:12.123Z', ended: null, state: 'finished', error: null, process: { pid: 1, host: 'h', started: 0 } };
  const task = { task: '__proto__', alias: '', documents: 1, metrics: [{ metric: 'constructor', higherIsBetter: true, form: 'score' }], configPath: null };
  for (const version of [1, 2]) {
    write(folder, {
      [`${version}-good/run.json`]: JSON.stringify({ ...run, version, id: `${version}-good`, tasks: [task] }),
      [`${version}-null/run.json`]: JSON.stringify({ ...run, version, tasks: [null] }),
      [`${version}-odd/run.json`]: JSON.stringify({ ...run, version, started: 7, checkpoint: { name: {} } }),
    });
  }
  const listed = await inspections.runs([folder, path.join(folder, 'nothing')]);
  assert.deepEqual(listed.map(({ id, tasks }) => [/-good$/.test(id), tasks]), [[true, ['__proto__']]]);
});
