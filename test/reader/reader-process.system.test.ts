import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { readRows } from '../../src/dataset/rows';
import type { Budget } from '../../src/processes/answering-process';
import { AssayError } from '../../src/protocol/errors';
import { ReaderProcess, type ReaderOptions } from '../../src/reader/client';
import { builtReader } from './built-reader';

const root = mkdtempSync(join(tmpdir(), 'assay-reading-'));
const spools = join(root, 'tmp');
const earlier = process.env['TMPDIR'];
/** Files of these names make the process misbehave when it reads them. */
const MISCHIEF = `
const { open } = require('node:fs/promises');
const promises = require('node:fs/promises');
const plain = promises.open;
promises.open = async (file, ...rest) => {
  if (file.endsWith('endless.jsonl')) for (;;);
  if (file.endsWith('exit.jsonl')) process.exit(3);
  if (file.endsWith('heap.jsonl')) for (const hold = [];;) hold.push(Array.from({ length: 1000 }, () => ({})));
  if (file.endsWith('buffers.jsonl')) for (const hold = [];;) hold.push(Buffer.alloc(8 << 20, 1));
  if (file.endsWith('slow.jsonl')) await new Promise((resolve) => setTimeout(resolve, 600000));
  return plain(file, ...rest);
};
`;
let built: { script: string; remove: () => void };
const readers: ReaderProcess[] = [];

before(async () => {
  built = await builtReader(MISCHIEF);
  mkdirSync(spools);
  process.env['TMPDIR'] = spools;
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  assert.deepEqual(readdirSync(spools), []);
});
after(() => {
  if (earlier === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = earlier;
  built.remove();
  rmSync(root, { recursive: true });
});

function reader(options: Partial<ReaderOptions> = {}): ReaderProcess {
  const made = new ReaderProcess({ script: built.script, ...options });
  readers.push(made);
  return made;
}

function source(file: string, kwargs: DatasetSource['kwargs'] = {}): DatasetSource {
  return { path: 'json', name: null, dataFiles: { test: [join(root, file)] }, kwargs, base: root };
}

function write(name: string, text = '{"a": 1}\n{"a": 2}\n'): DatasetSource {
  writeFileSync(join(root, name), text);
  return source(name);
}

const never = new AbortController().signal;
const all = { limit: null, signal: never };

function fails(code: string, file: string) {
  return (error: unknown): boolean => error instanceof AssayError && error.code === code && error.place.file === join(root, file);
}

test('rows read in another process are those read here', async () => {
  const data = write('rows.jsonl', Array.from({ length: 3000 }, (_, index) => `${JSON.stringify({ i: index, t: `é${index}`, f: 1.5, l: [index, null] })}\n`).join(''));
  const [there, here] = [await reader().readRows(data, 'test', { limit: 2500, signal: never }), await readRows(data, 'test', { limit: 2500, signal: never })];
  assert.deepEqual([there.columns, there.length, there.available, there.digest], [here.columns, 2500, 3000, here.digest]);
  for (const index of [0, 2499, 17]) assert.deepEqual(there.at(index), here.at(index));
  there.close();
});

test('errors of data keep their code, their file and their line', async () => {
  const one = reader();
  await assert.rejects(one.readRows(source('missing.jsonl'), 'test', all), fails('missing-file', 'missing.jsonl'));
  write('broken.jsonl', '{"a": 1}\n{\n');
  await assert.rejects(one.readRows(source('broken.jsonl'), 'test', all), (error) => error instanceof AssayError && error.code === 'broken-data' && error.place.line === 2);
  assert.equal((await one.readRows(write('fine.jsonl'), 'test', all)).length, 2);
});

test('a process that ends, or takes too much memory of either kind, costs its own request', async () => {
  const one = reader({ megabytes: 300 });
  for (const name of ['exit.jsonl', 'heap.jsonl', 'buffers.jsonl']) {
    const [dying, next] = [one.readRows(write(name), 'test', all), one.readRows(write('fine.jsonl'), 'test', all)];
    await assert.rejects(dying, fails('reader-died', name), name);
    assert.equal((await next).length, 2);
  }
});

test('a request that takes too long is ended, also one that never comes back to its event loop', async () => {
  const one = reader();
  const ask = (name: string, budget: Budget): Promise<unknown> => {
    const params = { source: write(name), split: 'test', limit: null, into: join(spools, name) };
    return one.ask('rows', params, { budget, file: 'elsewhere' });
  };
  // However long the process takes to start: only what follows its first word is timed.
  await assert.rejects(ask('endless.jsonl', { first: 300, silence: 1.5 }), fails('took-too-long', 'endless.jsonl'));
  (await one.readRows(write('fine.jsonl'), 'test', all)).close();
  await assert.rejects(ask('slow.jsonl', { total: 5 }), fails('took-too-long', 'slow.jsonl'));
  assert.equal((await one.readRows(write('fine.jsonl'), 'test', all)).length, 2);
});

test('a cancel ends what is read and what waits, with the reason of the signal', async () => {
  const one = reader();
  const controller = new AbortController();
  const waits = ['endless.jsonl', 'fine.jsonl'].map((name) => one.readRows(write(name), 'test', { limit: null, signal: controller.signal }));
  const other = one.readRows(write('fine.jsonl'), 'test', all);
  controller.abort();
  for (const wait of waits) await assert.rejects(wait, { name: 'AbortError' });
  assert.equal((await other).length, 2);
});

test('after a close nothing is read', async () => {
  const one = reader();
  await one.readRows(write('fine.jsonl'), 'test', all);
  await one.close();
  await assert.rejects(one.readRows(write('fine.jsonl'), 'test', all), fails('reader-died', 'fine.jsonl'));
});

test('a reader that has nothing to do does not keep its parent, and goes with it', async () => {
  write('fine.jsonl');
  const parent = join(root, 'parent.ts');
  const client = JSON.stringify(join(__dirname, '../../src/reader/client'));
  writeFileSync(parent, `
    import { ReaderProcess } from ${client};
    const reader = new ReaderProcess({ script: ${JSON.stringify(built.script)} });
    void reader.readRows(${JSON.stringify(source('fine.jsonl'))}, 'test', { limit: null, signal: new AbortController().signal }).then((rows) => console.log(rows.length));
  `);
  const child = spawn(process.execPath, ['--import', 'tsx', parent], { cwd: join(__dirname, '../..'), env: { ...process.env, TMPDIR: root }, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.deepEqual([code, said], [0, '2\n']);
});

test('columns are told as in this process, and a file that kills costs its own question', async () => {
  const { columns } = reader();
  const sound = write('columns.jsonl', '{"a": 1, "b": "text"}\n');
  assert.deepEqual([await columns.names(sound, 'test'), await columns.kinds(sound, 'test')], [['a', 'b'], [{ name: 'a', isText: false }, { name: 'b', isText: true }]]);
  const dead = await columns.names(write('exit.jsonl'), 'test').then(() => null, AssayError.from);
  assert.deepEqual([dead?.code, dead?.place.file], ['reader-died', join(root, 'exit.jsonl')]);
  assert.deepEqual(await columns.names(sound, 'test'), ['a', 'b']);
});
