import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeArchitecture, supportedModelTypes } from '../../src/architecture/registry';
import { tensorsOf } from '../../src/architecture/tensors';
import { AssayError } from '../../src/protocol/errors';
import { ARCHITECTURES } from '../model/onnx/fixtures';

const everything = { has: () => true };

function configOf(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ARCHITECTURES, name, 'config.json'), 'utf8')) as Record<string, unknown>;
}

function refused(config: Record<string, unknown>, code: string, key: string): void {
  assert.throws(
    () => describeArchitecture(config, everything),
    (error) => {
      assert.ok(error instanceof AssayError, String(error));
      assert.equal(error.code, code, error.message);
      assert.equal(error.args['key'], key, error.message);
      assert.equal(error.place.file, 'config.json');
      return true;
    },
  );
}

test('every architecture is read, and every fixture without a word about ignored options', () => {
  assert.deepEqual(supportedModelTypes(), ['gemma2', 'gemma3_text', 'gpt2', 'gpt_neox', 'llama', 'mistral', 'olmo2', 'opt', 'phi3', 'qwen2', 'qwen3']);
  for (const name of readdirSync(ARCHITECTURES)) assert.deepEqual(describeArchitecture(configOf(name), everything).ignored, [], name);
});

test('an unknown model type names those that are known', () => {
  for (const type of ['mamba', '__proto__', 'toString', undefined, 7]) {
    assert.throws(
      () => describeArchitecture({ ...configOf('qwen2'), model_type: type }, everything),
      (error) => error instanceof AssayError && error.code === 'unsupported-architecture' && error.message.includes('llama'),
    );
  }
});

describe('options that change the computation and are not understood are refused by key', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['llama-bf16-sharded', { quantization_config: { quant_method: 'gptq' } }, 'quantization_config'],
    ['llama-bf16-sharded', { hidden_act: 'mish' }, 'hidden_act'],
    ['llama-bf16-sharded', { hidden_act: 'constructor' }, 'hidden_act'],
    ['llama-bf16-sharded', { rope_parameters: { rope_type: 'yarn', factor: 2, rope_theta: 10_000 } }, 'rope_type'],
    ['llama-bf16-sharded', { rope_parameters: null, rope_scaling: { type: 'dynamic', factor: 2 } }, 'rope_type'],
    ['llama-bf16-sharded', { rope_parameters: { rope_type: 'default', rope_theta: 10_000, mrope_section: [1, 2] } }, 'rope_parameters.mrope_section'],
    ['llama-bf16-sharded', { rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } }, 'partial_rotary_factor'],
    ['llama-bf16-sharded', { rope_scaling: { type: 'linear', factor: 2 } }, 'rope_scaling'],
    ['llama-bf16-sharded', { attn_logit_softcapping: 50 }, 'attn_logit_softcapping'],
    ['olmo2', { sliding_window: 64 }, 'sliding_window'],
    ['llama-bf16-sharded', { sliding_window_size: 64 }, 'sliding_window_size'],
    ['llama-bf16-sharded', { rope_theta: 20_000, rope_parameters: { rope_type: 'default', rope_theta: 10_000 }, rope_scaling: { rope_type: 'default' } }, 'rope_scaling'],
    ['gemma3-text', { rope_scaling: { rope_type: 'linear', factor: 8 } }, 'rope_scaling'],
    ['llama-bf16-sharded', { num_local_experts: 8 }, 'num_local_experts'],
    ['llama-bf16-sharded', { residual_multiplier: 0.2 }, 'residual_multiplier'],
    ['llama-bf16-sharded', { architectures: ['LlamaForSequenceClassification'] }, 'architectures'],
    ['gpt2-f32', { add_cross_attention: true }, 'add_cross_attention'],
    ['gemma3-text', { use_bidirectional_attention: true }, 'use_bidirectional_attention'],
    ['gemma2', { use_bidirectional_attention: true }, 'use_bidirectional_attention'],
    ['gemma3-text', { attn_logit_softcapping: 50 }, 'attn_logit_softcapping'],
    ['gemma2', { layer_types: ['sliding_attention', 'chunked_attention'] }, 'layer_types'],
    ['qwen2', { layer_types: ['sliding_attention', 'full_attention'] }, 'layer_types'],
    ['phi3', { rope_parameters: { rope_type: 'longrope', rope_theta: 10_000, short_factor: [1], long_factor: [1] } }, 'rope_type'],
    ['gpt-neox-f16', { rope_parameters: { rope_type: 'default', rope_theta: 10_000, partial_rotary_factor: 0.2 } }, 'partial_rotary_factor'],
  ];
  for (const [name, change, key] of cases) {
    test(`${name} with ${JSON.stringify(change)}`, () => refused({ ...configOf(name), ...change }, 'unsupported-option', key));
  }
});

describe('options of a wrong kind', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['llama-bf16-sharded', { hidden_size: '64' }, 'hidden_size'],
    ['llama-bf16-sharded', { num_hidden_layers: 1e9 }, 'num_hidden_layers'],
    ['llama-bf16-sharded', { head_dim: 1e9 }, 'head_dim'],
    ['llama-bf16-sharded', { num_key_value_heads: 3 }, 'num_key_value_heads'],
    ['llama-bf16-sharded', { head_dim: null, num_attention_heads: 5, num_key_value_heads: 5 }, 'num_attention_heads'],
    ['llama-bf16-sharded', { attention_bias: 'no' }, 'attention_bias'],
    ['llama-bf16-sharded', { rope_parameters: { rope_theta: -1 } }, 'rope_theta'],
    ['llama-bf16-sharded', { rope_parameters: [1] }, 'rope_parameters'],
    ['llama3-scaled-rope', { rope_parameters: { rope_type: 'llama3', factor: 0, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8 } }, 'factor'],
    ['gemma2', { layer_types: ['full_attention'] }, 'layer_types'],
    ['gemma3-text', { rope_parameters: { rope_theta: 10_000 } }, 'rope_parameters'],
    ['gpt2-f32', { n_head: 0 }, 'n_head'],
    ['mistral-sliding', { sliding_window: 0 }, 'sliding_window'],
  ];
  for (const [name, change, key] of cases) {
    test(`${name} with ${JSON.stringify(change)}`, () => refused({ ...configOf(name), ...change }, 'wrong-option', key));
  }
});

test('a size that is missing', () => {
  for (const key of ['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size', 'vocab_size']) {
    refused({ ...configOf('qwen3'), [key]: undefined }, 'missing-option', key);
  }
});

test('what does not sound like computation is ignored aloud; what is off or only about training, silently', () => {
  const config = { ...configOf('qwen3'), my_note: 'x', sliding_window: null, alibi: false, use_moe: null, attention_dropout: 0.1, auto_map: { AutoModel: 'x' } };
  assert.deepEqual(describeArchitecture(config, everything).ignored, [{ key: 'my_note', value: '"x"' }]);
});

test('both spellings of a rotary setting are the same', () => {
  const newer = configOf('llama3-scaled-rope');
  const { rope_theta, ...scaling } = newer['rope_parameters'] as Record<string, unknown>;
  const older = { ...newer, rope_parameters: undefined, rope_theta, rope_scaling: scaling };
  assert.deepEqual(describeArchitecture(older, everything), describeArchitecture(newer, everything));
  const gemma = configOf('gemma3-text');
  const olderGemma = { ...gemma, rope_parameters: undefined, layer_types: undefined, sliding_window_pattern: 6, rope_theta: 1_000_000, rope_local_base_freq: 10_000, rope_scaling: null };
  assert.deepEqual(describeArchitecture(olderGemma, everything), describeArchitecture(gemma, everything));
});

describe('published configs say what the reference never reads', () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ['gemma2', { sliding_window_size: 4096 }],
    ['qwen2', { dual_chunk_attention_config: { chunk_size: 262_144, local_size: 8192 } }],
    ['llama-bf16-sharded', { sliding_window: 4096, use_sliding_window: true, max_window_layers: 28 }],
    ['mistral-sliding', { max_window_layers: 28 }],
    ['phi3', { full_attn_mod: 1, interpolate_factor: 1 }],
    ['llama-bf16-sharded', { residual_dropout: 0.1, attn_dropout: 0.1, embed_dropout_prob: 0.2, embedding_initializer_range: 0.1 }],
    ['llama-bf16-sharded', { rope_parameters: { rope_theta: 10_000, rope_type: 'default' }, rope_scaling: { rope_type: 'default' } }],
    ['llama-bf16-sharded', { rope_parameters: { rope_theta: 10_000, rope_type: 'default' }, rope_scaling: { type: 'default', factor: null } }],
  ];
  for (const [name, more] of cases) {
    test(`${name} with ${JSON.stringify(more)}`, () => {
      const read = describeArchitecture({ ...configOf(name), ...more }, everything);
      assert.deepEqual(read, describeArchitecture(configOf(name), everything));
    });
  }

  test('num_key_value_heads: null is as many as heads; left out it is the class\'s', () => {
    const keyHeads = (change: Record<string, unknown>): number | undefined =>
      describeArchitecture({ ...configOf('qwen2'), num_attention_heads: 4, head_dim: 16, ...change }, everything).description.blocks[0]?.attention.layer.keyHeads;
    assert.equal(keyHeads({ num_key_value_heads: null }), 4);
    assert.throws(() => keyHeads({ num_key_value_heads: undefined }), (error) => error instanceof AssayError && error.code === 'wrong-option' && error.args['value'] === '32');
  });
});

describe('embedding and output head', () => {
  const HEADS: Readonly<Record<string, [embedding: string, head: string]>> = {
    'gpt2-f32': ['transformer.wte.weight', 'lm_head.weight'],
    'gpt-neox-f16': ['gpt_neox.embed_in.weight', 'embed_out.weight'],
    'opt-f32': ['model.decoder.embed_tokens.weight', 'lm_head.weight'],
  };
  const TIED_BY_DEFAULT = ['gemma2', 'gemma3-text', 'gpt2-f32', 'opt-f32'];
  const tables = (name: string, tied: boolean | undefined, missing: string | null): [string, string] => {
    const { embedding, head } = describeArchitecture({ ...configOf(name), tie_word_embeddings: tied }, { has: (tensor) => tensor !== missing && held(name).has(tensor) }).description;
    return [embedding.tokens, head.logits.weight];
  };
  const held = (name: string) => tensorsOf(describeArchitecture(configOf(name), everything).description);
  for (const name of readdirSync(ARCHITECTURES)) {
    test(name, () => {
      const [embedding, head] = HEADS[name] ?? ['model.embed_tokens.weight', 'lm_head.weight'];
      const refusedHead = (tied: boolean | undefined) =>
        assert.throws(() => tables(name, tied, head), (error) => error instanceof AssayError && error.code === 'missing-output-head' && error.args['head'] === head && error.place.tensor === head);
      for (const tied of [true, false, undefined]) assert.deepEqual(tables(name, tied, null), [embedding, head], 'both are there');
      assert.deepEqual(tables(name, true, head), [embedding, embedding], 'the head is the embedding');
      assert.deepEqual(tables(name, true, embedding), [head, head], 'the embedding is the head');
      assert.deepEqual(tables(name, false, embedding), [embedding, head], 'untied, each stands for itself');
      refusedHead(false);
      if (TIED_BY_DEFAULT.includes(name)) assert.deepEqual(tables(name, undefined, head), [embedding, embedding]);
      else refusedHead(undefined);
    });
  }
});
