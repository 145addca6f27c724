import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { cpuProfile } from '../../../src/model/device-profile';
import { chainsOf, trunkOf } from '../../../src/model/onnx/chains';
import { FeaturesSession } from '../../../src/model/onnx/features-session';
import { ScoringSession } from '../../../src/model/onnx/session';
import type { ScoringRow } from '../../../src/model/onnx/wire';
import { ARCHITECTURES, asTree, chain, largestDifference } from './fixtures';
import { randomNumbers, writeCheckpoint } from './synthetic';
import { VARIANTS, VOCABULARY } from './variants';

const folder = mkdtempSync(join(tmpdir(), 'assay-short-'));
after(() => rmSync(folder, { recursive: true }));

const random = randomNumbers(11);
const tokensOf = (length: number): number[] => Array.from({ length }, () => Math.floor(random() * VOCABULARY));

/** What the engine is fed under a name, run after run; where `refused` says so it gets no memory. */
function watchRuns(t: TestContext, name: string, refused: (dims: readonly number[]) => boolean = () => false): number[][] {
  const seen: number[][] = [];
  const { prototype } = InferenceSession as unknown as { readonly prototype: InferenceSession };
  const original = Object.getOwnPropertyDescriptor(prototype, 'run')?.value as (...args: unknown[]) => Promise<never>;
  t.mock.method(prototype, 'run', function (this: InferenceSession, feeds: Record<string, Tensor>, ...rest: unknown[]) {
    const { dims } = feeds[name] ?? {};
    if (dims !== undefined) {
      seen.push([...dims]);
      if (refused(dims)) return Promise.reject(new Error('Non-zero status code returned while running Gemm node. Failed to allocate memory for requested buffer of size 99'));
    }
    return original.call(this, feeds, ...rest);
  });
  return seen;
}

async function openWarned(): Promise<{ session: ScoringSession; warnings: unknown[] }> {
  const warnings: unknown[] = [];
  const checkpoint = await openCheckpoint(join(ARCHITECTURES, 'qwen3'));
  return { warnings, session: await ScoringSession.open(checkpoint, { device: cpuProfile(1), maxTokens: 64, warn: ({ code, args }) => warnings.push([code, args]) }) };
}

const rows = [40, 35, 30, 20, 10].map((length) => chain(tokensOf(length + 1)));

test('no memory for so many tokens: half as many at once from then on, the same scores, told once', async (t) => {
  for (const shape of [(row: ScoringRow) => row, asTree]) {
    const { session, warnings } = await openWarned();
    const asked = rows.map(shape);
    const expected = await session.score(asked);
    const runs = watchRuns(t, 'input_ids', ([count = 0, width = 0]) => count * width > 80);
    assert.deepEqual(await session.score(asked), expected);
    assert.deepEqual(runs, [[5, 40], [2, 40], [3, 30], [1, 30], [2, 20]]);
    const before = runs.length;
    await session.score(asked);
    assert.ok(runs.slice(before).every(([count = 0, width = 0]) => count * width <= 80), 'nothing is tried twice');
    assert.deepEqual(warnings, [['fewer-tokens-at-once', { tried: 200, most: 100 }]]);
    t.mock.restoreAll();
    await session.release();
  }
});

test('no memory for so many rows of the output table: fewer of them, the same scores', async (t) => {
  const { session, warnings } = await openWarned();
  const expected = await session.score(rows);
  const runs = watchRuns(t, 'targets', ([count = 0]) => count > 20);
  assert.deepEqual(await session.score(rows), expected);
  assert.deepEqual(runs.slice(0, 4), [[135], [67], [33], [16]]);
  assert.deepEqual(warnings, [['fewer-tokens-at-once', { tried: 135, most: 67 }]]);
  await session.release();
});

test('a single row that gets no memory fails, and other failures are no shortage', async (t) => {
  const { session, warnings } = await openWarned();
  watchRuns(t, 'input_ids', () => true);
  await assert.rejects(session.score(rows), { code: 'engine-failed' });
  assert.equal(warnings.length, 1);
  t.mock.restoreAll();
  await assert.rejects(session.score([chain([1, 2, 99_999, 3])]), { code: 'engine-failed' });
  assert.equal(warnings.length, 1);
  await session.release();
});

test('hidden states: the same', async (t) => {
  const warnings: string[] = [];
  const session = new FeaturesSession(await openCheckpoint(join(ARCHITECTURES, 'qwen3')), { device: cpuProfile(1), maxTokens: 64, warn: ({ code }) => warnings.push(code) });
  const wanted = [{ layer: 1, pool: 'mean' }, { layer: 2, pool: 'last' }] as const;
  const texts = rows.map(({ tokens }) => tokens);
  const expected = await session.pooled(texts, wanted);
  watchRuns(t, 'input_ids', ([count = 0, width = 0]) => count * width > 80);
  const got = await session.pooled(texts, wanted);
  expected.forEach((vectors, index) => assert.ok(largestDifference(vectors, got[index] ?? []) < 1e-5));
  assert.deepEqual(warnings, ['fewer-tokens-at-once']);
  await session.release();
});

/** A context and choices behind it, and a score in the context too where `early` says so. */
function question(context: number, choices: number, early: boolean): ScoringRow {
  const tokens = tokensOf(context);
  const parents = tokens.map((_, node) => node - 1);
  for (let choice = 0; choice < choices; choice++) {
    for (const [place, token] of tokensOf(3).entries()) {
      parents.push(place === 0 ? context - 1 - (choice % 2) : tokens.length - 1);
      tokens.push(token);
    }
  }
  const positions = [...tokens.keys()].filter((node) => node >= context - 2 || (early && node === 5));
  return { tokens: Int32Array.from(tokens), parents: Int32Array.from(parents), positions: Int32Array.from(positions), targets: Int32Array.from(tokensOf(positions.length)) };
}

test('where memory takes no prefix, each path is a text of its own, with the same scores', async (t) => {
  const { session } = await openWarned();
  const prefix = Int32Array.from(tokensOf(130));
  const row = question(12, 4, true);
  const held = await session.score([row], undefined, prefix);
  t.mock.method(process, 'availableMemory', () => 0);
  const next = Int32Array.from(tokensOf(130));
  const runs = watchRuns(t, 'input_ids');
  const expected = await session.score([row], undefined, next);
  assert.deepEqual(runs.map(([count]) => count), [1, 1, 1, 1]);
  t.mock.restoreAll();
  assert.ok(largestDifference((await session.score([row], undefined, next)).logprobs, expected.logprobs) < 3e-5);
  watchRuns(t, 'attention_bias', ([, , , seen = 0]) => seen > 130 + 64);
  assert.ok(largestDifference((await session.score([row], undefined, prefix)).logprobs, held.logprobs) < 3e-5, 'nor for the row behind it');
  await session.release();
});

test('a tree behind a very long context has no mask of its length squared', async (t) => {
  const session = await ScoringSession.open(await writeCheckpoint(join(folder, 'long'), VARIANTS['heads of 8'] as (typeof VARIANTS)[string]), { device: cpuProfile(1), maxTokens: 64 });
  for (const early of [false, true]) {
    const row = question(2300, 3, early);
    const masks = watchRuns(t, 'attention_bias');
    const { logprobs } = await session.score([row]);
    assert.equal(masks.length > 0, !early, 'what is scored early is in no trunk');
    assert.ok(masks.every((dims) => dims.reduce((product, size) => product * size, 1) < 400_000), JSON.stringify(masks.at(-1)));
    t.mock.restoreAll();
    const { rows: paths, order } = chainsOf(row, new Int32Array(0));
    const alone: number[] = [];
    let place = 0;
    for (const path of paths) for (const score of (await session.score([path])).logprobs) alone[order[place++] ?? -1] = score;
    assert.ok(largestDifference(logprobs, alone) < 3e-5, String(largestDifference(logprobs, alone)));
  }
  await session.release();
});

test('a very long row gives its memory back and scores what its beginning scores alone', async (t) => {
  const sessions: (boolean | undefined)[] = [];
  const create = InferenceSession.create.bind(InferenceSession) as (model: Uint8Array, options: InferenceSession.SessionOptions) => Promise<InferenceSession>;
  t.mock.method(InferenceSession, 'create', (model: Uint8Array, options: InferenceSession.SessionOptions) => {
    sessions.push(options.enableCpuMemArena);
    return create(model, options);
  });
  const session = await ScoringSession.open(await writeCheckpoint(join(folder, 'very-long'), VARIANTS['heads of 8'] as (typeof VARIANTS)[string]), { device: cpuProfile(1), maxTokens: 64 });
  const row = chain(tokensOf(4200));
  const whole = await session.score([row]);
  const beginning = await session.score([{ ...row, tokens: row.tokens.slice(0, 700), positions: row.positions.slice(0, 700), targets: row.targets.slice(0, 700) }]);
  assert.ok(largestDifference(whole.logprobs.subarray(0, 700), beginning.logprobs) < 3e-5);
  assert.deepEqual(sessions, [true, false, true], 'head, long, plain');
  await session.release();
});

test('the trunk of a tree ends where it branches or is scored', () => {
  const tree = (parents: number[], positions: number[]): ScoringRow => ({ tokens: Int32Array.from(parents, () => 1), parents: Int32Array.from(parents), positions: Int32Array.from(positions), targets: Int32Array.from(positions, () => 1) });
  assert.equal(trunkOf(tree([-1, 0, 1, 2, 1], [3, 4])), 2);
  assert.equal(trunkOf(tree([-1, 0, 1, 2, 2, 0], [3, 4])), 1, 'a second branch may be nearer to the root');
  assert.equal(trunkOf(tree([-1, 0, 1, 2, 2], [1, 4])), 1);
  assert.equal(trunkOf(tree([-1, 0, -1], [2])), 0);
  assert.equal(trunkOf(tree([-1, 0, 1], [2])), 2, 'one token stays behind it');
});
