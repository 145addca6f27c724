/** Options of dataset_kwargs: honoured as pandas and datasets do, or refused by name. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { optionProblems } from '../../src/dataset/option-check';
import { AssayError } from '../../src/protocol/errors';
import type { PyValue } from '../../src/python/value';
import { loadSplit } from './load-split';

const root = mkdtempSync(join(tmpdir(), 'assay-options-'));
after(() => rmSync(root, { recursive: true }));

function source(path: string, content: string | Buffer, kwargs: DatasetSource['kwargs']): DatasetSource {
  writeFileSync(join(root, 'file'), content);
  return { path, name: null, dataFiles: { test: [join(root, 'file')] }, kwargs, base: root };
}

async function rows(path: string, content: string | Buffer, kwargs: DatasetSource['kwargs']): Promise<PyValue[][]> {
  const docs = await loadSplit(source(path, content, kwargs), 'test');
  return [[...(docs[0]?.keys() ?? [])], ...docs.map((doc) => [...doc.values()])];
}

test('an option that no reader has, or that cannot be honoured, is refused by its name', async () => {
  const cases: [path: string, kwargs: DatasetSource['kwargs'], code: string, key: string][] = [
    ['csv', { quoting: 2n }, 'unsupported-data-option', 'quoting'],
    ['csv', { escapechar: '\\' }, 'unsupported-data-option', 'escapechar'],
    ['csv', { skipinitialspace: true }, 'unsupported-data-option', 'skipinitialspace'],
    ['csv', { sep: '\\s+' }, 'unsupported-data-option', 'sep'],
    ['csv', { thousands: ',' }, 'unsupported-data-option', 'thousands'],
    ['csv', { skiprows: [1n] }, 'unsupported-data-option', 'skiprows'],
    ['csv', { seperator: ';' }, 'unknown-data-option', 'seperator'],
    ['csv', { field: 'data' }, 'unknown-data-option', 'field'],
    ['csv', { encoding: 'klingon' }, 'unsupported-data-option', 'encoding'],
    ['json', { feild: 'data' }, 'unknown-data-option', 'feild'],
    ['json', { features: new Map() }, 'unsupported-data-option', 'features'],
    ['json', { encoding_errors: 'ignore' }, 'unsupported-data-option', 'encoding_errors'],
    ['text', { sample_by: 'sentence' }, 'unsupported-data-option', 'sample_by'],
    ['parquet', { filters: [['a', '==', 1n]] }, 'unsupported-data-option', 'filters'],
    ['json', { constructor: 'x' }, 'unknown-data-option', 'constructor'],
  ];
  for (const [path, kwargs, code, key] of cases) {
    const data = source(path, '{"a": 1}\n', kwargs);
    const problems = await optionProblems(data);
    assert.deepEqual(problems.map((problem) => [problem.code, problem.key]), [[code, key]], key);
    await assert.rejects(loadSplit(data, 'test'), (error) => error instanceof AssayError && error.code === code && error.message.includes(key), key);
  }
});

test('options of load_dataset that change no rows, and those that say the default, are fine', async () => {
  const kwargs = { trust_remote_code: true, revision: 'main', cache_dir: '/x', streaming: false, quoting: 0n, escapechar: null, skipinitialspace: false, on_bad_lines: 'error', header: 'infer' };
  assert.deepEqual(await optionProblems(source('csv', 'a\n1\n', kwargs)), []);
  assert.deepEqual(await rows('csv', 'a\n1\n', kwargs), [['a'], [1n]]);
  assert.match((await optionProblems(source('csv', 'a\n1\n', { seperator: ';', sepp: ';' })))[1]?.args['hint'] as string, /"sep"/);
});

test('csv: header, quoting, comment, on_bad_lines, nrows', async () => {
  assert.deepEqual(await rows('csv', '1,x\n2,y\n', { header: null }), [['0', '1'], [1n, 'x'], [2n, 'y']]);
  assert.deepEqual(await rows('csv', 'a,b\n2,y\n', { header: 0n, names: ['n', 't'] }), [['n', 't'], [2n, 'y']]);
  assert.deepEqual(await rows('csv', 'a,b\n"x,y"\n', { quoting: 3n }), [['a', 'b'], ['"x', 'y"']]);
  assert.deepEqual(await rows('csv', 'a,b\n# all of it\n1,x # the rest\n2,y\n', { comment: '#' }), [['a', 'b'], [1n, 'x '], [2n, 'y']]);
  assert.deepEqual(await rows('csv', 'a,b\n1,x\n1,2,3\n2,y\n', { on_bad_lines: 'skip' }), [['a', 'b'], [1n, 'x'], [2n, 'y']]);
  assert.deepEqual(await rows('csv', 'a\n1\n2\n3\n', { nrows: 2n }), [['a'], [1n], [2n]]);
});

test('encodings: UTF-16 by mark or by name, cp1252, what is not in them', async () => {
  const text = 'a,b\n1,é漢😀\n';
  const wanted = [['a', 'b'], [1n, 'é漢😀']];
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(text, 'utf16le').swap16();
  assert.deepEqual(await rows('csv', Buffer.concat([Buffer.of(0xff, 0xfe), little]), { encoding: 'utf-16' }), wanted);
  assert.deepEqual(await rows('csv', Buffer.concat([Buffer.of(0xfe, 0xff), big]), { encoding: 'UTF16' }), wanted);
  assert.deepEqual(await rows('csv', big, { encoding: 'utf_16_be' }), wanted);
  assert.deepEqual(await rows('csv', little, { encoding: 'utf-16-le' }), wanted);
  assert.deepEqual(await rows('text', Buffer.from([0x80, 0x94, 0xe9]), { encoding: 'cp1252' }), [['text'], ['€”é']]);
  assert.deepEqual(await rows('json', Buffer.from('{"a": "\xe9"}\n', 'latin1'), { encoding: 'windows-1252' }), [['a'], ['é']]);
  await assert.rejects(rows('text', Buffer.from([0x61, 0x0a, 0x81]), { encoding: 'cp1252' }), (error) => error instanceof AssayError && error.place.line === 2 && /0x81 at position 2/.test(error.message));
  await assert.rejects(rows('text', little.subarray(1), { encoding: 'utf-16-le' }), (error) => error instanceof AssayError && error.code === 'broken-data');
});

test('bytes that are no UTF-8 are found wherever they lie, with line and position', async () => {
  const good = 'é漢😀\n'.repeat(60_000);
  for (const cut of [0, 1, 4096, 262_143, 262_144, 300_001]) {
    const head = Buffer.from(good).subarray(0, cut);
    const whole = head.subarray(0, head.lastIndexOf(10) + 1);
    const bytes = Buffer.concat([whole, Buffer.from([0x61, 0xe9, 0x62]), Buffer.from(good)]);
    await assert.rejects(rows('text', bytes, {}), (error) =>
      error instanceof AssayError && error.message.includes(`byte 0xe9 at position ${whole.length + 1}.`) && error.place.line === whole.length / 10 + 1, String(cut));
  }
  assert.equal((await rows('text', good, {})).length, 60_001);
});

test('json columns of mixed kinds: texts that are JSON are what they say', async () => {
  const lines = (...values: string[]): string => values.map((value) => `{"x": ${value}}\n`).join('');
  const mixed = async (...values: string[]): Promise<PyValue[]> => (await rows('json', lines(...values), {})).slice(1).map(([value]) => value ?? null);
  assert.deepEqual(await mixed('0', '"1"', '2'), [0n, 1n, 2n]);
  assert.deepEqual(
    await mixed('0', '"true"', '"null"', '"[1, 2]"', '"05"', '"1e3"', '"  7  "', '"7 apples"', '"True"', '"NaN"', '""', '"-3"', '"{\\"a\\": 1}"', '"\\"q\\""', '"1.5"', '"1."', '"{1"'),
    [0n, true, null, [1n, 2n], 5n, 1000, 7n, '7 apples', 'True', null, '', -3n, new Map([['a', 1n]]), 'q', 1.5, 1, '{1'],
  );
  assert.deepEqual(await mixed('"1"', '"true"', '"[1]"'), ['1', 'true', '[1]']);
  assert.deepEqual(await mixed('[1, "2"]', '["x"]'), [[1n, 2n], ['x']]);
  assert.deepEqual(await mixed('{"a": "1", "b": "1"}', '{"a": 2, "b": "x"}'), [new Map<PyValue, PyValue>([['a', 1n], ['b', '1']]), new Map<PyValue, PyValue>([['a', 2n], ['b', 'x']])]);
  assert.deepEqual(await mixed('["1"]', '2'), [['1'], 2n]);
});

test('json objects not one a line are rows', async () => {
  const values = async (text: string): Promise<PyValue[]> => (await rows('json', text, {})).slice(1).map(([value]) => value ?? null);
  assert.deepEqual(await values('{"a": 1} {"a": 2}\n{"a": 3}{"a": 4}'), [1n, 2n, 3n, 4n]);
  assert.deepEqual(await values('{\n  "a": 1\n}\n{\n  "a": 2\n}\n'), [1n, 2n]);
  assert.deepEqual(await values('{"a": "}{"\n} {"a":\n\n"\\"]"}{"a": "x"}'), ['}{', '"]', 'x']);
  await assert.rejects(values('{"a": 1}\n{"a":\n 2,\n'), (error) => error instanceof AssayError && error.place.line === 2);
  await assert.rejects(values('{"a": 1}\n{"a":\n 2,\n,}\n'), (error) => error instanceof AssayError && error.place.line === 4);
});
