import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../src/checkpoint/open';
import { validateCheckpoint } from '../../src/architecture/check';
import { AssayError } from '../../src/protocol/errors';
import { ARCHITECTURES } from '../model/onnx/fixtures';

const folder = join(ARCHITECTURES, 'olmo2');
const NAME = 'model.layers.1.mlp.up_proj.weight';

function failure(checkpoint: Checkpoint): AssayError {
  try {
    validateCheckpoint(checkpoint);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('a missing and a misshapen tensor are named', async () => {
  const checkpoint = await openCheckpoint(folder);
  const tensors = new Map(checkpoint.tensors);
  const place = tensors.get(NAME);
  assert.ok(place !== undefined);
  tensors.delete(NAME);
  const missing = failure({ ...checkpoint, tensors });
  assert.equal(missing.place.tensor, NAME);
  tensors.set(NAME, { ...place, shape: [...place.shape].reverse() });
  const misshapen = failure({ ...checkpoint, tensors });
  assert.equal(misshapen.place.tensor, NAME);
  assert.equal(misshapen.place.file, place.file);
  assert.match(misshapen.message, /\[64, 176\].*\[176, 64\]/);
});

test('a config that belongs to other weights', async () => {
  const checkpoint = await openCheckpoint(folder);
  assert.ok(failure({ ...checkpoint, config: { ...checkpoint.config, vocab_size: 2049 } }).place.tensor !== undefined);
  assert.ok(failure({ ...checkpoint, config: { ...checkpoint.config, num_hidden_layers: 3 } }).place.tensor?.startsWith('model.layers.2.'));
});

test('tensors that nobody uses are a warning; buffers of older files are not', async () => {
  const checkpoint = await openCheckpoint(folder);
  assert.deepEqual(validateCheckpoint(checkpoint).warnings, []);
  const buffers = new Map([['model.layers.0.self_attn.rotary_emb.inv_freq', 'F64'], ['h.0.attn.bias', 'BOOL']]);
  assert.deepEqual(validateCheckpoint({ ...checkpoint, otherTensors: buffers }).warnings, []);
  const fewer = validateCheckpoint({ ...checkpoint, config: { ...checkpoint.config, num_hidden_layers: 1, remark: 1 } });
  assert.deepEqual(fewer.warnings.map(({ code }) => code), ['ignored-option', 'unused-tensors']);
});

test("an option's error names the file with its folder", async () => {
  const checkpoint = await openCheckpoint(folder);
  const error = failure({ ...checkpoint, config: { ...checkpoint.config, hidden_act: 'mish' } });
  assert.equal(error.place.file, join(folder, 'config.json'));
});
