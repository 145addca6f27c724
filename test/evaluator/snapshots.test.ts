import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DigestMemory } from '../../src/checkpoint/digest-memory';
import { completeFingerprint } from '../../src/checkpoint/fingerprint';
import { openCheckpoint } from '../../src/checkpoint/open';
import type { CheckpointSource } from '../../src/evaluator/model-source';
import { modelWarnings } from '../../src/evaluator/model-warnings';
import { Snapshots } from '../../src/evaluator/snapshots';
import type { LanguageModel } from '../../src/model/language-model';
import { temporaryFolder, tinyCheckpoint } from '../checkpoint/checkpoint-folder';

const signal = new AbortController().signal;

async function sourceIn(context: TestContext, tokenizer?: string): Promise<CheckpointSource> {
  const checkpoint = await openCheckpoint(tinyCheckpoint(temporaryFolder(context)), tokenizer === undefined ? {} : { tokenizer });
  return { kind: 'checkpoint', precision: 'fp32', checkpoint };
}

const fingerprintOf = ({ checkpoint }: CheckpointSource): Promise<string> =>
  completeFingerprint({ ...checkpoint, fingerprint: null }, signal, { memory: new DigestMemory(null) });

test('a copy is the same checkpoint, whatever is written over the original; it goes when nothing reads it any more', async (context) => {
  const folder = temporaryFolder(context);
  for (const tokenizer of [undefined, tinyCheckpoint(temporaryFolder(context))]) {
    const source = await sourceIn(context, tokenizer);
    const before = await fingerprintOf(source);
    const snapshots = new Snapshots(folder);
    const taken = (await snapshots.of(source, signal)) as CheckpointSource;
    assert.equal(taken.original, source.checkpoint);
    assert.ok([...taken.checkpoint.tensors.values(), ...taken.checkpoint.stamps].every(({ file }) => file.startsWith(folder)));
    for (const { file } of source.checkpoint.stamps) writeFileSync(file, 'something else');
    assert.equal(await fingerprintOf(taken), before);
    const info = { info: { warnings: [] } } as unknown as LanguageModel;
    assert.deepEqual(modelWarnings(taken, info, 'win32').map(({ code }) => code), []);
    snapshots.close();
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('weights that nobody has written to for an hour are read where they lie', async (context) => {
  const source = await sourceIn(context);
  const saved = Math.max(...source.checkpoint.files.map(({ mtimeMs }) => mtimeMs));
  const folder = temporaryFolder(context);
  assert.equal(await new Snapshots(folder, () => saved + 3_600_000).of(source, signal), source);
  assert.notEqual(await new Snapshots(folder, () => saved + 3_599_000).of(source, signal), source);
});

test('one that cannot be made leaves an error with a name: written meanwhile, cancelled, no place', async (context) => {
  const folder = temporaryFolder(context);
  const source = await sourceIn(context);
  await assert.rejects(new Snapshots(folder).of(source, AbortSignal.abort()), { code: 'cancelled' });
  writeFileSync(source.checkpoint.stamps[0]?.file ?? '', 'something else');
  await assert.rejects(new Snapshots(folder).of(source, signal), { code: 'checkpoint-changed' });
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await assert.rejects(new Snapshots(join(file, 'below')).of(await sourceIn(context), signal), { code: 'cannot-write' });
});

test('what a killed process left is cleared by the next; what is not ours stays', async (context) => {
  const folder = temporaryFolder(context);
  const snapshots = new Snapshots(folder);
  const source = await sourceIn(context);
  await snapshots.of(source, signal);
  const [mine = ''] = readdirSync(folder);
  const dead = mine.replace(/\d+-/, '4194304999-');
  const others = ['notes', `elsewhere.4194304999-${'0'.repeat(12)}`];
  for (const name of [dead, ...others]) mkdirSync(join(folder, name));
  await snapshots.of(source, signal);
  assert.equal(existsSync(join(folder, dead)), false);
  assert.equal(readdirSync(folder).filter((name) => others.includes(name) || name === mine).length, 3);
  assert.ok(readFileSync(join(folder, mine, 'config.json'), 'utf8').length > 2);
  snapshots.close();
});
