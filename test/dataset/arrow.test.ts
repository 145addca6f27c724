/** Arrow files of pyarrow 25 and datasets 5.0.1 (test/fixtures/dataset/arrow), and some made here. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Field, Int64, makeData, RecordBatch, RecordBatchFileWriter, RecordBatchStreamWriter, Schema, Struct, Table, Utf8, type Vector, vectorFromArray, type DataType } from 'apache-arrow';
import type { DatasetSource } from '../../src/config/definition';
import { columnsOf, splitNames } from '../../src/dataset/dataset';
import { Intake } from '../../src/dataset/intake';
import { readRows } from '../../src/dataset/rows';
import { readArrow } from '../../src/dataset/arrow';
import { arrowMessages } from '../../src/dataset/arrow-messages';
import { openPlain } from '../../src/dataset/file-bytes';
import { RowStore } from '../../src/dataset/row-store';
import { AssayError } from '../../src/protocol/errors';
import { plainJson } from '../../src/python/plain-json';
import { loadSplit } from './load-split';

const fixtures = join(__dirname, '../fixtures/dataset/arrow');
const expected = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as unknown[];
const root = mkdtempSync(join(tmpdir(), 'assay-arrow-'));
after(() => rmSync(root, { recursive: true }));

const never = new AbortController().signal;

function source(path: string, dataFiles: DatasetSource['dataFiles'] = null): DatasetSource {
  return { path, name: null, dataFiles, kwargs: {}, base: root };
}

async function rowsOf(path: string, dataFiles: DatasetSource['dataFiles'] = null, limit: number | null = null): Promise<unknown[]> {
  return (await loadSplit(source(path, dataFiles), 'train', limit)).map((row) => plainJson(new Map(row)));
}

for (const file of ['stream.arrow', 'file.arrow']) {
  test(`${file}: every row as datasets gives it`, async () => {
    const files = { train: [join(fixtures, file)] };
    assert.deepEqual(await rowsOf('arrow', files), expected);
    assert.deepEqual(await rowsOf('arrow', files, 3), expected.slice(0, 3));
    assert.deepEqual(await columnsOf(source('arrow', files), 'train', never), Object.keys(expected[0] as object));
    const some = await readRows(source('arrow', files), 'train', { limit: 2, signal: never });
    assert.deepEqual([some.length, some.available], [2, expected.length]);
  });
}

test('a folder of save_to_disk, alone and as one split of several', async () => {
  const saved = join(fixtures, 'saved_to_disk');
  assert.deepEqual(await splitNames(source(saved)), ['train']);
  assert.deepEqual(await rowsOf(saved), expected);
  const dict = join(root, 'dict');
  mkdirSync(dict);
  writeFileSync(join(dict, 'dataset_dict.json'), '{"splits": ["train", "test"]}');
  for (const split of ['train', 'test']) cpSync(saved, join(dict, split), { recursive: true });
  assert.deepEqual(await splitNames(source(dict)), ['train', 'test']);
  assert.deepEqual(await rowsOf(dict), expected);
});

test('what a saved folder says of other places, or leaves out, is refused', async () => {
  const folder = (name: string, files: Readonly<Record<string, string>>): string => {
    mkdirSync(join(root, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
    return join(root, name);
  };
  const fails = (code: string, text: string) => (error: unknown) => error instanceof AssayError && error.code === code && error.message.includes(text);
  await assert.rejects(rowsOf(folder('s1', { 'state.json': '{"_data_files": [{"filename": "../x.arrow"}]}' })), fails('broken-data', '_data_files'));
  await assert.rejects(rowsOf(folder('s2', { 'state.json': '[]' })), fails('broken-data', 'JSON object'));
  await assert.rejects(rowsOf(folder('s3', { 'state.json': '{"_data_files": [{"filename": "d.arrow"}]}' })), fails('missing-file', 'd.arrow'));
  await assert.rejects(rowsOf(folder('s4', { 'state.json': '{"_data_files": [], "_indices_data_files": [{"filename": "i.arrow"}]}' })), fails('unsupported-data', 'flatten_indices'));
  await assert.rejects(rowsOf(folder('s5', { 'dataset_dict.json': '{"splits": ["train"]}' })), fails('missing-file', 'state.json'));
});

test('columns that are stored as JSON are decoded', async () => {
  const features = { info: { features: { mixed: { _type: 'Json' }, plain: { dtype: 'string', _type: 'Value' }, inner: { feature: { _type: 'Json' }, _type: 'List' } } } };
  const strings = (values: readonly string[]): Vector<Utf8> => vectorFromArray(values, new Utf8());
  const table = new Table({ mixed: strings(['1', '"a"', '{"b": [null]}']), plain: strings(['1', '2', '3']) });
  const schema = new Schema(table.schema.fields, new Map([['huggingface', JSON.stringify(features)]]));
  const file = join(root, 'json.arrow');
  writeFileSync(file, RecordBatchStreamWriter.writeAll(table.batches.map((batch) => new RecordBatch(schema, batch.data))).toUint8Array(true));
  assert.deepEqual(await rowsOf('arrow', { train: [file] }), [{ mixed: 1, plain: '1' }, { mixed: 'a', plain: '2' }, { mixed: { b: [null] }, plain: '3' }]);
});

/** A column of numbers, in `batches` batches of `rows` rows. */
function counted(batches: number, rows: number): RecordBatch[] {
  const schema = new Schema([new Field<DataType>('n', new Int64(), false)]);
  return Array.from({ length: batches }, (_, batch) => {
    const values = BigInt64Array.from({ length: rows }, (_unused, row) => BigInt(batch * rows + row));
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, children: [makeData({ type: new Int64(), data: values })] }));
  });
}

test('of batches behind a limit only the headers are read', async () => {
  const bytes = Buffer.from(RecordBatchStreamWriter.writeAll(counted(50, 1000)).toUint8Array(true));
  const file = join(root, 'many.arrow');
  writeFileSync(file, bytes);
  const store = new RowStore();
  const intake = new Intake(store, 1500, { signal: never });
  await readArrow(file, intake);
  assert.deepEqual([store.length, intake.available], [1500, 50_000]);
  assert.equal((await readRows(source('arrow', { train: [file] }), 'train', { limit: 0.5, signal: never })).length, 25_000);
});

test('a file that has its schema at its end only', async () => {
  const file = join(root, 'schema-last.arrow');
  writeFileSync(file, RecordBatchFileWriter.writeAll(counted(3, 4)).toUint8Array(true));
  assert.deepEqual(await rowsOf('arrow', { train: [file] }), Array.from({ length: 12 }, (_, n) => ({ n })));
  assert.deepEqual(await columnsOf(source('arrow', { train: [file] }), 'train', never), ['n']);
});

test('files that lie about themselves are refused', async () => {
  const good = Buffer.from(RecordBatchStreamWriter.writeAll(counted(2, 8)).toUint8Array(true));
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    ['empty', Buffer.alloc(0), /empty/],
    ['text', Buffer.from('{"a": 1}\n'.repeat(20)), /does not begin as an Arrow file/],
    ['cut', good.subarray(0, good.length - 60), /ends too early/],
    ['zeros', Buffer.alloc(4096), /is empty/],
    ['long header', Buffer.concat([Buffer.from('ffffffffffffff7f', 'hex'), good]), /does not begin/],
  ];
  for (const [name, bytes, text] of cases) {
    const file = join(root, `${name}.arrow`);
    writeFileSync(file, bytes);
    await assert.rejects(rowsOf('arrow', { train: [file] }), (error) => error instanceof AssayError && error.code === 'broken-data' && error.place.file === file && text.test(error.message), name);
  }
});

/** What headers claim is for the reader process to survive: test/reader/hostile-data.system.test.ts. */
test('every byte of the columns changed in turn gives rows or a refusal by name', async () => {
  const good = readFileSync(join(fixtures, 'stream.arrow'));
  const file = join(root, 'changed.arrow');
  const { handle, size } = await openPlain(join(fixtures, 'stream.arrow'));
  const places: number[] = [];
  let end = 0;
  for await (const { header, body } of arrowMessages(handle, size)) {
    const { length } = await body();
    for (let at = 0; at < length; at++) places.push(end + header.length + at);
    end += header.length + length;
  }
  await handle.close();
  assert.ok(places.length > 2000);
  for (const at of places.filter((_, index) => index % 3 === 0)) {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 0xc1;
    writeFileSync(file, bytes);
    try {
      await loadSplit(source('arrow', { train: [file] }), 'train', 40);
    } catch (error) {
      assert.ok(error instanceof AssayError && error.code === 'broken-data', `byte ${at}: ${String(error)}`);
    }
  }
});
