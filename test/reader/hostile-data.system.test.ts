/** Data files made to hurt: each ends in an error of its own task, and the reader goes on. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { newSpoolPath, removeSpool } from '../../src/dataset/spool';
import { AssayError } from '../../src/protocol/errors';
import { ReaderProcess } from '../../src/reader/client';
import { zstdRepeated, zstdStored } from '../dataset/packed';
import { builtReader } from './built-reader';

const root = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
const fixtures = join(__dirname, '../fixtures/dataset');
let built: { script: string; remove: () => void };
let reader: ReaderProcess;

before(async () => {
  built = await builtReader();
  reader = new ReaderProcess({ script: built.script, megabytes: 500 });
});
after(async () => {
  await reader.close();
  built.remove();
  rmSync(root, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(root, name), content);
  return name;
}

/** The code and text of what becomes of a split; null where it has rows. */
async function fate(path: string, file: string, kwargs: DatasetSource['kwargs'] = {}): Promise<{ code: string; message: string } | null> {
  const into = newSpoolPath();
  const source: DatasetSource = { path, name: null, dataFiles: { test: [join(root, file)] }, kwargs, base: root };
  try {
    await reader.ask('rows', { source, split: 'test', limit: null, into }, { budget: { silence: 5 }, file: join(root, file) });
    return null;
  } catch (error) {
    assert.ok(error instanceof AssayError, String(error));
    return { code: error.code, message: error.message };
  } finally {
    removeSpool(into);
  }
}

async function broken(path: string, file: string, text: RegExp, kwargs: DatasetSource['kwargs'] = {}): Promise<void> {
  const found = await fate(path, file, kwargs);
  assert.equal(found?.code, 'broken-data', `${file}: ${found?.code ?? 'rows'} ${found?.message ?? ''}`);
  assert.match(found.message, text, file);
}

test('what is not a plain file is refused before a byte is read', { skip: process.platform === 'win32' && 'no such files' }, async () => {
  symlinkSync('/dev/zero', join(root, 'zero'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  mkdirSync(join(root, 'folder'));
  for (const name of ['zero', 'fifo', 'folder']) for (const path of ['json', 'csv', 'text', 'parquet']) await broken(path, name, /not a plain file/);
});

test('a packed file that unpacks to far too much', async () => {
  const packed = gzipSync(Buffer.alloc(100 << 20, 'a'));
  write('bomb.txt.gz', packed);
  write('bomb.jsonl.gz', packed);
  await broken('text', 'bomb.txt.gz', /unpacks to more than/);
  await broken('json', 'bomb.jsonl.gz', /unpacks to more than/);
  write('torn.txt.gz', gzipSync('x\n'.repeat(5000)).subarray(0, 30));
  await broken('text', 'torn.txt.gz', /gzip/);
  write('bomb.txt.zst', zstdRepeated(0x61, 1000));
  await broken('text', 'bomb.txt.zst', /unpacks to more than/);
  write('torn.txt.zst', zstdStored(Buffer.from('one\ntwo\n')).subarray(0, 12));
  await broken('text', 'torn.txt.zst', /zstd/);
});

test('a clone without its large files', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';
  for (const [path, name] of [['parquet', 'p.parquet'], ['json', 'p.jsonl'], ['csv', 'p.csv']] as const) await broken(path, write(name, pointer), /Git LFS/);
});

test('texts that cost more than their length', async () => {
  write('digits.csv', `a\n${'1'.repeat(300_000)}x\n`);
  assert.equal(await fate('csv', 'digits.csv'), null);
  write('number.csv', `a\n${'1'.repeat(300_000)}\n`);
  await broken('csv', 'number.csv', /64 bits/);
  write('mixed.jsonl', `{"a": 1}\n{"a": "${' '.repeat(300_000)}-${' '.repeat(300_000)}x"}\n{"a": "${'1'.repeat(300_000)}"}\n`);
  assert.equal(await fate('json', 'mixed.jsonl'), null);
  write('names.csv', `${','.repeat(40_000)}\n1\n`);
  assert.equal(await fate('csv', 'names.csv'), null);
  await broken('json', write('deep.jsonl', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n`), /Nested too deeply/);
  await broken('json', write('deep.json', `${'['.repeat(200_000)}${']'.repeat(200_000)}`), /Nested too deeply/);
});

test('tables far larger than their files', async () => {
  await broken('json', write('keys.jsonl', Array.from({ length: 20_000 }, (_, index) => `{"k${index}": 1}\n`).join('')), /too many at once/);
  await broken('csv', write('wide.csv', `${'a,'.repeat(30_000)}b\n${'1\n'.repeat(5_000)}`), /too many at once/);
  write('open.csv', `a,b\n1,"${'x'.repeat(2 << 20)}`);
  await broken('csv', 'open.csv', /Quote Not Closed/i);
});

test('patterns and folders that go round in circles', { skip: process.platform === 'win32' && 'links need a right there' }, async () => {
  mkdirSync(join(root, 'a'));
  symlinkSync('.', join(root, 'a', 'self'));
  write(`${'a'.repeat(200)}.jsonl`, '{"a": 1}\n');
  for (const pattern of ['a/**/x', `${'a*'.repeat(40)}b`]) assert.equal((await fate('json', pattern))?.code, 'missing-file', pattern);
});

test('an Arrow file whose header speaks of endless lists costs its own request', async () => {
  const bytes = readFileSync(join(fixtures, 'arrow', 'stream.arrow'));
  bytes[63] = (bytes[63] ?? 0) ^ 0x41;
  const found = await fate('arrow', write('endless.arrow', bytes));
  assert.ok(found !== null && ['broken-data', 'reader-died', 'took-too-long'].includes(found.code), found?.code);
  copyFileSync(join(fixtures, 'arrow', 'stream.arrow'), join(root, 'sound.arrow'));
  assert.equal(await fate('arrow', 'sound.arrow'), null);
});

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A few bytes changed, more often near the end, where Parquet has its footer. */
function damaged(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
    const span = random() < 0.5 ? copy.length : Math.min(copy.length, 1500);
    copy[copy.length - 1 - Math.floor(random() * span)] = Math.floor(random() * 256);
  }
  return copy;
}

test('damaged files of every format give rows or an error of their own', async () => {
  const random = randomFrom(20);
  const names = [
    ...readdirSync(join(fixtures, 'parquet')).map((name) => ['parquet', join(fixtures, 'parquet', name)] as const),
    ...['stream.arrow', 'file.arrow'].map((name) => ['arrow', join(fixtures, 'arrow', name)] as const),
    ...['basic', 'nested', 'dates', 'mixed_str_int'].map((name) => ['json', join(fixtures, 'infer', `${name}.jsonl`)] as const),
    ['json', join(fixtures, 'infer', 'array.json')] as const,
    ...['basic', 'quotes', 'floats'].map((name) => ['csv', join(fixtures, 'infer', `${name}.csv`)] as const),
  ];
  const packed = ['basic.csv', 'basic.jsonl'].map((name) => [name.endsWith('csv') ? 'csv' : 'json', `${name}.gz`, gzipSync(readFileSync(join(fixtures, 'infer', name)))] as const);
  const files = [...names.map(([path, file]) => [path, file.slice(file.lastIndexOf('.')), readFileSync(file)] as const), ...packed];
  const codes = new Map<string, number>();
  for (const [path, ending, bytes] of files) {
    for (let round = 0; round < 20; round++) {
      const found = await fate(path, write(`damaged-${round}${ending}`, damaged(bytes, random)));
      const code = found?.code ?? 'rows';
      codes.set(code, (codes.get(code) ?? 0) + 1);
      assert.ok(['rows', 'broken-data', 'reader-died', 'took-too-long'].includes(code), `${ending} ${round}: ${code} ${found?.message ?? ''}`);
    }
  }
  assert.ok((codes.get('broken-data') ?? 0) > 100, JSON.stringify([...codes]));
  copyFileSync(join(fixtures, 'infer', 'basic.jsonl'), join(root, 'sound.jsonl'));
  assert.equal(await fate('json', 'sound.jsonl'), null);
});
