import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import { cpuProfile } from '../../../src/model/device-profile';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { externalDataFolder } from '../../../src/model/onnx/external-data';
import { GraphBuilder } from '../../../src/model/onnx/graph';
import { ScoringSession } from '../../../src/model/onnx/session';
import { ARCHITECTURES, chain, expectedItems, largestDifference } from './fixtures';

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'assay-external-')));
after(() => rmSync(root, { recursive: true }));

const VALUES = Float32Array.of(1.5, -2, 3, 4);
const OFFSET = 3;

/** A file that holds VALUES at an offset that is no multiple of 4. */
function writeValues(...segments: string[]): string {
  const file = path.join(root, ...segments);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([Buffer.alloc(OFFSET), Buffer.from(VALUES.buffer)]));
  return file;
}

async function read(folder: string | null, location: string, length = VALUES.byteLength): Promise<number[]> {
  const graph = new GraphBuilder();
  graph.output('y', 'float', [VALUES.length], graph.external('w', 'float', [VALUES.length], { location, offset: OFFSET, length }));
  const session = await InferenceSession.create(graph.finish(), {
    logSeverityLevel: 4,
    extra: { session: folder === null ? {} : { model_external_initializers_file_folder_path: folder } },
  });
  const { y } = await session.run({});
  await session.release();
  return [...(y?.data as Float32Array)];
}

describe('the rules of ONNX Runtime this product relies on', () => {
  const file = writeValues('models', 'x', 'blobs', 'sha');
  const snapshot = path.join(root, 'models', 'x', 'snapshots', 'rev');
  mkdirSync(snapshot, { recursive: true });
  symlinkSync(path.join('..', '..', 'blobs', 'sha'), path.join(snapshot, 'model.safetensors'));
  const link = path.join(root, 'link');
  symlinkSync(path.dirname(file), link);
  const values = [...VALUES];

  test('the folder itself, a link to it, its parent, the file system', async () => {
    assert.deepEqual(await read(path.dirname(file), 'sha'), values);
    assert.deepEqual(await read(link, 'sha'), values);
    assert.deepEqual(await read(path.join(root, 'models'), 'x/blobs/sha'), values);
    assert.deepEqual(await read('/', file.slice(1)), values);
  });
  test('a link is followed inside the folder only', async () => {
    assert.deepEqual(await read(path.join(root, 'models', 'x'), 'snapshots/rev/model.safetensors'), values);
    await assert.rejects(read(snapshot, 'model.safetensors'), /escapes/);
  });
  test('absolute and escaping locations are refused', async () => {
    await assert.rejects(read(root, file), /[Aa]bsolute/);
    await assert.rejects(read(snapshot, '../../blobs/sha'), /escapes/);
    await assert.rejects(read(null, path.relative(process.cwd(), file)), /escapes|does not exist/);
  });
  test('a length that is not the tensor’s, or beyond the end of the file, is an error', async () => {
    await assert.rejects(read(path.dirname(file), 'sha', 12));
    writeFileSync(path.join(root, 'short'), Buffer.alloc(OFFSET + 8));
    await assert.rejects(read(root, 'short'));
  });
});

describe('the folder that holds all weights', () => {
  test('common ancestors', () => {
    const at = (...files: string[]): [string, string[]] => {
      const { folder, locate } = externalDataFolder(files);
      return [folder, files.map(locate)];
    };
    assert.deepEqual(at('/a/b/one'), ['/a/b', ['one']]);
    assert.deepEqual(at('/a/b/one', '/a/b/two'), ['/a/b', ['one', 'two']]);
    assert.deepEqual(at('/a/b/c/one', '/a/b/two'), ['/a/b', ['c/one', 'two']]);
    assert.deepEqual(at('/a/bc/one', '/a/b/two'), ['/a', ['bc/one', 'b/two']]);
    assert.deepEqual(at('/a/..b/one', '/a/two'), ['/a', ['..b/one', 'two']]);
    assert.deepEqual(at('/a/one', '/b/two'), ['/', ['a/one', 'b/two']]);
  });

  test('a sharded checkpoint scores the same from a hub snapshot of links, and with shards in two places', async () => {
    const fixture = path.join(ARCHITECTURES, 'llama-bf16-sharded');
    const snapshot = path.join(root, 'hub', 'models--x', 'snapshots', 'rev');
    const elsewhere = path.join(root, 'elsewhere');
    cpSync(fixture, snapshot, { recursive: true });
    mkdirSync(elsewhere);
    for (const number of [1, 2, 3]) {
      const name = `model-0000${number}-of-00003.safetensors`;
      const blob = path.join(number === 3 ? elsewhere : path.join(root, 'hub', 'models--x'), `blob${number}`);
      renameSync(path.join(snapshot, name), blob);
      symlinkSync(path.relative(snapshot, blob), path.join(snapshot, name));
    }
    const session = await ScoringSession.open(await openCheckpoint(snapshot), { device: cpuProfile(1), maxTokens: 64 });
    const [item] = expectedItems(fixture);
    assert.ok(item !== undefined);
    const { logprobs } = await session.score([chain(item.token_ids)]);
    assert.ok(largestDifference(logprobs, item.logprobs) < 3e-5);
    await session.release();
  });
});
