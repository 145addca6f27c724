import type { Attention, Block, Branch, Description, Norm } from './description';
import type { Options } from './options';
import { tokenTables } from './tables';
import { evenShare, layerNorm, linear, prefixOf, readActivation, readLayers, type TensorNames } from './shape';

/** The table of positions starts with two rows that are never read. */
const POSITION_OFFSET = 2;
const EPSILON = 1e-5;

/** Learned positions; norms before each branch, or after the sum (OPT-350m), whose embedding is also narrower than the model. */
export function describeOpt(options: Options, tensors: TensorNames): Description {
  const prefix = prefixOf(tensors, ['model.decoder.', 'decoder.', ''], 'embed_tokens.weight');
  const hiddenSize = options.size('hidden_size');
  const width = options.size('word_embed_proj_dim', hiddenSize);
  const heads = options.size('num_attention_heads');
  const headSize = evenShare(options, 'num_attention_heads', hiddenSize, heads);
  const intermediateSize = options.size('ffn_dim');
  const activation = readActivation(options, 'activation_function', 'relu');
  const normBefore = options.flag('do_layer_norm_before', true);
  const bias = options.flag('enable_bias', true);
  const affine = options.flag('layer_norm_elementwise_affine', true);
  const finalNorm = normBefore && !options.flag('_remove_final_layer_norm', false);
  const vocabularySize = options.size('vocab_size');
  const { tokens, logits } = tokenTables(options, tensors, { embedding: `${prefix}embed_tokens.weight`, heads: ['lm_head.weight'], width, vocabularySize });
  options.ignore('_remove_final_layer_norm');

  const norm = (name: string): Norm =>
    affine ? layerNorm(name, hiddenSize, EPSILON) : { kind: 'layer', weight: null, bias: null, size: hiddenSize, epsilon: EPSILON };
  const branch = <Layer>(name: string, layer: Layer): Branch<Layer> =>
    normBefore ? { before: norm(name), layer, after: null, sum: null } : { before: null, layer, after: null, sum: norm(name) };
  const projection = (name: string) => linear(name, hiddenSize, hiddenSize, bias);
  const attention = (name: string): Attention => ({
    heads,
    keyHeads: heads,
    headSize,
    projections: { kind: 'separate', query: projection(`${name}q_proj`), key: projection(`${name}k_proj`), value: projection(`${name}v_proj`) },
    queryNorm: null,
    keyNorm: null,
    position: { kind: 'none' },
    scale: headSize ** -0.5,
    softcap: null,
    window: null,
    output: projection(`${name}out_proj`),
  });
  const block = (name: string): Block => ({
    attention: branch(`${name}self_attn_layer_norm`, attention(`${name}self_attn.`)),
    mlp: branch(`${name}final_layer_norm`, {
      kind: 'plain',
      activation,
      up: linear(`${name}fc1`, hiddenSize, intermediateSize, bias),
      down: linear(`${name}fc2`, intermediateSize, hiddenSize, bias),
    }),
    residual: 'sequential',
  });
  return {
    modelType: options.modelType,
    hiddenSize,
    vocabularySize,
    embedding: {
      tokens,
      width,
      scale: null,
      positions: {
        table: `${prefix}embed_positions.weight`,
        rows: options.size('max_position_embeddings', 2048) + POSITION_OFFSET,
        offset: POSITION_OFFSET,
      },
      projection: width === hiddenSize ? null : linear(`${prefix}project_in`, width, hiddenSize, false),
    },
    blocks: Array.from({ length: readLayers(options) }, (_, layer) => block(`${prefix}layers.${layer}.`)),
    finalNorm: finalNorm ? norm(`${prefix}final_layer_norm`) : null,
    head: {
      projection: width === hiddenSize ? null : linear(`${prefix}project_out`, hiddenSize, width, false),
      logits,
      softcap: null,
    },
  };
}
