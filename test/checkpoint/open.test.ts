import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { AssayError } from '../../src/protocol/errors';
import { DigestMemory } from '../../src/checkpoint/digest-memory';
import { completeFingerprint } from '../../src/checkpoint/fingerprint';
import { inspectCheckpoint } from '../../src/checkpoint/inspect';
import { openCheckpoint, totalsOf } from '../../src/checkpoint/open';
import { readWeights } from '../../src/checkpoint/weight-format';
import { requireTensor } from '../../src/architecture/require-tensor';
import { checkUnchanged } from '../../src/checkpoint/unchanged';
import { checkpointFolder, safetensors, temporaryFolder } from './checkpoint-folder';

const MODEL_A = 'examples/checkpoints/model-a';
const { signal } = new AbortController();
const SHARDED = 'test/fixtures/arch/llama-bf16-sharded';
const weights = safetensors({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, big: { dtype: 'F16', shape: [4, 2], data_offsets: [8, 24] } }, 24);
const shard = (name: string) => safetensors({ [name]: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8);

async function failure(folder: string): Promise<AssayError> {
  const error: unknown = await openCheckpoint(folder).then(() => assert.fail('it opened'), (thrown: unknown) => thrown);
  assert.ok(error instanceof AssayError, String(error));
  return error;
}

describe('opening a checkpoint', () => {
  test('a single file', async () => {
    const checkpoint = await openCheckpoint(MODEL_A);
    const { modelType, parameters, dtype, bytes, maxLength, step } = checkpoint;
    assert.deepEqual({ modelType, parameters, dtype, bytes, maxLength, step }, { modelType: 'llama', parameters: 3426560, dtype: 'BF16', bytes: 6853120, maxLength: 512, step: null });
    assert.equal(checkpoint.config['hidden_size'], 256);
  });

  test('shards: every tensor of the index, in its own file', async () => {
    const checkpoint = await openCheckpoint(SHARDED);
    const index = JSON.parse(readFileSync(join(SHARDED, 'model.safetensors.index.json'), 'utf8')) as { metadata: { total_size: number; total_parameters: number }; weight_map: Record<string, string> };
    assert.equal(checkpoint.files.length, 3);
    assert.equal(checkpoint.bytes, index.metadata.total_size);
    assert.equal(checkpoint.parameters, index.metadata.total_parameters);
    assert.deepEqual(Object.fromEntries([...checkpoint.tensors.values()].map(({ name, file }) => [name, basename(file)])), index.weight_map);
  });

  test('a hub snapshot made of symlinks: real paths', async (context) => {
    const hub = temporaryFolder(context);
    const snapshot = join(hub, 'snapshots', 'abc');
    mkdirSync(join(hub, 'blobs'));
    mkdirSync(snapshot, { recursive: true });
    for (const [at, name] of readdirSync(MODEL_A).entries()) {
      cpSync(join(MODEL_A, name), join(hub, 'blobs', `sha-${at}`));
      symlinkSync(join('..', '..', 'blobs', `sha-${at}`), join(snapshot, name));
    }
    const checkpoint = await openCheckpoint(snapshot);
    assert.equal(checkpoint.path, snapshot);
    for (const { file } of checkpoint.tensors.values()) assert.match(file, /blobs.sha-\d$/);
    const ports = { memory: new DigestMemory(null) };
    assert.equal(await completeFingerprint(checkpoint, signal, ports), await completeFingerprint(await openCheckpoint(MODEL_A), signal, ports));
  });

  test('nothing is written: folder and files are as before', async (context) => {
    const folder = join(temporaryFolder(context), 'model');
    cpSync(MODEL_A, folder, { recursive: true });
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
    chmodSync(folder, 0o555);
    const look = () => [folder, ...readdirSync(folder).map((name) => join(folder, name))].map((path) => [path, statSync(path).mtimeMs, statSync(path).size]);
    const before = look();
    await openCheckpoint(folder);
    assert.deepEqual(look(), before);
    chmodSync(folder, 0o755);
  });

  test('the step is in the folder\'s name, else in trainer_state.json', async (context) => {
    const root = temporaryFolder(context);
    for (const [name, step] of [['checkpoint-500', 500], ['step_100', 100], ['run-step200', 200], ['global_step7', 7], ['model-v2', null], ['7b', null]] as const) {
      assert.equal((await inspectCheckpoint(checkpointFolder(join(root, name), { 'model.safetensors': weights }))).step, step, name);
    }
    const trained = checkpointFolder(join(root, 'final'), { 'model.safetensors': weights, 'trainer_state.json': '{"global_step": 1200, "loss": NaN}' });
    assert.equal((await inspectCheckpoint(trained)).step, 1200);
  });

  test('the dtype is that of most bytes; masks are no parameters', async (context) => {
    const mask = safetensors({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, h: { dtype: 'F16', shape: [4], data_offsets: [4, 12] }, mask: { dtype: 'I64', shape: [9], data_offsets: [12, 84] } }, 84);
    const path = checkpointFolder(temporaryFolder(context), { 'model.safetensors': mask });
    const checkpoint = { path, ...(await readWeights(path)) };
    assert.deepEqual(totalsOf(checkpoint.tensors.values()), { dtype: 'F16', parameters: 5, bytes: 12 });
    assert.throws(() => requireTensor(checkpoint, 'mask', [9]), /tensor "mask" has the dtype I64/);
    assert.throws(() => requireTensor(checkpoint, 'none', [9]), /tensor "none" is missing/);
    assert.throws(() => requireTensor(checkpoint, 'h', [2, 2]), /shape \[4\]; config.json asks for \[2, 2\]/);
    assert.equal(requireTensor(checkpoint, 'h', [4]).dtype, 'F16');
  });
});

describe('the context length', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, Record<string, unknown> | null, number])[] = [
    ['n_positions first', { model_type: 'gpt2', n_positions: 10, max_position_embeddings: 20 }, null, 10],
    ['of the text part', { model_type: 'x', max_position_embeddings: 9, text_config: { max_position_embeddings: 30 } }, null, 30],
    ['n_ctx', { model_type: 'x', n_ctx: 40, n_positions: null }, null, 40],
    ['the class\'s', { model_type: 'opt' }, { model_max_length: 77 }, 2048],
    ['the tokenizer\'s', { model_type: 'bloom' }, { model_max_length: 77 }, 77],
    ['no limit', { model_type: 'bloom' }, { model_max_length: 1e30 }, 2048],
    ['no length', { model_type: 'llama', max_position_embeddings: 1e300 }, null, 2048],
  ];
  for (const [name, config, tokenizerConfig, length] of cases) {
    test(name, async (context) => {
      const files = { 'model.safetensors': weights, 'config.json': JSON.stringify(config), 'tokenizer_config.json': JSON.stringify(tokenizerConfig ?? {}) };
      assert.equal((await inspectCheckpoint(checkpointFolder(temporaryFolder(context), files))).maxLength, length);
    });
  }
});

describe('refused with file and cause', () => {
  const map = (weightMap: unknown) => JSON.stringify({ weight_map: weightMap });
  const index = 'model.safetensors.index.json';
  const cases: readonly { readonly name: string; readonly files: Record<string, string | Buffer>; readonly says: RegExp; readonly file: string; readonly code?: string; readonly tensor?: string }[] = [
    { name: 'config.json no JSON', files: { 'model.safetensors': weights, 'config.json': '{' }, says: /config\.json is not valid JSON/, file: 'config.json' },
    { name: 'config.json a list', files: { 'model.safetensors': weights, 'config.json': '[]' }, says: /must hold a JSON object/, file: 'config.json' },
    { name: 'no model_type', files: { 'model.safetensors': weights, 'config.json': '{}' }, says: /names no "model_type"/, file: 'config.json' },
    { name: 'quantised', files: { 'model.safetensors': weights, 'config.json': '{"model_type":"llama","quantization_config":{"quant_method":"gptq"}}' }, says: /quantised \(gptq\)/, file: 'config.json', code: 'unsupported-checkpoint' },
    { name: 'no weights', files: {}, says: /neither model\.safetensors nor/, file: '' },
    { name: 'PyTorch', files: { 'pytorch_model.bin': 'x' }, says: /safe_serialization/, file: '', code: 'unsupported-checkpoint' },
    { name: 'an adapter', files: { 'adapter_config.json': '{}', 'adapter_model.safetensors': weights }, says: /adapter/, file: '', code: 'unsupported-checkpoint' },
    { name: 'index lost', files: { 'model-00001-of-00002.safetensors': shard('a') }, says: /index\.json is missing/, file: index },
    { name: 'no weight_map', files: { [index]: '{}' }, says: /no "weight_map"/, file: index },
    { name: 'empty weight_map', files: { [index]: map({}) }, says: /is empty/, file: index },
    { name: 'shard missing', files: { [index]: map({ a: 's.safetensors' }) }, says: /s\.safetensors cannot be read: the file does not exist/, file: 's.safetensors' },
    { name: 'tensor missing in its shard', files: { [index]: map({ a: 's.safetensors', b: 's.safetensors' }), 's.safetensors': shard('a') }, says: /"b" is missing from s\.safetensors/, file: index, tensor: 'b' },
    { name: 'a tensor in two shards', files: { [index]: map({ a: 's.safetensors', b: 't.safetensors' }), 's.safetensors': shard('a'), 't.safetensors': safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8) }, says: /"a" is in t\.safetensors and in another/, file: 't.safetensors', tensor: 'a' },
    ...['../x.safetensors', '/etc/x.safetensors', 'a/../../x.safetensors', '..\\x.safetensors', 'C:x.safetensors', 'x\0.safetensors', '', 'config.json', './x.safetensors'].map((name) => ({
      name: `path ${JSON.stringify(name)}`, files: { [index]: map({ a: name }) }, says: /not the name of a file in this folder/, file: index, tensor: 'a',
    })),
    { name: 'a number for a shard', files: { [index]: map({ a: 3 }) }, says: /not the name of a file/, file: index, tensor: 'a' },
  ];
  for (const { name, files, says, file, code, tensor } of cases) {
    test(name, async (context) => {
      const folder = checkpointFolder(temporaryFolder(context), files);
      const error = await failure(folder);
      assert.equal(error.code, code ?? 'broken-checkpoint');
      assert.match(error.message, says);
      assert.equal(error.place.file, join(folder, file));
      assert.equal(error.place.tensor, tensor);
    });
  }

  test('no folder, a file, an empty folder; config.json lost', async (context) => {
    const folder = temporaryFolder(context);
    for (const path of [join(folder, 'none'), join(MODEL_A, 'config.json'), folder]) assert.equal((await failure(path)).code, 'unknown-checkpoint');
    writeFileSync(join(folder, 'model.safetensors'), weights);
    assert.match((await failure(folder)).message, /config\.json is missing/);
  });

  test('a symlink in a circle', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), {});
    symlinkSync('model.safetensors', join(folder, 'model.safetensors'));
    assert.match((await failure(folder)).message, /model\.safetensors cannot be read/);
  });
});

describe('identity of the files', () => {
  test('rewritten, replaced, cut and removed files are seen', async (context) => {
    const folder = join(temporaryFolder(context), 'copy');
    cpSync(MODEL_A, folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    const changes: readonly (() => void)[] = [
      () => writeFileSync(file, bytes.subarray(0, 1000)),
      () => {
        writeFileSync(`${file}.new`, bytes);
        renameSync(`${file}.new`, file);
      },
      () => rmSync(file),
    ];
    for (const change of changes) {
      writeFileSync(file, bytes);
      const checkpoint = await openCheckpoint(folder);
      assert.equal(checkUnchanged(checkpoint), null);
      change();
      assert.equal(basename(checkUnchanged(checkpoint)?.file ?? ''), 'model.safetensors');
    }
  });
});
