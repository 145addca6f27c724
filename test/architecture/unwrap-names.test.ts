import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeArchitecture } from '../../src/architecture/registry';
import { tensorsOf } from '../../src/architecture/tensors';
import { wrapperOf } from '../../src/architecture/unwrap-names';
import { AssayError } from '../../src/protocol/errors';
import { ARCHITECTURES } from '../model/onnx/fixtures';

describe('names of a wrapped model', () => {
  for (const name of readdirSync(ARCHITECTURES)) {
    test(name, () => {
      const config = JSON.parse(readFileSync(join(ARCHITECTURES, name, 'config.json'), 'utf8')) as Record<string, unknown>;
      for (const head of [true, false]) {
        const tied = { ...config, tie_word_embeddings: true };
        const names = [...tensorsOf(describeArchitecture(tied, { has: (tensor) => head || !/lm_head|embed_out/.test(tensor) }).description).keys()];
        const wrapped = (wrapper: string) => names.map((tensor) => wrapper + tensor);
        assert.equal(wrapperOf(config, names), '');
        assert.equal(wrapperOf(config, wrapped('model.')), 'model.');
        for (const wrapper of ['module.', '_orig_mod.', 'base_model.model.', 'model.model.']) {
          assert.throws(() => wrapperOf(config, wrapped(wrapper)), (error) => error instanceof AssayError && error.code === 'wrapped-tensors' && error.args['wrapper'] === wrapper);
        }
      }
    });
  }

  test('what is no wrapper is left alone', () => {
    const config = { model_type: 'llama' };
    assert.equal(wrapperOf(config, []), '');
    assert.equal(wrapperOf(config, ['a', 'b']), '');
    assert.equal(wrapperOf(config, ['model.', 'model.x']), '');
  });
});
