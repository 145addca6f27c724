/** Rows of large splits: limits, cancel, spool files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { readRows, readRowsInto, type Rows } from '../../src/dataset/rows';
import { Intake } from '../../src/dataset/intake';
import { readParquet } from '../../src/dataset/parquet';
import { adoptRows, RowStore } from '../../src/dataset/row-store';
import { AssayError } from '../../src/protocol/errors';

const root = mkdtempSync(join(tmpdir(), 'assay-rows-test-'));
const spools = join(root, 'tmp');
const earlier = process.env['TMPDIR'];
before(() => {
  mkdirSync(spools);
  process.env['TMPDIR'] = spools;
});
after(() => {
  if (earlier === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = earlier;
  rmSync(root, { recursive: true });
});

const never = new AbortController().signal;
const PARQUET = join(__dirname, '../fixtures/dataset/parquet');

function source(path: string, files: readonly string[], kwargs: DatasetSource['kwargs'] = {}): DatasetSource {
  return { path, name: null, dataFiles: { test: files.map((file) => join(root, file)) }, kwargs, base: root };
}

function write(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return name;
}

async function taken(rows: Promise<Rows>): Promise<[values: unknown[], available: number]> {
  const read = await rows;
  const values = Array.from({ length: read.length }, (_, index) => [...read.at(index).values()][0]);
  read.close();
  return [values, read.available];
}

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${JSON.stringify({ a: index })}\n`).join('');

test('a limit ends the reading; the rows there are stay known, in every format', async () => {
  write('rows.jsonl', lines(30));
  write('more.jsonl', `\n${lines(5)}\n`);
  write('rows.csv', `a\n${Array.from({ length: 30 }, (_, index) => `${index}\n`).join('')}`);
  write('rows.txt', Array.from({ length: 30 }, (_, index) => `l${index}\n`).join(''));
  const first = (path: string, files: readonly string[], limit: number | null): Promise<[unknown[], number]> =>
    taken(readRows(source(path, files), 'test', { limit, signal: never }));
  assert.deepEqual(await first('json', ['rows.jsonl', 'more.jsonl'], 3), [[0n, 1n, 2n], 35]);
  assert.deepEqual(await first('json', ['rows.jsonl', 'more.jsonl'], 0.1), [[0n, 1n, 2n, 3n], 35]);
  assert.deepEqual(await first('csv', ['rows.csv'], 2.7), [[0n, 1n], 30]);
  assert.deepEqual(await first('csv', ['rows.csv'], 0.05), [[0n, 1n], 30]);
  assert.deepEqual(await first('text', ['rows.txt', 'rows.txt'], 2), [['l0', 'l1'], 60]);
  assert.equal((await first('text', ['rows.txt'], 0))[0].length, 30);
  assert.equal((await first('json', ['rows.jsonl'], 500))[0].length, 30);
  const parquet = readRows({ ...source('parquet', []), dataFiles: { test: [join(PARQUET, 'kinds.parquet')] } }, 'test', { limit: 1, signal: never });
  assert.deepEqual(await taken(parquet), [[1n], 3]);
});

test('what lies behind the limit is not parsed, and still decides types where it is in the first chunk', async () => {
  write('late.jsonl', `{"a": 1}\n{"a": 2.5}\n${'{"a": 3}\n'.repeat(20)}broken\n`);
  const cut = await taken(readRows(source('json', ['late.jsonl'], { chunksize: 40n }), 'test', { limit: 1, signal: never }));
  assert.deepEqual(cut, [[1], 23]);
  await assert.rejects(readRows(source('json', ['late.jsonl']), 'test', { limit: null, signal: never }), (error) => error instanceof AssayError && error.place.line === 23);
});

test('a large split lies in a file that only this process sees', async () => {
  const text = 'é'.repeat(200);
  write('large.jsonl', Array.from({ length: 60_000 }, (_, index) => `${JSON.stringify({ i: index, text: text + index })}\n`).join(''));
  const rows = await readRows(source('json', ['large.jsonl']), 'test', { limit: null, signal: never });
  assert.equal(rows.length, 60_000);
  assert.deepEqual(rows.columns, ['i', 'text']);
  for (const index of [0, 59_999, 1, 2, 3, 31_234, 31_235, 5, 31_236]) assert.deepEqual([...rows.at(index)], [['i', BigInt(index)], ['text', text + index]]);
  for (let index = 0; index < rows.length; index++) assert.equal(rows.at(index).get('i'), BigInt(index));
  assert.throws(() => rows.at(60_000), RangeError);
  assert.throws(() => rows.at(-1), RangeError);
  rows.close();
  rows.close();
  assert.deepEqual(readdirSync(spools), []);
});

test('rows that are said ahead are the same, in any order, and rows between them and very long ones too', async () => {
  const long = 9 << 20;
  const textOf = (index: number): string => (index === 777 ? 'y'.repeat(long) : 'z'.repeat(index % 4000));
  write('ahead.jsonl', Array.from({ length: 6_000 }, (_, index) => `${JSON.stringify({ i: index, text: textOf(index) })}\n`).join(''));
  const rows = await readRows(source('json', ['ahead.jsonl']), 'test', { limit: null, signal: never });
  // 7919 is prime: every row once, far from the last.
  const order = Array.from({ length: 6_000 }, (_, place) => (place * 7919) % 6_000);
  let ahead = 0;
  let times = 0;
  for (const [place, index] of order.entries()) {
    if (place === ahead) {
      const more = rows.ahead(order, place);
      assert.ok(more >= 1);
      ahead += more;
      times++;
    }
    const row = rows.at(index);
    assert.equal(row.get('i'), BigInt(index));
    assert.equal(row.get('text'), textOf(index));
    if (place % 500 === 0) assert.equal(rows.at(5_999 - index).get('text'), textOf(5_999 - index));
  }
  assert.equal(ahead, 6_000);
  assert.ok(times > 1 && times < 10, `${times} times`);
  rows.close();
});

test('equal rows have one digest, whatever the format; another type has another', async () => {
  write('one.jsonl', '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n');
  write('two.csv', 'a,b\n1,x\n2,y\n');
  write('float.jsonl', '{"a": 1.0, "b": "x"}\n{"a": 2.0, "b": "y"}\n');
  const digest = async (path: string, file: string, limit: number | null = null): Promise<string> => {
    const rows = await readRows(source(path, [file]), 'test', { limit, signal: never });
    rows.close();
    return rows.digest;
  };
  const expected = await digest('json', 'one.jsonl');
  assert.match(expected, /^[0-9a-f]{64}$/);
  assert.equal(await digest('csv', 'two.csv'), expected);
  assert.equal(await digest('json', 'one.jsonl', 5), expected);
  assert.notEqual(await digest('json', 'float.jsonl'), expected);
  assert.notEqual(await digest('json', 'one.jsonl', 1), expected);
});

test('rows that another process wrote are the same rows, and their file goes', async () => {
  write('hand.jsonl', lines(4_000));
  const file = join(spools, 'handed');
  const stored = await readRowsInto(file, source('json', ['hand.jsonl']), 'test', { limit: 3_000, signal: never });
  const rows = adoptRows(file, structuredClone(stored));
  assert.deepEqual(readdirSync(spools), []);
  const here = await readRows(source('json', ['hand.jsonl']), 'test', { limit: 3_000, signal: never });
  assert.equal(rows.digest, here.digest);
  assert.equal(rows.available, 4_000);
  assert.deepEqual([rows.at(2_999), rows.at(0)], [here.at(2_999), here.at(0)]);
  rows.close();
});

test('rows behind the limit are counted over pieces of the file, blank lines are none', async () => {
  const text = `${JSON.stringify({ text: 'x'.repeat(1000) })}\n`;
  write('count.jsonl', `${text.repeat(12_000)}\n \n${text.repeat(3_000)}{"text": "last"}`);
  const [values, available] = await taken(readRows(source('json', ['count.jsonl', 'count.jsonl']), 'test', { limit: 1, signal: never }));
  assert.deepEqual([values.length, available], [1, 30_002]);
});

test('a large row group is decoded in parts where it has an index of its pages', async () => {
  const file = join(PARQUET, 'page_index_groups.parquet');
  const whole = await readRows({ ...source('parquet', []), dataFiles: { test: [file] } }, 'test', { limit: null, signal: never });
  for (const rows of [1, 7, 1000]) {
    const store = new RowStore();
    const intake = new Intake(store, Infinity, { signal: never });
    await readParquet(file, null, intake, { bytes: 0, rows });
    assert.deepEqual([intake.available, store.rows(0).digest], [whole.length, whole.digest], String(rows));
  }
});

test('a cancel is heard while rows are read, and nothing is left behind', async () => {
  write('long.jsonl', `${JSON.stringify({ text: 'x'.repeat(300) })}\n`.repeat(200_000));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(readRows(source('json', ['long.jsonl']), 'test', { limit: null, signal: controller.signal }), { name: 'AbortError' });
  assert.deepEqual(readdirSync(spools), []);
});

test('a text file is one document of many MB; line ends of any kind fall on any piece', async () => {
  const text = 'word\r\nnext\rline\n'.repeat(400_000);
  write('document.txt', text);
  const rows = await readRows(source('text', ['document.txt'], { sample_by: 'document' }), 'test', { limit: null, signal: never });
  assert.equal(rows.at(0).get('text'), text.replace(/\r\n?/g, '\n'));
  rows.close();
  const byLine = await readRows(source('text', ['document.txt']), 'test', { limit: null, signal: never });
  assert.equal(byLine.length, 1_200_000);
  assert.deepEqual([byLine.at(1_199_997), byLine.at(1_199_999)].map((row) => row.get('text')), ['word', 'line']);
  byLine.close();
});
