/** Rows as pyarrow 25, pandas 3 and datasets 5.0.1 gave them (test/fixtures/dataset/expected.json). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PyBytes } from '../../src/dataset/opaque';
import { AssayError } from '../../src/protocol/errors';
import { reprFloat } from '../../src/python/print';
import { PyOpaque, PyTuple, type Doc, type PyValue } from '../../src/python/value';
import { loadSplit } from './load-split';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type InferCase = {
  readonly builder: string;
  readonly data_files: readonly string[];
  readonly kwargs: Readonly<Record<string, Json>>;
  readonly rows?: Json;
  readonly error?: string;
  readonly message?: string;
};
type Expected = { readonly infer: Readonly<Record<string, InferCase>>; readonly parquet: Readonly<Record<string, Json>> };

const root = join(__dirname, '../fixtures/dataset');
const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Expected;

/** Where Assay reads what the reference refuses or spells otherwise, on purpose. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  json_duplicate_key: 'of equal keys the last counts, as in json.loads',
  csv_quotes: 'text after a closing quote keeps the quotes',
};

for (const [name, item] of Object.entries(expected.infer)) {
  test(`${name}${name in DIFFERENCES ? ` (known difference: ${DIFFERENCES[name]})` : ''}`, async () => {
    const kwargs = Object.fromEntries(Object.entries(item.kwargs).map(([key, value]) => [key, pyValue(value)]));
    const loading = load(item.builder, item.data_files.map((file) => join('infer', file)), kwargs);
    if (name in DIFFERENCES) {
      if (item.rows !== undefined) assert.notDeepEqual((await loading).map(shown), item.rows);
      else assert.ok((await loading).length > 0);
    } else if (item.rows === undefined) {
      await assert.rejects(loading, (error) => error instanceof AssayError && error.code === 'broken-data' && error.place.file?.startsWith(root) === true);
    } else {
      assertSame(await loading, item.rows);
    }
  });
}

for (const [file, rows] of Object.entries(expected.parquet)) {
  test(`parquet ${file}`, async () => {
    assertSame(await load('parquet', [join('parquet', file)], {}), rows);
  });
}

/** Columns in the same order, too. */
function assertSame(rows: readonly Doc[], wanted: Json): void {
  const got = rows.map(shown);
  assert.deepEqual(got, wanted);
  assert.equal(JSON.stringify(got), JSON.stringify(wanted));
}

function load(builder: string, files: readonly string[], kwargs: Readonly<Record<string, PyValue>>): Promise<readonly Doc[]> {
  return loadSplit({ path: builder, name: null, dataFiles: { train: files.map((file) => join(root, file)) }, kwargs, base: root }, 'train');
}

function pyValue(value: Json): PyValue {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(pyValue);
  if (value !== null && typeof value === 'object') throw new TypeError('no case has a mapping');
  return value;
}

const TAGS: Readonly<Record<string, string>> = { datetime: '$datetime', date: '$date', time: '$time', Decimal: '$decimal' };

/** The encoding of expected.json. */
function shown(value: PyValue | Doc): Json {
  if (value instanceof PyBytes) return { $bytes: Buffer.from(value.bytes).toString('hex') };
  if (value instanceof PyOpaque) return { [TAGS[value.typeName] ?? '$unknown']: value.str() };
  if (value instanceof PyTuple) return value.items.map(shown);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : { $int: value.toString() };
  if (typeof value === 'number') return { $float: reprFloat(value) };
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), shown(item)]));
  return value;
}
