import assert from 'node:assert/strict';
import { appendFileSync, cpSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { dependedFiles } from '../../src/checkpoint/depended-files';
import { DigestMemory } from '../../src/checkpoint/digest-memory';
import { sameStamp, sameStamps } from '../../src/checkpoint/file-stamp';
import { completeFingerprint, knownFingerprint } from '../../src/checkpoint/fingerprint';
import { openCheckpoint } from '../../src/checkpoint/open';
import { readWeights } from '../../src/checkpoint/weight-format';
import { AssayError } from '../../src/protocol/errors';
import { checkpointFolder, safetensors, temporaryFolder } from './checkpoint-folder';

const MODEL_A = 'examples/checkpoints/model-a';
const { signal } = new AbortController();

/** Long after any file was written. */
const later = () => Date.now() + 60_000;

function fingerprintOf(checkpoint: Pick<Checkpoint, 'fingerprint' | 'stamps'>, memory = new DigestMemory(null), now = later): Promise<string> {
  return completeFingerprint({ ...checkpoint, fingerprint: null }, signal, { memory, now });
}

async function fingerprintIn(folder: string): Promise<string> {
  return fingerprintOf(await openCheckpoint(folder));
}

describe('a fingerprint', () => {
  test('a copy has the same one, any changed file another', async (context) => {
    const folder = join(temporaryFolder(context), 'copy');
    cpSync(MODEL_A, folder, { recursive: true });
    const seen = new Set([await fingerprintIn(MODEL_A)]);
    assert.ok(seen.has(await fingerprintIn(folder)));
    const check = async (what: string) => {
      const fingerprint = await fingerprintIn(folder);
      assert.match(fingerprint, /^[0-9a-f]{64}$/);
      assert.ok(!seen.has(fingerprint), what);
      seen.add(fingerprint);
    };
    const names = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'merges.txt'];
    for (const name of names) {
      if (existsSync(join(folder, name))) appendFileSync(join(folder, name), '\n');
      else writeFileSync(join(folder, name), '{}');
      await check(name);
    }
    for (const name of ['chat_template.jinja', 'adapter_config.json', 'adapter_model.safetensors']) {
      writeFileSync(join(folder, name), 'x');
      await check(name);
    }
  });

  test('one bit anywhere in a file of 40 MB: a norm, a bias, the head, both edges', async (context) => {
    const sizes = { 'model.embed_tokens.weight': 5_000_000, 'model.norm.weight': 64, 'model.layers.0.q_proj.bias': 16, 'lm_head.weight': 5_000_000 };
    let end = 0;
    const header = Object.fromEntries(Object.entries(sizes).map(([name, elements]) => [name, { dtype: 'F32', shape: [elements], data_offsets: [end, (end += 4 * elements)] }]));
    const bytes = safetensors(header, end);
    const folder = checkpointFolder(temporaryFolder(context), { 'model.safetensors': bytes });
    const start = bytes.length - end;
    const places = [start, start + 20_000_000 + 8, start + 20_000_256 + 8, start + 20_000_320 + 123_457, bytes.length - 1];
    const fingerprint = async () => fingerprintOf({ fingerprint: null, stamps: await dependedFiles(folder, folder, (await readWeights(folder)).files) });
    const seen = new Set([await fingerprint()]);
    for (const place of places) {
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      writeFileSync(join(folder, 'model.safetensors'), bytes);
      seen.add(await fingerprint());
    }
    assert.equal(seen.size, 1 + places.length);
  });

  test('is heard to be cancelled', async () => {
    const checkpoint = await openCheckpoint(MODEL_A);
    const never = completeFingerprint({ ...checkpoint, fingerprint: null }, AbortSignal.abort(), { memory: new DigestMemory(null) });
    await assert.rejects(never, (error) => error instanceof AssayError && error.code === 'cancelled');
  });

  test('a file that was replaced since it was opened is told', async (context) => {
    const folder = join(temporaryFolder(context), 'copy');
    cpSync(MODEL_A, folder, { recursive: true });
    const checkpoint = await openCheckpoint(folder);
    for (const name of ['tokenizer.json', 'model.safetensors']) {
      const before = readFileSync(join(folder, name));
      const { atime, mtime } = statSync(join(folder, name));
      truncateSync(join(folder, name), 100);
      await assert.rejects(fingerprintOf(checkpoint), (error) => error instanceof AssayError && error.code === 'checkpoint-changed' && error.place.file === join(folder, name));
      writeFileSync(join(folder, name), before);
      utimesSync(join(folder, name), atime, mtime);
    }
  });
});

describe('digests are remembered', () => {
  const copyIn = (context: Parameters<typeof temporaryFolder>[0]) => {
    const root = temporaryFolder(context);
    const folder = join(root, 'model');
    cpSync(MODEL_A, folder, { recursive: true });
    return { folder, file: join(root, 'cache', 'digests.json') };
  };

  test('the next time is free, also under another name and in another process\'s memory', async (context) => {
    const { folder, file } = copyIn(context);
    const first = await fingerprintOf(await openCheckpoint(folder), new DigestMemory(file));
    renameSync(folder, `${folder}-renamed`);
    const again = await openCheckpoint(`${folder}-renamed`);
    assert.equal(await knownFingerprint(again.stamps, new DigestMemory(null)), null);
    assert.equal(await knownFingerprint(again.stamps, new DigestMemory(file)), first);
  });

  test('opening a checkpoint knows its fingerprint by then', async (context) => {
    const { folder, file } = copyIn(context);
    const before = process.env['ASSAY_CACHE'];
    process.env['ASSAY_CACHE'] = join(file, '..');
    context.after(() => (before === undefined ? delete process.env['ASSAY_CACHE'] : (process.env['ASSAY_CACHE'] = before)));
    const opened = await openCheckpoint(folder);
    assert.equal(opened.fingerprint, null);
    const fingerprint = await completeFingerprint(opened, signal, { now: later });
    assert.equal((await openCheckpoint(folder)).fingerprint, fingerprint);
    assert.deepEqual(existsSync(file), true);
  });

  test('not by a modification time that was set back', async (context) => {
    const { folder, file } = copyIn(context);
    const weights = join(folder, 'model.safetensors');
    const first = await fingerprintOf(await openCheckpoint(folder), new DigestMemory(file));
    const { atime, mtime } = statSync(weights);
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(weights, bytes);
    utimesSync(weights, atime, mtime);
    assert.notEqual(await fingerprintOf(await openCheckpoint(folder), new DigestMemory(file)), first);
  });

  test('a file that was changed a moment ago is read again', async (context) => {
    const { folder, file } = copyIn(context);
    const checkpoint = await openCheckpoint(folder);
    await fingerprintOf(checkpoint, new DigestMemory(file), () => Date.now() - 30_000);
    assert.equal(await knownFingerprint(checkpoint.stamps, new DigestMemory(file)), null);
  });

  test('damage costs the memory, not the answer', async (context) => {
    const { folder, file } = copyIn(context);
    const checkpoint = await openCheckpoint(folder);
    const right = await fingerprintOf(checkpoint, new DigestMemory(file));
    const whole = readFileSync(file, 'utf8');
    const stored = JSON.parse(whole) as { files: Record<string, string> };
    const [key = ''] = Object.keys(stored.files);
    const damaged = [
      '', '{', whole.slice(0, 100), '[]', 'null', '{"version":2,"files":{}}', '{"version":1,"files":[]}',
      JSON.stringify({ version: 1, files: { [key]: 'x', __proto__: 'y', ' ': 3 } }), JSON.stringify({ version: 1, files: { ...stored.files, [key]: { length: 64 } } }),
    ];
    for (const text of damaged) {
      writeFileSync(file, text);
      assert.equal(await fingerprintOf(checkpoint, new DigestMemory(file)), right, text.slice(0, 40));
      assert.equal(await knownFingerprint(checkpoint.stamps, new DigestMemory(file)), right);
    }
  });

  test('a folder that cannot be made costs the memory only', async (context) => {
    const { folder, file } = copyIn(context);
    mkdirSync(join(file, '..'));
    writeFileSync(file, '');
    assert.equal(await fingerprintOf(await openCheckpoint(folder), new DigestMemory(join(file, 'digests.json'))), await fingerprintIn(MODEL_A));
  });

  test('at most 4096 files, the newest', (context) => {
    const file = join(temporaryFolder(context), 'digests.json');
    const memory = new DigestMemory(file);
    const keyOf = (ino: bigint) => ({ dev: 1n, ino, size: 1n, mtimeNs: 1n, ctimeNs: 1n });
    for (let ino = 0n; ino < 5000n; ino += 1n) memory.add(keyOf(ino), ino.toString(16).padStart(64, '0'), later());
    memory.save();
    const again = new DigestMemory(file);
    assert.equal(again.get(keyOf(0n)), null);
    assert.equal(again.get(keyOf(4999n)), (4999).toString(16).padStart(64, '0'));
    assert.equal(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { files: object }).files).length, 4096);
  });

  test('two that write at once keep what the other remembered', (context) => {
    const file = join(temporaryFolder(context), 'digests.json');
    const [a, b] = [new DigestMemory(file), new DigestMemory(file)];
    const keyOf = (ino: bigint) => ({ dev: 1n, ino, size: 1n, mtimeNs: 1n, ctimeNs: 1n });
    a.add(keyOf(1n), 'a'.repeat(64), later());
    b.add(keyOf(2n), 'b'.repeat(64), later());
    a.save();
    b.save();
    const read = new DigestMemory(file);
    assert.deepEqual([read.get(keyOf(1n)), read.get(keyOf(2n))], ['a'.repeat(64), 'b'.repeat(64)]);
  });
});

describe('stamps', () => {
  test('are equal for the same unchanged files only', async (context) => {
    const folder = join(temporaryFolder(context), 'copy');
    cpSync(MODEL_A, folder, { recursive: true });
    const { stamps } = await openCheckpoint(folder);
    assert.deepEqual(stamps.map(({ name }) => name).filter((name) => /^(config|model|tokenizer)/.test(name)), ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    assert.ok(sameStamps(stamps, [...(await openCheckpoint(folder)).stamps].reverse()));
    assert.ok(!sameStamps(stamps, (await openCheckpoint(MODEL_A)).stamps));
    linkSync(join(folder, 'config.json'), join(folder, 'added_tokens.json'));
    assert.ok(!sameStamps(stamps, (await openCheckpoint(folder)).stamps));
  });

  test('where device numbers change from call to call they do not count', () => {
    const stamp = { dev: 1, ino: 2, size: 3, mtimeMs: 4 };
    assert.ok(sameStamp(stamp, { ...stamp, dev: 9 }, false));
    assert.ok(!sameStamp(stamp, { ...stamp, dev: 9 }, true));
    for (const other of [{ ino: 9 }, { size: 9 }, { mtimeMs: 9 }]) assert.ok(!sameStamp(stamp, { ...stamp, ...other }, false));
  });
});
