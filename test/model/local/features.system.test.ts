/** Features of checkpoints through their model processes, as transformers 5.18 computes hidden states. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/open';
import type { LocalModel } from '../../../src/model/local/local-model';
import type { FeaturesEvent, FeaturesRequest, FeaturesResponse, Pool } from '../../../src/model/request';
import { isAlive } from './built-model-process';
import { localModels } from './local-models';

const root = join(__dirname, '../../..');
const modelA = join(root, 'examples/checkpoints/model-a');

type Layer = { readonly [key: string]: number[] | number } & { readonly last: number[]; readonly mean: number[]; readonly last_norm: number; readonly mean_norm: number };
type Item = { readonly checkpoint: string; readonly text: string; readonly token_ids: number[]; readonly layers: Readonly<Record<string, Layer>> };
const { items } = JSON.parse(readFileSync(join(root, 'test/fixtures/local/features.json'), 'utf8')) as { readonly items: readonly Item[] };

const models = localModels();
const folder = mkdtempSync(join(tmpdir(), 'assay-features-'));

after(() => rmSync(folder, { recursive: true }));

const open = (path: string, maxLength?: number): Promise<LocalModel> => models.open(path, maxLength === undefined ? {} : { maxLength });

const asks = (id: string, text: string, layers: readonly number[] = [0], pool: Pool = 'mean'): FeaturesRequest => ({ kind: 'features', id, text, layers, pool });

async function collect(events: AsyncIterable<FeaturesEvent>): Promise<{ readonly responses: Map<string, FeaturesResponse>; readonly failures: Map<string, string> }> {
  const responses = new Map<string, FeaturesResponse>();
  const failures = new Map<string, string>();
  for await (const event of events) {
    if (event.type === 'response') {
      assert.ok(!responses.has(event.response.id), 'answered once');
      responses.set(event.response.id, event.response);
    } else if (event.type === 'failure') {
      failures.set(event.failure.id, event.failure.code);
    }
  }
  return { responses, failures };
}

const norm = (vector: ArrayLike<number>): number => Math.sqrt(Array.from(vector).reduce((sum, value) => sum + value * value, 0));

for (const name of new Set(items.map(({ checkpoint }) => checkpoint))) {
  test(`${name}: token ids and hidden states as transformers has them`, async () => {
    const model = await open(name.startsWith('arch/') ? join(root, 'test/fixtures', name) : modelA);
    const of = items.filter(({ checkpoint }) => checkpoint === name);
    const requests = of.flatMap(({ text, layers }, index) =>
      (['last', 'mean'] as const).flatMap((pool) => {
        const numbers = Object.keys(layers).map(Number);
        const count = Math.max(...numbers) + 1;
        return [asks(`${index} ${pool}`, text, numbers, pool), asks(`${index} ${pool} from the end`, text, numbers.map((layer) => layer - count), pool)];
      }),
    );
    const { responses, failures } = await collect(model.features(requests));
    assert.deepEqual([responses.size, failures.size], [requests.length, 0]);
    of.forEach(({ token_ids, layers }, index) => {
      for (const pool of ['last', 'mean'] as const) {
        for (const id of [`${index} ${pool}`, `${index} ${pool} from the end`]) {
          const got = responses.get(id);
          assert.deepEqual(got?.tokenIds, token_ids);
          Object.values(layers).forEach((want, place) => {
            const vector = got?.features[place] ?? new Float32Array();
            const size = Math.max(1, want[`${pool}_norm`]);
            want[pool].forEach((value, dimension) => assert.ok(Math.abs((vector[dimension] ?? NaN) - value) <= 1e-4 * size, `${id}, layer ${place}, ${dimension}`));
            assert.ok(Math.abs(norm(vector) - want[`${pool}_norm`]) <= 1e-4 * size, `${id}, layer ${place}: norm ${norm(vector)}`);
          });
        }
      }
    });
  });
}

test('what cannot be answered is a failure by name, and the others go on', async () => {
  const model = await open(modelA, 8);
  const { responses, failures } = await collect(model.features([
    asks('deep', 'a', [0, 5]), asks('negative', 'a', [-6]), asks('empty', ''), asks('long', 'one two three four five six seven eight nine'), { ...asks('pair', 'a'), pair: 'b' }, asks('fine', 'a', [-5, 4]),
  ]));
  assert.deepEqual(Object.fromEntries(failures), { deep: 'no-such-layer', negative: 'no-such-layer', empty: 'empty-text', long: 'text-too-long', pair: 'no-pairs' });
  assert.deepEqual([...responses.keys()], ['fine']);
  assert.equal(responses.get('fine')?.features.length, 2);
});

test('requests that have their answer get none, and the others the same numbers as before', async () => {
  const model = await open(modelA);
  const requests = items.map(({ text }, index) => asks(String(index), text, [0, 2, -1], index % 2 === 0 ? 'mean' : 'last'));
  const all = await collect(model.features(requests));
  const answered = new Set(requests.filter((_, index) => index % 3 > 0).map(({ id }) => id));
  const rest = await collect(model.features(requests, undefined, answered));
  assert.deepEqual([...rest.responses.keys()].sort(), requests.map(({ id }) => id).filter((id) => !answered.has(id)).sort());
  for (const [id, { features }] of rest.responses) assert.deepEqual(features, all.responses.get(id)?.features);
});

test('features and scores of one model at a time', async () => {
  const model = await open(modelA);
  const scoring = (async () => {
    const found: string[] = [];
    for await (const event of model.score([{ kind: 'loglikelihood', id: 's', context: 'a', continuation: ' b' }])) if (event.type === 'response') found.push(event.response.id);
    return found;
  })();
  const { responses } = await collect(model.features([asks('f', 'a')]));
  assert.deepEqual([await scoring, [...responses.keys()]], [['s'], ['f']]);
});

test('an abort ends it; nothing asked is an answer too', async () => {
  const model = await open(modelA);
  assert.deepEqual(await collect(model.features([])), { responses: new Map(), failures: new Map() });
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(collect(model.features([asks('0', 'a')], stop.signal)), { code: 'cancelled' });
});

test('a model process that dies: what waited is told of its death', async () => {
  const model = await open(modelA);
  const waiting = collect(model.features(Array.from({ length: 400 }, (_, index) => asks(String(index), `${index} ${'word '.repeat(90)}`, [-1]))));
  process.kill(model.processId ?? 0, 'SIGKILL');
  await assert.rejects(waiting, { code: 'model-process-died' });
  assert.equal(isAlive(model.processId ?? 0), false);
});

test('weights that are no numbers give features that are none, in their own layers', async () => {
  const path = join(folder, 'damaged');
  cpSync(join(root, 'test/fixtures/arch/gpt2-f32'), path, { recursive: true });
  const { tensors } = await openCheckpoint(path);
  const place = tensors.get('transformer.h.1.ln_1.weight') ?? tensors.get('h.1.ln_1.weight');
  assert.ok(place !== undefined, [...tensors.keys()].join());
  const file = openSync(place.file, 'r+');
  writeSync(file, Buffer.from(Float32Array.of(NaN).buffer), 0, 4, place.offset);
  closeSync(file);
  const { responses } = await collect((await open(path)).features([asks('0', 'some text', [0, 1, -1])]));
  const [embeddings, first, last] = responses.get('0')?.features ?? [];
  assert.deepEqual([embeddings, first, last].map((vector) => vector?.every(Number.isFinite)), [true, true, false]);
});
