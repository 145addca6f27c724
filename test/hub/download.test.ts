/** Downloads from a hub on this machine, into a cache of their own. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import type { DatasetSource } from '../../src/config/definition';
import { readRows } from '../../src/dataset/rows';
import { type DownloadStep, withDownloads } from '../../src/evaluator/downloads';
import { hubPerson } from '../../src/hub/person';
import type { DownloadPolicy } from '../../src/protocol/commands';
import { AssayError } from '../../src/protocol/errors';
import { cacheFolder, caches, hubSource } from './cached';
import { HubImitation, type HubRevision, refuse } from './imitation';

const NEW = 'c3'.repeat(20);
const OLD = '0f'.repeat(20);
const MADE = 'ab'.repeat(20);
const TOKEN = 'hf_aVerySecretToken';

const rows = (name: string, count: number): string => Array.from({ length: count }, (_, index) => `${JSON.stringify({ text: `${name} ${index}` })}\n`).join('');
const CARD = '---\nconfigs:\n- config_name: a\n  data_files: [{split: train, path: "a/train-*"}, {split: test, path: a/test.jsonl}]\n- config_name: b\n  default: true\n  data_files: b.jsonl\n---\n';
const FILES = { 'README.md': CARD, 'a/train-00000-of-00002.jsonl': rows('one', 200), 'a/train-00001-of-00002.jsonl': rows('two', 200), 'a/test.jsonl': rows('test', 3), 'b.jsonl': rows('b', 2) };
const MAIN: HubRevision = { commit: NEW, files: FILES };

const cache = cacheFolder();
let home = '';
let hub: HubImitation;
let undo = (): void => undefined;
let count = 0;
const waits: number[] = [];

beforeEach(async () => {
  home = join(cache.root, String(count++));
  hub = await HubImitation.start('acme/set', { main: MAIN });
  undo = caches({ HF_HOME: home });
  waits.length = 0;
});
afterEach(async () => {
  undo();
  await hub.close();
});
after(() => cache.remove());

type Options = { readonly policy?: DownloadPolicy; readonly permit?: () => Promise<boolean>; readonly environment?: Readonly<Record<string, string>>; readonly signal?: AbortSignal; readonly told?: (step: DownloadStep) => void };

async function fetched(source: DatasetSource, split: string, { policy = 'on', permit, environment = {}, signal = new AbortController().signal, told = () => undefined }: Options = {}): Promise<unknown[]> {
  const variables: Readonly<Record<string, string>> = { HF_HOME: home, HF_ENDPOINT: hub.endpoint, ...environment };
  const clock = {
    wait: (milliseconds: number) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
  };
  const access = { readVariable: (name: string) => Promise.resolve(variables[name]), permit: permit ?? (() => assert.fail('nobody is asked')), clock };
  const read = await withDownloads(readRows, { policy, access, signal, told })(source, split, { limit: null, signal });
  try {
    return Array.from({ length: read.length }, (_, index) => read.at(index).get('text'));
  } finally {
    read.close();
  }
}

const fails = (code: string, text = '') => (error: unknown): boolean => {
  assert.ok(error instanceof AssayError, String(error));
  assert.ok(!JSON.stringify(error.toJSON()).includes(TOKEN), 'a token in an error');
  assert.ok(!JSON.stringify(error.toJSON()).includes('Signature'), 'a signed address in an error');
  return error.code === code && error.message.includes(text);
};

const repository = (): string => join(home, 'hub/datasets--acme--set');
const blobs = (): string[] => readdirSync(join(repository(), 'blobs')).sort();

test('a split: its card and its files alone, in the layout of Python\'s libraries', async () => {
  const told: DownloadStep[] = [];
  const texts = await fetched(hubSource('acme/set', 'a'), 'train', { told: (step) => told.push(step) });
  assert.deepEqual([texts.length, texts[0], texts.at(-1)], [400, 'one 0', 'two 199']);
  assert.deepEqual(hub.downloads().filter((path) => path.startsWith('elsewhere')), ['elsewhere a/train-00000-of-00002.jsonl?Signature=secret', 'elsewhere a/train-00001-of-00002.jsonl?Signature=secret']);
  assert.equal(readFileSync(join(repository(), 'refs/main'), 'utf8'), NEW);
  const snapshot = join(repository(), 'snapshots', NEW);
  assert.deepEqual(readdirSync(snapshot).sort(), ['README.md', 'a']);
  const link = join(snapshot, 'a/train-00000-of-00002.jsonl');
  assert.match(readlinkSync(link), /^\.\.\/\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
  assert.match(readlinkSync(join(snapshot, 'README.md')), /^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
  assert.equal(readFileSync(link, 'utf8'), FILES['a/train-00000-of-00002.jsonl']);
  assert.ok(blobs().every((name) => /^[0-9a-f]{40,64}$/.test(name)), blobs().join());
  assert.ok(existsSync(join(home, 'hub/CACHEDIR.TAG')));
  const total = FILES['a/train-00000-of-00002.jsonl'].length + FILES['a/train-00001-of-00002.jsonl'].length;
  assert.deepEqual([told.at(-1)?.done, told.at(-1)?.total, told.at(-1)?.dataset], [total, total, 'acme/set']);
  // What is here is not asked for again; what is not, is.
  const before = hub.asked.length;
  await fetched(hubSource('acme/set', 'a'), 'train', { policy: 'on' });
  assert.equal(hub.asked.length, before);
  assert.equal((await fetched(hubSource('acme/set', 'a'), 'test')).length, 3);
  assert.deepEqual(await fetched(hubSource('acme/set'), 'train'), ['b 0', 'b 1']);
});

test('without links the snapshot holds the files themselves', async () => {
  await fetched(hubSource('acme/set'), 'train', { environment: { HF_HUB_DISABLE_SYMLINKS: '1' } });
  assert.ok(lstatSync(join(repository(), 'snapshots', NEW, 'b.jsonl')).isFile());
});

test('who is asked, and what is not asked for', async () => {
  const asked: number[] = [];
  const permit = (answer: boolean) => (): Promise<boolean> => {
    asked.push(hub.asked.length);
    return Promise.resolve(answer);
  };
  await assert.rejects(fetched(hubSource('acme/set'), 'train', { policy: 'off' }), fails('hub-data', '--download'));
  await assert.rejects(fetched(hubSource('acme/set'), 'train', { policy: 'ask', permit: permit(false) }), fails('hub-declined'));
  await assert.rejects(fetched(hubSource('acme/set'), 'train', { environment: { HF_HUB_OFFLINE: '1' } }), fails('hub-offline'));
  await assert.rejects(fetched(hubSource('acme/set'), 'train', { environment: { HF_DATASETS_OFFLINE: 'on' } }), fails('hub-offline'));
  const cancelled = new AbortController();
  await assert.rejects(fetched(hubSource('acme/set'), 'train', { policy: 'ask', permit: () => (cancelled.abort(), new Promise(() => undefined)), signal: cancelled.signal }), fails('cancelled'));
  assert.deepEqual([hub.asked.length, asked], [0, [0]]);
  assert.ok(!existsSync(home));
  assert.equal((await fetched(hubSource('acme/set'), 'train', { policy: 'ask', permit: permit(true) })).length, 2);
});

test('the token goes to the hub alone', async () => {
  hub.secret = TOKEN;
  await fetched(hubSource('acme/set', 'a'), 'train', { environment: { HF_TOKEN: `${TOKEN}\n` } });
  assert.ok(hub.asked.filter(({ server }) => server === 'hub').every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
  const elsewhere = hub.asked.filter(({ server }) => server === 'elsewhere');
  assert.ok(elsewhere.length === 2 && elsewhere.every(({ authorization }) => authorization === null));
});

test('the token of a file, and one that has ended where none is needed', async () => {
  mkdirSync(home);
  writeFileSync(join(home, 'token'), ` ${TOKEN}\r\n`);
  assert.equal((await hubPerson((name) => Promise.resolve(name === 'HF_HOME' ? home : undefined))).token, TOKEN);
  assert.equal((await hubPerson((name) => Promise.resolve({ HF_HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: 'yes' }[name]))).token, null);
  assert.equal((await hubPerson((name) => Promise.resolve({ HF_HOME: home, HF_TOKEN: 'hf_other' }[name]))).token, 'hf_other');
  await assert.rejects(hubPerson((name) => Promise.resolve(name === 'HF_ENDPOINT' ? 'https://me:secret@hub' : undefined)), fails('hub-address'));
  hub.fault = ({ authorization }, response) => {
    if (authorization === null) return false;
    refuse(response, 401, '', { 'x-error-message': 'Invalid credentials in Authorization header' });
    return true;
  };
  assert.equal((await fetched(hubSource('acme/set'), 'train')).length, 2);
});

test('what the hub refuses is said', async () => {
  const refusing = (status: number, code: string) => {
    hub.fault = (_asked, response) => (refuse(response, status, code, { 'x-error-message': `because of ${TOKEN}` }), true);
    return fetched(hubSource('acme/set'), 'train', { environment: { HF_TOKEN: TOKEN } });
  };
  await assert.rejects(refusing(401, 'RepoNotFound'), fails('hub-denied', 'HF_TOKEN'));
  await assert.rejects(refusing(403, ''), fails('hub-denied'));
  await assert.rejects(refusing(403, 'GatedRepo'), fails('hub-gated', `${hub.endpoint}/datasets/acme/set`));
  await assert.rejects(refusing(404, 'RepoNotFound'), fails('hub-denied'));
  await assert.rejects(refusing(410, ''), fails('hub-refused', 'status 410'));
  hub.fault = () => false;
  await assert.rejects(fetched(hubSource('acme/nothing'), 'train'), fails('hub-private', 'acme/nothing'));
  await assert.rejects(fetched(hubSource('acme/set', 'a', { kwargs: { revision: 'v9' } }), 'train'), fails('hub-no-revision', 'v9'));
  await assert.rejects(fetched(hubSource('acme/set', 'a', { kwargs: { revision: '../../../x' } }), 'train'), fails('hub-no-revision'));
  await assert.rejects(fetched(hubSource('acme/set', 'aa'), 'train'), fails('unknown-data-config', 'Did you mean "a"'));
  await assert.rejects(fetched(hubSource('acme/set', 'a'), 'tset'), fails('missing-split', 'Did you mean "test"'));
  assert.deepEqual(waits, []);
});

test('patience: 429 and 503 with what they ask for, errors and cut answers without', async () => {
  const faults: ((response: Parameters<typeof refuse>[0]) => void)[] = [
    (response) => refuse(response, 429, '', { 'retry-after': '7' }),
    (response) => refuse(response, 429, '', { ratelimit: '"resolvers";r=0;t=55' }),
    (response) => refuse(response, 503, ''),
    (response) => void response.destroy(),
  ];
  hub.fault = (_asked, response) => {
    const fault = faults.shift();
    fault?.(response);
    return fault !== undefined;
  };
  assert.equal((await fetched(hubSource('acme/set'), 'train')).length, 2);
  assert.deepEqual(waits, [8_000, 56_000, 4_000, 8_000]);
  hub.fault = (_asked, response) => (refuse(response, 503, ''), true);
  await assert.rejects(fetched(hubSource('acme/set', 'a'), 'test'), fails('hub-unreachable', 'status 503'));
  hub.fault = (_asked, response) => (refuse(response, 429, '', { 'retry-after': '3600' }), true);
  await assert.rejects(fetched(hubSource('acme/set', 'a'), 'test'), fails('hub-busy', '61 minutes'));
});

test('a file that is cut goes on where it ended, with a new signature where the old one has run out', async () => {
  let state = 'whole';
  hub.fault = ({ server, range }, response, bytes) => {
    if (server !== 'elsewhere' || bytes === null) return false;
    if (state === 'whole') {
      state = 'cut';
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
      return true;
    }
    if (state === 'cut') {
      assert.match(range ?? '', /^bytes=\d+-$/);
      state = 'signed anew';
      refuse(response, 403, '');
      return true;
    }
    return false;
  };
  assert.equal((await fetched(hubSource('acme/set', 'a'), 'train')).length, 400);
  const ranges = hub.asked.filter(({ server }) => server === 'elsewhere').map(({ range }) => range);
  assert.equal(ranges.length, 4);
  assert.ok(ranges[1] !== null && ranges[1] === ranges[2] && ranges[0] === null && ranges[3] === null, ranges.join());
});

test('a download that was given up goes on in the next run; a server that does not know ranges sends it whole', async () => {
  const stop = new AbortController();
  hub.fault = ({ server }, response, bytes) => {
    if (server !== 'elsewhere' || bytes === null) return false;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 2000));
    return true;
  };
  await assert.rejects(fetched(hubSource('acme/set', 'a'), 'train', { signal: stop.signal, told: ({ done }) => done > 0 && stop.abort() }), fails('cancelled'));
  assert.equal(blobs().filter((name) => name.endsWith('.assay.part')).length, 1);
  await assert.rejects(fetched(hubSource('acme/set', 'a'), 'train', { policy: 'off' }), fails('hub-incomplete'));
  hub.fault = ({ server, range }, response, bytes) => {
    if (server !== 'elsewhere' || bytes === null || range === null) return false;
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    return true;
  };
  const from = hub.asked.length;
  assert.equal((await fetched(hubSource('acme/set', 'a'), 'train')).length, 400);
  assert.match(hub.asked.slice(from).find(({ server }) => server === 'elsewhere')?.range ?? '', /^bytes=[1-9]\d*-$/);
  assert.ok(blobs().every((name) => !name.includes('part')), blobs().join());
});

test('what is not what it should be is fetched once more, and then refused; nothing of it stays', async () => {
  let wrong = 1;
  hub.fault = ({ server }, response, bytes) => {
    if (server !== 'elsewhere' || bytes === null || wrong-- <= 0) return false;
    const other = Buffer.from(bytes);
    other[10] = (other[10] ?? 0) ^ 1;
    response.writeHead(200, { 'content-length': other.length }).end(other);
    return true;
  };
  assert.equal((await fetched(hubSource('acme/set', 'a'), 'train')).length, 400);
  hub.fault = ({ url, method }, response) => {
    if (method !== 'GET' || !url.endsWith('b.jsonl')) return false;
    response.end(rows('c', 2));
    return true;
  };
  const before = blobs();
  await assert.rejects(fetched(hubSource('acme/set'), 'train'), fails('hub-corrupt', 'b.jsonl'));
  assert.deepEqual(blobs(), before);
});

test('a name without owner, pages of a listing, a listing that leads elsewhere', async () => {
  await hub.close();
  hub = await HubImitation.start('openai/gsm8k', { main: { commit: NEW, files: { 'README.md': '', 'train.jsonl': rows('q', 4), ...Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`other-${index}.md`, 'x'])) } } });
  hub.pageLength = 3;
  assert.equal((await fetched(hubSource('gsm8k'), 'train')).length, 4);
  assert.equal(hub.asked.filter(({ url }) => url.includes('/tree/')).length, 3);
  assert.ok(existsSync(join(home, 'hub/datasets--openai--gsm8k/snapshots', NEW, 'train.jsonl')));
  hub.fault = ({ url }, response) => {
    if (url.includes('/tree/')) response.setHeader('link', '<https://elsewhere.example/next>; rel="next"');
    return false;
  };
  hub.pageLength = 1000;
  home = join(cache.root, 'other');
  undo();
  undo = caches({ HF_HOME: home });
  await assert.rejects(fetched(hubSource('gsm8k'), 'train'), fails('hub-odd-answer', 'somewhere else'));
});

test('a program: the files that the hub made of it', async () => {
  hub.move('main', { commit: NEW, files: { 'README.md': '', 'set.py': 'import os' } });
  await assert.rejects(fetched(hubSource('acme/set', 'plain'), 'train'), fails('unsupported-data', 'program'));
  const parquet = readFileSync(join(__dirname, '../fixtures/dataset/parquet/hf_features.parquet'));
  hub.move('refs/convert/parquet', { commit: MADE, files: { 'default/train/0000.parquet': parquet, 'default/partial-test/0000.parquet': parquet } });
  await assert.rejects(fetched(hubSource('acme/set', 'plain'), 'train'), fails('unsupported-data', 'partial-test'));
  hub.move('refs/convert/parquet', { commit: OLD, files: { 'default/train/0000.parquet': parquet } });
  home = join(cache.root, 'program');
  undo();
  undo = caches({ HF_HOME: home });
  assert.ok((await fetched(hubSource('acme/set', 'plain'), 'train')).length > 0);
  assert.equal(readFileSync(join(repository(), 'refs/convert/parquet'), 'utf8'), OLD);
  assert.ok((await fetched(hubSource('acme/set', 'plain'), 'train', { policy: 'off' })).length > 0);
});

test('what a cache holds in part is made whole at its own commit', async () => {
  await fetched(hubSource('acme/set'), 'train');
  hub.move('main', { commit: OLD, files: { ...FILES, 'a/test.jsonl': rows('newer', 9) } });
  hub.move('kept', MAIN);
  assert.deepEqual(await fetched(hubSource('acme/set', 'a'), 'test'), ['test 0', 'test 1', 'test 2']);
  hub.move('kept', { commit: MADE, files: {} });
  assert.equal((await fetched(hubSource('acme/set', 'a'), 'train')).length, 400);
  assert.equal(readFileSync(join(repository(), 'refs/main'), 'utf8'), OLD);
});
