import type { Activation, Linear, Norm } from './description';
import type { Options } from './options';

/** Anything that can tell whether a tensor is in the weights. */
export type TensorNames = { has(name: string): boolean };

export type HeadShape = { readonly heads: number; readonly keyHeads: number; readonly headSize: number };

const MOST_LAYERS = 4096;
const WIDEST_HEAD = 16_384;

/** `num_attention_heads`, `num_key_value_heads`, `head_dim`: missing ones as the reference fills them in. */
export function readHeads(options: Options, hiddenSize: number, keyHeadsWhenMissing?: number, headSizeWhenMissing?: number): HeadShape {
  const heads = options.size('num_attention_heads');
  // Written out as null it is not missing: transformers' classes take as many as there are heads.
  const keyHeads = options.size('num_key_value_heads', options.isNull('num_key_value_heads') ? heads : (keyHeadsWhenMissing ?? heads));
  const headSize = options.size('head_dim', headSizeWhenMissing ?? evenShare(options, 'num_attention_heads', hiddenSize, heads), WIDEST_HEAD);
  if (heads % keyHeads !== 0) throw options.wrong('num_key_value_heads', keyHeads, `a divisor of "num_attention_heads" (${heads})`);
  return { heads, keyHeads, headSize };
}

/** hiddenSize / heads, which must be whole. */
export function evenShare(options: Options, key: string, hiddenSize: number, heads: number): number {
  if (hiddenSize % heads !== 0) throw options.wrong(key, heads, `a divisor of the hidden size (${hiddenSize})`);
  return hiddenSize / heads;
}

export function readLayers(options: Options, key = 'num_hidden_layers'): number {
  return options.size(key, undefined, MOST_LAYERS);
}

/** By the names of transformers' `ACT2FN`. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: 'gelu-erf',
  gelu_python: 'gelu-erf',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  quick_gelu: 'gelu-quick',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
  relu2: 'relu-squared',
};

export function readActivation(options: Options, key: string, whenMissing: string): Activation {
  const name = options.text(key, whenMissing);
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation === undefined) throw options.unsupported(key, name, `Known: ${Object.keys(ACTIVATIONS).join(', ')}.`);
  return activation;
}

/** `layer_types` (one kind a layer) or, where it is missing, `otherwise(layer)`: whether a layer has the sliding window. */
export function slidingLayers(options: Options, layers: number, otherwise: (layer: number) => boolean): boolean[] {
  const types = options.texts('layer_types');
  if (types === null) return Array.from({ length: layers }, (_, layer) => otherwise(layer));
  if (types.length !== layers) throw options.wrong('layer_types', types, `one entry for each of ${layers} layers`);
  return types.map((type) => {
    if (type === 'sliding_attention') return true;
    if (type === 'full_attention') return false;
    throw options.unsupported('layer_types', type);
  });
}

export function linear(name: string, inputs: number, outputs: number, bias: boolean): Linear {
  return { weight: `${name}.weight`, bias: bias ? `${name}.bias` : null, inputs, outputs, stored: 'outputs-first' };
}

export function layerNorm(name: string, size: number, epsilon: number): Norm {
  return { kind: 'layer', weight: `${name}.weight`, bias: `${name}.bias`, size, epsilon };
}

/** The prefix of the decoder's tensors: files saved from the bare model lack it. */
export function prefixOf(tensors: TensorNames, prefixes: readonly string[], probe: string): string {
  return prefixes.find((prefix) => tensors.has(prefix + probe)) ?? prefixes[0] ?? '';
}
