import type { Attention, Block, Description, Linear } from './description';
import type { Options } from './options';
import { tokenTables } from './tables';
import { evenShare, layerNorm, prefixOf, readActivation, readLayers, type TensorNames } from './shape';

/** Learned positions, layer norms, one projection for query, key and value; weights lie [inputs, outputs]. */
export function describeGpt2(options: Options, tensors: TensorNames): Description {
  const prefix = prefixOf(tensors, ['transformer.', ''], 'wte.weight');
  const hiddenSize = options.size('n_embd');
  const heads = options.size('n_head');
  const headSize = evenShare(options, 'n_head', hiddenSize, heads);
  const intermediateSize = options.size('n_inner', 4 * hiddenSize);
  const activation = readActivation(options, 'activation_function', 'gelu_new');
  const epsilon = options.number('layer_norm_epsilon', 1e-5);
  const scaled = options.flag('scale_attn_weights', true);
  const byLayer = options.flag('scale_attn_by_inverse_layer_idx', false);
  const vocabularySize = options.size('vocab_size');
  const { tokens, logits } = tokenTables(options, tensors, { embedding: `${prefix}wte.weight`, heads: ['lm_head.weight'], width: hiddenSize, vocabularySize });

  const attention = (name: string, layer: number): Attention => ({
    heads,
    keyHeads: heads,
    headSize,
    projections: { kind: 'fused', linear: conv1d(`${name}c_attn`, hiddenSize, 3 * hiddenSize), order: 'blocks' },
    queryNorm: null,
    keyNorm: null,
    position: { kind: 'none' },
    scale: (scaled ? headSize ** -0.5 : 1) / (byLayer ? layer + 1 : 1),
    softcap: null,
    window: null,
    output: conv1d(`${name}c_proj`, hiddenSize, hiddenSize),
  });
  const block = (name: string, layer: number): Block => ({
    attention: { before: layerNorm(`${name}ln_1`, hiddenSize, epsilon), layer: attention(`${name}attn.`, layer), after: null, sum: null },
    mlp: {
      before: layerNorm(`${name}ln_2`, hiddenSize, epsilon),
      layer: {
        kind: 'plain',
        activation,
        up: conv1d(`${name}mlp.c_fc`, hiddenSize, intermediateSize),
        down: conv1d(`${name}mlp.c_proj`, intermediateSize, hiddenSize),
      },
      after: null,
      sum: null,
    },
    residual: 'sequential',
  });
  return {
    modelType: options.modelType,
    hiddenSize,
    vocabularySize,
    embedding: {
      tokens,
      width: hiddenSize,
      scale: null,
      positions: { table: `${prefix}wpe.weight`, rows: options.size('n_positions', 1024), offset: 0 },
      projection: null,
    },
    blocks: Array.from({ length: readLayers(options, 'n_layer') }, (_, layer) => block(`${prefix}h.${layer}.`, layer)),
    finalNorm: layerNorm(`${prefix}ln_f`, hiddenSize, epsilon),
    head: {
      projection: null,
      logits,
      softcap: null,
    },
  };
}

function conv1d(name: string, inputs: number, outputs: number): Linear {
  return { weight: `${name}.weight`, bias: `${name}.bias`, inputs, outputs, stored: 'inputs-first' };
}
