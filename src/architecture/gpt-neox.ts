import type { AttentionPosition, Attention, Block, Description } from './description';
import type { Options } from './options';
import { readRope, rotary } from './rope';
import { tokenTables } from './tables';
import { evenShare, layerNorm, linear, prefixOf, readActivation, readLayers, type TensorNames } from './shape';

/** Attention and MLP side by side, a part of each head turns, query, key and value of a head in a row. */
export function describeGptNeox(options: Options, tensors: TensorNames): Description {
  const prefix = prefixOf(tensors, ['gpt_neox.', ''], 'embed_in.weight');
  const hiddenSize = options.size('hidden_size');
  const heads = options.size('num_attention_heads');
  const headSize = evenShare(options, 'num_attention_heads', hiddenSize, heads);
  const intermediateSize = options.size('intermediate_size');
  const activation = readActivation(options, 'hidden_act', 'gelu');
  const epsilon = options.number('layer_norm_eps', 1e-5);
  const bias = options.flag('attention_bias', true);
  const residual = options.flag('use_parallel_residual', true) ? 'parallel' : 'sequential';
  const position = readPosition(options, headSize);
  const vocabularySize = options.size('vocab_size');
  const { tokens, logits } = tokenTables(options, tensors, { embedding: `${prefix}embed_in.weight`, heads: ['embed_out.weight', 'lm_head.weight'], width: hiddenSize, vocabularySize });

  const attention = (name: string): Attention => ({
    heads,
    keyHeads: heads,
    headSize,
    projections: { kind: 'fused', linear: linear(`${name}query_key_value`, hiddenSize, 3 * hiddenSize, bias), order: 'per-head' },
    queryNorm: null,
    keyNorm: null,
    position,
    scale: headSize ** -0.5,
    softcap: null,
    window: null,
    output: linear(`${name}dense`, hiddenSize, hiddenSize, bias),
  });
  const block = (name: string): Block => ({
    attention: { before: layerNorm(`${name}input_layernorm`, hiddenSize, epsilon), layer: attention(`${name}attention.`), after: null, sum: null },
    mlp: {
      before: layerNorm(`${name}post_attention_layernorm`, hiddenSize, epsilon),
      layer: {
        kind: 'plain',
        activation,
        up: linear(`${name}mlp.dense_h_to_4h`, hiddenSize, intermediateSize, true),
        down: linear(`${name}mlp.dense_4h_to_h`, intermediateSize, hiddenSize, true),
      },
      after: null,
      sum: null,
    },
    residual,
  });
  return {
    modelType: options.modelType,
    hiddenSize,
    vocabularySize,
    embedding: { tokens, width: hiddenSize, scale: null, positions: null, projection: null },
    blocks: Array.from({ length: readLayers(options) }, (_, layer) => block(`${prefix}layers.${layer}.`)),
    finalNorm: layerNorm(`${prefix}final_layer_norm`, hiddenSize, epsilon),
    head: {
      projection: null,
      logits,
      softcap: null,
    },
  };
}

/** transformers 4 calls them `rotary_emb_base` and `rotary_pct`. */
function readPosition(options: Options, headSize: number): AttentionPosition {
  const rope = readRope(options, options.positive('rotary_emb_base', 10_000));
  const older = options.number('rotary_pct', options.number('partial_rotary_factor', 0.25));
  return rotary(options, rope, Math.trunc(headSize * (rope.partial ?? older)));
}
