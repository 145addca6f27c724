import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { columnsOf, splitNames } from '../../src/dataset/dataset';
import { AssayError } from '../../src/protocol/errors';
import { loadSplit } from './load-split';
import { zstdStored } from './packed';

const root = mkdtempSync(join(tmpdir(), 'assay-dataset-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const base = join(root, String(count++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return base;
}

function source(base: string, parts: Partial<DatasetSource> = {}): DatasetSource {
  return { path: '.', name: null, dataFiles: null, kwargs: {}, base, ...parts };
}

const row = (text: string): string => `${JSON.stringify({ a: text })}\n`;

async function texts(where: DatasetSource, split: string): Promise<unknown[]> {
  return (await loadSplit(where, split)).map((doc) => doc.get('a'));
}

function fails(code: string, part: string) {
  return (error: unknown): boolean => error instanceof AssayError && error.code === code && error.message.includes(part);
}

test('shards in data/ name their split, in order', async () => {
  const base = folder({ 'data/test-00000-of-00001.jsonl': row('t'), 'data/train-00001-of-00002.jsonl': row('2'), 'data/train-00000-of-00002.jsonl': row('1'), 'other.jsonl': row('x') });
  assert.deepEqual(await splitNames(source(base)), ['train', 'test']);
  assert.deepEqual(await texts(source(base), 'train'), ['1', '2']);
});

test('a keyword in the folder, then one in the file name, decides the split; other files are left out', async () => {
  const folders = folder({ 'dev/part.csv': 'a\nx\n', 'training/part.csv': 'a\ny\n', 'loose.csv': 'a\nz\n' });
  assert.deepEqual(await splitNames(source(folders)), ['train', 'validation']);
  assert.deepEqual(await texts(source(folders), 'validation'), ['x']);
  const names = folder({ 'my_train.jsonl': row('x'), 'test1.jsonl': row('y'), 'mytrain.jsonl': row('no') });
  assert.deepEqual(await splitNames(source(names)), ['train', 'test']);
  assert.deepEqual(await texts(source(names), 'train'), ['x']);
});

test('without keywords every file is train, of the commonest kind; hidden ones and the card are not data', async () => {
  const base = folder({ 'a.jsonl': row('1'), 'b.jsonl': row('2'), 'c.csv': 'a\n3\n', 'config.json': '{}', '.hidden/d.jsonl': row('4'), '__x/e.jsonl': row('5') });
  assert.deepEqual(await splitNames(source(base)), ['train']);
  assert.deepEqual(await texts(source(base), 'train'), ['1', '2']);
});

test('a builder with data_dir reads the files of its kind there', async () => {
  const base = folder({ 'd/train.csv': 'a\nx\n', 'd/train.jsonl': row('y') });
  assert.deepEqual(await texts(source(base, { path: 'csv', kwargs: { data_dir: 'd' } }), 'train'), ['x']);
});

test('a .tsv found in a folder is split at tabs; packed files are unpacked', async () => {
  const base = folder({ 'train.tsv': 'a\tb\nx\ty\n', 'test.csv.gz': gzipSync('a,b\nz,1\n') });
  assert.deepEqual(await texts(source(base), 'train'), ['x']);
  assert.deepEqual(await texts(source(base), 'test'), ['z']);
});

test('data files may be patterns, read in sorted order', async () => {
  const base = folder({ 'x/b.jsonl': row('2'), 'x/a.jsonl': row('1'), 'x/y/c.jsonl': row('3'), 'x/a.csv': 'a\n9\n', 'odd[1].jsonl': row('o') });
  const json = (pattern: string): DatasetSource => source(base, { path: 'json', dataFiles: { train: [join(base, pattern)] } });
  assert.deepEqual(await texts(json('x/*.jsonl'), 'train'), ['1', '2']);
  assert.deepEqual(await texts(json('x/**/*.jsonl'), 'train'), ['1', '2', '3']);
  assert.deepEqual(await texts(json('x/[!a].jsonl'), 'train'), ['2']);
  assert.deepEqual(await texts(json('x/?.jsonl'), 'train'), ['1', '2']);
  assert.deepEqual(await texts(json('odd[1].jsonl'), 'train'), ['o']);
  await assert.rejects(texts(json('x/*.parquet'), 'train'), fails('missing-file', '*.parquet'));
});

test('columns of a split', async () => {
  const base = folder({ 'a.jsonl': '{"b": 1}\n{"a": 2}\n', 't.txt': 'x' });
  assert.deepEqual(await columnsOf(source(base, { path: 'json', dataFiles: { test: [join(base, 'a.jsonl')] } }), 'test', new AbortController().signal), ['b', 'a']);
  assert.deepEqual(await columnsOf(source(base, { path: 'text', dataFiles: { test: [join(base, 't.txt')] } }), 'test', new AbortController().signal), ['text']);
  const kinds = join(__dirname, '../fixtures/dataset/parquet/hf_features.parquet');
  const parquet = source(base, { path: 'parquet', dataFiles: { test: [kinds] } });
  assert.deepEqual(await columnsOf(parquet, 'test', new AbortController().signal), ['sentence', 'label', 'ner', 'choices', 'answers', 'idx']);
});

test('what is missing is said', async () => {
  const base = folder({ 'train.jsonl': row('x'), 'empty/readme.rst': '' });
  await assert.rejects(loadSplit(source(base), 'test'), fails('missing-split', 'It has: train.'));
  await assert.rejects(loadSplit(source(base, { path: 'json', dataFiles: { train: [join(base, 'no.jsonl')] } }), 'train'), fails('missing-file', 'no.jsonl'));
  await assert.rejects(loadSplit(source(base, { path: 'empty' }), 'train'), fails('missing-data', 'empty'));
  await assert.rejects(loadSplit(source(base, { path: './nowhere' }), 'train'), fails('missing-file', 'nowhere'));
  await assert.rejects(loadSplit(source(base, { path: 'nyu-mll/glue' }), 'train'), fails('hub-data', 'nyu-mll/glue'));
  await assert.rejects(loadSplit(source(base, { path: 'arrow' }), 'train'), fails('missing-data', 'arrow'));
  await assert.rejects(loadSplit(source(base, { path: 'xml' }), 'train'), fails('unsupported-data', 'xml'));
  await assert.rejects(loadSplit(source(base, { path: 'json' }), 'train'), fails('missing-data', 'json'));
});

test('damaged files name file and line', async () => {
  const base = folder({ 'bad.parquet': 'PAR1 no', 'bad.gz': 'x', 'list.jsonl': '{"a": 1}\n[2]\n', 'open.csv': 'a\n"x\n' });
  const one = (path: string, file: string): Promise<unknown> => loadSplit(source(base, { path, dataFiles: { train: [join(base, file)] } }), 'train');
  for (const [path, file] of [['parquet', 'bad.parquet'], ['text', 'bad.gz'], ['csv', 'open.csv']] as const) {
    await assert.rejects(one(path, file), (error) => error instanceof AssayError && error.code === 'broken-data' && error.place.file === join(base, file));
  }
  await assert.rejects(one('json', 'list.jsonl'), (error) => error instanceof AssayError && error.place.line === 2);
});

test('json, csv and text packed with zstd; other packings are refused by name', async () => {
  const base = folder({
    'a.jsonl.zst': Buffer.concat([zstdStored(Buffer.from('{"a": "x"}\n{"a"')), zstdStored(Buffer.from(': "y"}\n'))]),
    'b.csv.zst': zstdStored(Buffer.from('a\nz\n')),
    'c.jsonl.bz2': 'BZh9',
  });
  const one = (path: string, file: string): Promise<unknown> => loadSplit(source(base, { path, dataFiles: { train: [join(base, file)] } }), 'train');
  assert.deepEqual(await one('json', 'a.jsonl.zst'), [new Map([['a', 'x']]), new Map([['a', 'y']])]);
  assert.deepEqual(await one('csv', 'b.csv.zst'), [new Map([['a', 'z']])]);
  await assert.rejects(one('json', 'c.jsonl.bz2'), fails('unsupported-data', '.bz2'));
});
