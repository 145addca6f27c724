/** Data folders with a card: configs, their files and their options, as load_dataset(folder, name) reads them. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { datasetSource } from '../../src/config/dataset-source';
import type { DatasetSource } from '../../src/config/definition';
import { splitNames } from '../../src/dataset/dataset';
import { AssayError } from '../../src/protocol/errors';
import type { PyValue } from '../../src/python/value';
import { loadSplit } from './load-split';

const root = mkdtempSync(join(tmpdir(), 'assay-card-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function folder(files: Readonly<Record<string, string>>): string {
  const base = join(root, `set${count++}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return base;
}

function source(base: string, name: string | null = null, kwargs: DatasetSource['kwargs'] = {}): DatasetSource {
  return { path: base, name, dataFiles: null, kwargs, base: root };
}

const rows = (...texts: string[]): string => texts.map((text) => `${JSON.stringify({ a: text })}\n`).join('');

async function texts(where: DatasetSource, split = 'test'): Promise<PyValue[]> {
  return (await loadSplit(where, split)).map((doc) => doc.get('a') ?? null);
}

function fails(code: string, ...parts: string[]) {
  return (error: unknown): boolean => error instanceof AssayError && error.code === code && parts.every((part) => error.message.includes(part));
}

const CARD = `---
license: mit
configs:
- config_name: easy
  data_files:
  - split: test
    path: easy/test.jsonl
- config_name: hard
  data_files:
  - split: test
    path: hard/test.jsonl
---
# Bench
`;

test('a config of the card is the rows of its files alone', async () => {
  const base = folder({ 'README.md': CARD, 'easy/test.jsonl': rows('1', '2'), 'hard/test.jsonl': rows('3') });
  assert.deepEqual(await texts(source(base, 'hard')), ['3']);
  assert.deepEqual(await texts(source(base, 'easy')), ['1', '2']);
  await assert.rejects(texts(source(base)), fails('missing-data-config', 'easy, hard'));
  await assert.rejects(texts(source(base, 'hrd')), fails('unknown-data-config', '"hrd"', 'Did you mean "hard"?', 'easy, hard'));
});

test('without a card a name is an error that says what there is', async () => {
  const base = folder({ 'easy/test.jsonl': rows('1', '2'), 'hard/test.jsonl': rows('3') });
  await assert.rejects(texts(source(base, 'hard')), fails('unknown-data-config', '"hard"', '"default" is all there is'));
  assert.deepEqual(await texts(source(base, 'default')), ['1', '2', '3']);
});

test('the default config: the only one, the one of that name, the one that says so', async () => {
  const card = (...configs: string[]): string => `---\nconfigs:\n${configs.map((config) => `- {config_name: ${config}}\n`).join('')}---\n`;
  const base = (text: string): string => folder({ 'README.md': text, 'x/test.jsonl': rows('x'), 'y/test.jsonl': rows('y') });
  assert.deepEqual(await texts(source(base(card('only, data_dir: x')))), ['x']);
  assert.deepEqual(await texts(source(base(card('one, data_dir: x', 'default, data_dir: y')))), ['y']);
  assert.deepEqual(await texts(source(base(card('one, data_dir: x, default: true', 'two, data_dir: y')))), ['x']);
  await assert.rejects(texts(source(base(card('default, data_dir: x', 'two, data_dir: y, default: true')))), fails('missing-data-config'));
});

test('files of a config: a text, a list, patterns by split, options of its reader', async () => {
  const base = folder({
    'README.md': `---
configs:
- config_name: text
  data_files: one.jsonl
- config_name: list
  data_files: [two.jsonl, "o*.jsonl"]
- config_name: patterns
  data_files:
  - {split: train, path: ["data/**/b-*.jsonl", one.jsonl]}
  - {split: few_shot.x, path: data/few/*}
- config_name: table
  sep: ";"
  unheard_of: 1
  data_files: t.csv
- config_name: gone
  data_files: [{split: train, path: one.jsonl}, {split: test, path: nothing/*.jsonl}]
---
`,
    'one.jsonl': rows('1'), 'two.jsonl': rows('2'), 'other.jsonl': rows('3'), 'data/x/b-10.jsonl': rows('b10'), 'data/x/b-2.jsonl': rows('b2'),
    'data/b-1.jsonl': rows('b1'), 'data/few/f.jsonl': rows('f'), 't.csv': 'a;b\nx,y;1\n',
  });
  assert.deepEqual(await texts(source(base, 'text'), 'train'), ['1']);
  assert.deepEqual(await texts(source(base, 'list'), 'train'), ['2', '1', '3']);
  assert.deepEqual(await texts(source(base, 'patterns'), 'train'), ['b1', 'b10', 'b2', '1']);
  assert.deepEqual(await splitNames(source(base, 'patterns')), ['train', 'few_shot.x']);
  assert.deepEqual(await texts(source(base, 'table'), 'train'), ['x,y']);
  assert.deepEqual(await texts(source(base, 'gone'), 'train'), ['1']);
  await assert.rejects(texts(source(base, 'gone')), fails('missing-file', 'nothing/*.jsonl'));
});

test('a clone with parquet files, config by config', async () => {
  const base = folder({ 'README.md': CARD.replaceAll('/test.jsonl', '/test-*'), 'easy/x.md': '' });
  const parquet = join(__dirname, '../fixtures/dataset/parquet');
  mkdirSync(join(base, 'hard'));
  copyFileSync(join(parquet, 'hf_features.parquet'), join(base, 'easy/test-00000-of-00001.parquet'));
  copyFileSync(join(parquet, 'kinds.parquet'), join(base, 'hard/test-00000-of-00001.parquet'));
  assert.equal((await loadSplit(source(base, 'easy'), 'test'))[0]?.get('sentence'), 'alpha number 5');
  assert.equal((await loadSplit(source(base, 'hard'), 'test')).length, 3);
});

test('data_dir and data_files start from the folder', async () => {
  const base = folder({ 'x/test.jsonl': rows('x'), 'y/test.jsonl': rows('y'), 'README.md': CARD.replaceAll('easy/', 'x/').replaceAll('hard/', 'y/') });
  assert.deepEqual(await texts(source(base, 'easy', { data_dir: 'y' })), ['y']);
  const named = datasetSource(new Map<string, PyValue>([
    ['dataset_path', base], ['dataset_name', 'easy'], ['dataset_kwargs', new Map<PyValue, PyValue>([['data_files', new Map([['test', 'y/*.jsonl']])]])],
  ]), root, root);
  assert.ok(named !== null);
  assert.deepEqual(await texts(named), ['y']);
});

test('data_files may be a list of splits and paths', async () => {
  const base = folder({ 'one.jsonl': rows('1'), 'two.jsonl': rows('2') });
  const item = (split: string, path: string): PyValue => new Map<PyValue, PyValue>([['split', split], ['path', path]]);
  const named = datasetSource(new Map<string, PyValue>([
    ['dataset_path', 'json'], ['dataset_kwargs', new Map<PyValue, PyValue>([['data_files', [item('train', 'one.jsonl'), item('test', 'two.jsonl')]]])],
  ]), base, base);
  assert.ok(named !== null);
  assert.deepEqual(await texts(named), ['2']);
});

test('types that the card declares are those of the columns: classes by name, texts, floats of 32 bits', async () => {
  const base = folder({
    'README.md': `---
configs:
- {config_name: j, data_files: [{split: test, path: t.jsonl}]}
- {config_name: c, data_files: [{split: test, path: t.csv}]}
- {config_name: plain, data_files: [{split: test, path: t.jsonl}]}
dataset_info:
- config_name: j
  features: &f
  - {name: day, dtype: string}
  - {name: label, dtype: {class_label: {names: {'0': 'no', '1': 'yes'}}}}
  - {name: n, dtype: string}
  - {name: x, dtype: float32}
- config_name: c
  features: *f
---
`,
    't.jsonl': '{"day": "2020-01-02", "label": "yes", "n": 7, "x": 0.1}\n{"day": "2020-01-03", "label": "no", "n": 8, "x": 2}\n',
    't.csv': 'day,label,n,x\n2020-01-02,yes,07,0.1\n2020-01-03,no,8,2\n',
  });
  const values = async (name: string): Promise<PyValue[][]> => (await loadSplit(source(base, name), 'test')).map((doc) => [...doc.values()]);
  const declared = [['2020-01-02', 1n, '7', Math.fround(0.1)], ['2020-01-03', 0n, '8', 2]];
  assert.deepEqual(await values('j'), declared);
  assert.deepEqual(await values('c'), declared);
  assert.equal((await values('plain'))[0]?.[1], 'yes');
  writeFileSync(join(base, 't.jsonl'), '{"day": "x", "label": "maybe", "n": 7, "x": 1}\n');
  await assert.rejects(values('j'), fails('broken-data', 'column "label"', 'maybe'));
});

test('a card that cannot be understood is said, with its file', async () => {
  const bad = [
    'configs: 5', 'configs: [{data_files: x}]', 'configs: [{config_name: a, data_files: 5}]', 'configs: [{config_name: a, data_files: [{split: a-b, path: x}]}]',
    'configs: [{config_name: a, data_files: [{split: a, path: x}, {split: a, path: y}]}]',
  ];
  for (const text of bad) {
    const base = folder({ 'README.md': `---\n${text}\n---\n`, 'test.jsonl': rows('1') });
    await assert.rejects(texts(source(base)), (error) => error instanceof AssayError && error.code === 'broken-data' && error.place.file === join(base, 'README.md'), text);
  }
  for (const text of ['no card', '---\nnever closed', '---\nlicense: mit\n---\n']) {
    assert.deepEqual(await texts(source(folder({ 'README.md': text, 'test.jsonl': rows('1') }))), ['1'], text);
  }
  const own = folder({ 'README.md': CARD, '.huggingface.yaml': 'configs:\n- {config_name: mine, data_files: [{split: test, path: m.jsonl}]}\n', 'm.jsonl': rows('m') });
  assert.deepEqual(await texts(source(own)), ['m']);
});

