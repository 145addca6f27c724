import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { columnKinds, knownColumns } from '../../src/catalog/columns';
import type { DatasetSource } from '../../src/config/definition';

const root = mkdtempSync(join(tmpdir(), 'assay-columns-'));
after(() => rmSync(root, { recursive: true }));

test('columns of a pattern are seen again when it stands for other files, and when one changes', async () => {
  const source: DatasetSource = { path: 'json', name: null, dataFiles: { test: [join(root, 'g*.jsonl')] }, kwargs: {}, base: root };
  writeFileSync(join(root, 'g2.jsonl'), '{"two": "x"}\n');
  assert.deepEqual(await knownColumns(source, 'test'), ['two']);
  writeFileSync(join(root, 'g1.jsonl'), '{"one": "x"}\n');
  assert.deepEqual(await knownColumns(source, 'test'), ['one']);
  writeFileSync(join(root, 'g1.jsonl'), '{"changed": "x"}\n');
  assert.deepEqual(await knownColumns(source, 'test'), ['changed']);
});

test('columns of a folder are seen again when its card names another file', async () => {
  const folder = join(root, 'set');
  mkdirSync(folder);
  const card = (file: string): void => writeFileSync(join(folder, 'README.md'), `---\nconfigs: [{config_name: a, data_files: [{split: test, path: ${file}}]}]\n---\n`);
  for (const name of ['x', 'y']) writeFileSync(join(folder, `${name}.jsonl`), `{"${name}": 1}\n`);
  const source: DatasetSource = { path: folder, name: 'a', dataFiles: null, kwargs: {}, base: root };
  card('x.jsonl');
  assert.deepEqual(await knownColumns(source, 'test'), ['x']);
  card('y.jsonl');
  assert.deepEqual(await knownColumns(source, 'test'), ['y']);
});

test('unchanged files are looked at once', async () => {
  writeFileSync(join(root, 'once.jsonl'), '{"t": "x", "n": 1, "empty": null}\n{"t": null, "n": 2, "empty": null}\n');
  const source: DatasetSource = { path: 'json', name: null, dataFiles: { test: [join(root, 'once.jsonl')] }, kwargs: {}, base: root };
  const first = await columnKinds(source, 'test');
  assert.deepEqual(first, [{ name: 't', isText: true }, { name: 'n', isText: false }, { name: 'empty', isText: false }]);
  assert.equal(await columnKinds(source, 'test'), first);
});
