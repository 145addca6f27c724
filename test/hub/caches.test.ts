/** Rows of the caches in test/fixtures/hub, as datasets 5.0.1 gave them offline. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { checkConfig } from '../../src/catalog/check';
import { columnsOf, splitNames } from '../../src/dataset/dataset';
import { hubPlaces } from '../../src/hub/places';
import { cachedIds, isRepositoryId } from '../../src/hub/repository-id';
import { AssayError } from '../../src/protocol/errors';
import { plainJson } from '../../src/python/plain-json';
import type { DatasetSource } from '../../src/config/definition';
import { loadSplit } from '../dataset/load-split';
import { cacheFolder, caches, fixtures, hubSource } from './cached';

type Split = { readonly num_rows: number; readonly first: unknown; readonly last: unknown };
const expected = (JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as { readonly datasets: Readonly<Record<string, Readonly<Record<string, Split>>>> }).datasets;
const MAIN = 'c3'.repeat(20);
const FIRST = '0f'.repeat(20);

const cache = cacheFolder();
const hub = cache.unpacked();
let undo = (): void => undefined;
afterEach(() => undo());
after(() => cache.remove());

function use(variables: Readonly<Record<string, string>>): void {
  undo = caches({ HF_HOME: join(cache.root, 'nowhere'), ...variables });
}

async function rowsOf(source: DatasetSource, split: string): Promise<unknown[]> {
  return (await loadSplit(source, split)).map((row) => plainJson(new Map(row)));
}

async function assertAsExpected(): Promise<void> {
  for (const [key, splits] of Object.entries(expected)) {
    if (key.startsWith('json')) continue;
    const [id = '', name = null] = key.split(':');
    for (const [split, { num_rows: count, first, last }] of Object.entries(splits)) {
      const rows = await rowsOf(hubSource(id, name), split);
      assert.deepEqual([rows.length, rows[0], rows.at(-1)], [count, first, last], `${key} ${split}`);
    }
  }
}

const fails = (code: string, text: string) => (error: unknown): boolean => error instanceof AssayError && error.code === code && error.message.includes(text);

test('the hub cache: links, several commits, splits by name of file', async () => {
  use({ HF_HUB_CACHE: hub });
  await assertAsExpected();
  assert.deepEqual(await columnsOf(hubSource('acme/mini-glue', 'sst2'), 'train', new AbortController().signal), ['sentence', 'label', 'idx']);
  assert.deepEqual(await splitNames(hubSource('acme/mini-glue')), ['train', 'validation']);
});

test('the cache of datasets: arrow files, the commit that the hub cache means', async () => {
  use({ HF_DATASETS_CACHE: join(fixtures, 'datasets') });
  await assertAsExpected();
  await assert.rejects(rowsOf(hubSource('acme/mini-glue'), 'train'), fails('missing-data-config', 'arc, sst2'));
  // The two commits of sst2 differ in their validation rows; the newest counts unless the hub cache says otherwise.
  const own = join(cache.root, 'datasets');
  cpSync(join(fixtures, 'datasets'), own, { recursive: true });
  const info = (commit: string): string => join(own, 'acme___mini-glue/sst2/0.0.0', commit, 'dataset_info.json');
  utimesSync(info(FIRST), 2_000_000_000, 2_000_000_000);
  use({ HF_DATASETS_CACHE: own });
  const newest = await rowsOf(hubSource('acme/mini-glue', 'sst2'), 'validation');
  const refs = join(cache.root, 'refs-only/datasets--acme--mini-glue');
  mkdirSync(join(refs, 'refs'), { recursive: true });
  mkdirSync(join(refs, 'snapshots', MAIN), { recursive: true });
  writeFileSync(join(refs, 'refs/main'), MAIN);
  use({ HF_DATASETS_CACHE: own, HF_HUB_CACHE: join(cache.root, 'refs-only') });
  const meant = await rowsOf(hubSource('acme/mini-glue', 'sst2'), 'validation');
  assert.notDeepEqual(newest, meant);
  assert.deepEqual(meant[0], expected['acme/mini-glue:sst2']?.['validation']?.first);
});

test('a cache without links, whose listing says what is missing', async () => {
  const copies = join(cache.root, 'copies');
  cpSync(join(fixtures, 'hub-copies'), copies, { recursive: true });
  use({ HF_HUB_CACHE: copies });
  assert.equal((await rowsOf(hubSource('acme/mini-glue', 'sst2'), 'train')).length, 12);
  const shard = join(copies, 'datasets--acme--mini-glue/snapshots', MAIN, 'sst2/train-00001-of-00002.parquet');
  unlinkSync(shard);
  await assert.rejects(rowsOf(hubSource('acme/mini-glue', 'sst2'), 'train'), fails('hub-incomplete', 'train-00001-of-00002.parquet'));
  assert.equal((await rowsOf(hubSource('acme/mini-glue', 'sst2'), 'validation')).length, 4);
  rmSync(join(copies, 'datasets--acme--mini-glue/trees'), { recursive: true });
  await assert.rejects(rowsOf(hubSource('acme/mini-glue', 'sst2'), 'train'), fails('hub-incomplete', 'train-00001-of-00002.parquet'));
  // What the hub cache lacks, that of datasets may hold.
  use({ HF_HUB_CACHE: copies, HF_DATASETS_CACHE: join(fixtures, 'datasets') });
  assert.equal((await rowsOf(hubSource('acme/mini-glue', 'sst2'), 'train')).length, 12);
});

test('commits, configs and splits that are not there', async () => {
  use({ HF_HUB_CACHE: hub });
  const at = (revision: string): Promise<unknown[]> => rowsOf(hubSource('acme/mini-glue', 'sst2', { kwargs: { revision } }), 'validation');
  assert.notDeepEqual(await at(FIRST), await at(MAIN));
  assert.deepEqual(await at('main'), await at(MAIN));
  await assert.rejects(at('v2'), fails('hub-data', 'acme/mini-glue'));
  await assert.rejects(rowsOf(hubSource('acme/mini-glue', 'sst'), 'train'), fails('unknown-data-config', 'Did you mean "sst2"'));
  await assert.rejects(rowsOf(hubSource('acme/mini-glue', 'sst2'), 'tset'), fails('missing-split', 'train, validation'));
  await assert.rejects(rowsOf(hubSource('acme/other'), 'train'), fails('hub-data', 'acme/other'));
  await assert.rejects(rowsOf(hubSource('acme/script-only'), 'train'), fails('hub-data', 'acme/script-only'));
});

test('a program whose Parquet files the hub made', async () => {
  const own = join(cache.root, 'converted');
  cpSync(hub, own, { recursive: true, verbatimSymlinks: true });
  const repository = join(own, 'datasets--acme--script-only');
  const made = 'ab'.repeat(20);
  mkdirSync(join(repository, 'refs/convert'), { recursive: true });
  writeFileSync(join(repository, 'refs/convert/parquet'), made);
  const split = join(repository, 'snapshots', made, 'default/train');
  mkdirSync(split, { recursive: true });
  cpSync(join(fixtures, '../dataset/parquet/codec_snappy.parquet'), join(split, '0000.parquet'));
  use({ HF_HUB_CACHE: own });
  const rows = await rowsOf(hubSource('acme/script-only', 'plain_text'), 'train');
  assert.ok(rows.length > 0);
  assert.deepEqual(await rowsOf(hubSource('acme/script-only'), 'train'), rows);
  mkdirSync(join(repository, 'snapshots', made, 'default/partial-test'));
  symlinkSync('../train/0000.parquet', join(repository, 'snapshots', made, 'default/partial-test/0000.parquet'));
  await assert.rejects(rowsOf(hubSource('acme/script-only'), 'train'), fails('unsupported-data', 'partial-test'));
});

test('a check knows what is cached, and says of the rest that it is not', async () => {
  use({ HF_HUB_CACHE: hub });
  const problems = async (dataset: string, split: string, column: string): Promise<string[]> => {
    const text = `task: t\n${dataset}\ntest_split: ${split}\noutput_type: multiple_choice\ndoc_to_text: "{{${column}}}"\ndoc_to_target: label\ndoc_to_choice: [a, b]\n`;
    const found = await checkConfig({ file: join(cache.root, 't.yaml'), text, workspace: cache.root });
    return found.problems.map(({ severity, code, args, range }) => `${severity} ${code} «${text.slice(range.start, range.end)}» ${String(args['hint'] ?? '').trim()}`.trim());
  };
  const sst2 = 'dataset_path: acme/mini-glue\ndataset_name: sst2';
  assert.deepEqual(await problems(sst2, 'validation', 'sentence'), []);
  assert.deepEqual(await problems(sst2, 'validation', 'sentense'), ['error unknown-column «sentense» Did you mean "sentence"?']);
  assert.deepEqual(await problems(sst2, 'validatoin', 'sentence'), ['error missing-split «validatoin» Did you mean "validation"? It has: train, validation.']);
  assert.deepEqual(await problems('dataset_path: acme/mini-glue\ndataset_name: sts2', 'train', 'sentence'), ['error unknown-data-config «sts2» Did you mean "sst2"? It has: sst2, arc.']);
  assert.deepEqual(await problems('dataset_path: acme/elsewhere', 'train', 'sentence'), ['information hub-not-cached «acme/elsewhere»']);
});

test('where caches are', () => {
  assert.equal(hubPlaces({ HOME: '/h' }).hub, '/h/.cache/huggingface/hub');
  assert.equal(hubPlaces({ HOME: '/h', XDG_CACHE_HOME: '/x' }).datasets, '/x/huggingface/datasets');
  assert.equal(hubPlaces({ HOME: '/h', HF_HOME: '~/hf', HF_DATASETS_CACHE: '$HOME/d' }).tokenFile, '/h/hf/token');
  assert.equal(hubPlaces({ HOME: '/h', HF_HOME: '~/hf', HF_DATASETS_CACHE: '${HOME}/d' }).datasets, '/h/d');
  assert.equal(hubPlaces({ HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }).hub, '/new');
  assert.equal(hubPlaces({ HF_HUB_OFFLINE: 'yes' }).offline, true);
  assert.equal(hubPlaces({ HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '0' }).offline, false);
  assert.equal(hubPlaces({}).offline, false);
});

test('names of data sets', () => {
  for (const id of ['glue', 'nyu-mll/glue', 'a.b/c_d']) assert.ok(isRepositoryId(id), id);
  for (const id of ['', '../x', 'a/../b', 'a/b/c', './a', 'a--b/c', 'a/', '/a', 'a b', 'a..b']) assert.ok(!isRepositoryId(id), id);
  assert.deepEqual(cachedIds('glue'), ['glue', 'nyu-mll/glue']);
  assert.deepEqual(cachedIds('nyu-mll/glue'), ['nyu-mll/glue', 'glue']);
  assert.deepEqual(cachedIds('acme/own'), ['acme/own']);
});
