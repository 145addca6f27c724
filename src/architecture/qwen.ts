import type { AttentionPosition, Description } from './description';
import { describeLlamaForm, plainForm } from './llama-form';
import type { Options } from './options';
import { readRope, wholeHeadRotary } from './rope';
import { readActivation, readHeads, readLayers, slidingLayers, type TensorNames } from './shape';

const HEADS_WHEN_MISSING = 32;

/** Llama with biases on query, key and value. */
export function describeQwen2(options: Options, tensors: TensorNames): Description {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize, HEADS_WHEN_MISSING) };
  const position = wholeHeadRotary(options, readRope(options), shape.headSize);
  return describeLlamaForm(options, tensors, {
    ...plainForm(options, shape, readActivation(options, 'hidden_act', 'silu'), 1e-6),
    bias: { queryKeyValue: true, output: false, mlp: false },
    layer: windowedLayers(options, position),
  });
}

/** Llama with an RMS norm on each head's query and key. */
export function describeQwen3(options: Options, tensors: TensorNames): Description {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize, HEADS_WHEN_MISSING, 128) };
  const attentionBias = options.flag('attention_bias', false);
  const position = wholeHeadRotary(options, readRope(options), shape.headSize);
  return describeLlamaForm(options, tensors, {
    ...plainForm(options, shape, readActivation(options, 'hidden_act', 'silu'), 1e-6),
    bias: { queryKeyValue: attentionBias, output: attentionBias, mlp: false },
    queryKeyNorm: 'head',
    layer: windowedLayers(options, position),
  });
}

/** With `use_sliding_window` the layers from `max_window_layers` on have the window, unless `layer_types` says which. */
function windowedLayers(options: Options, position: AttentionPosition): (index: number) => { window: number | null; position: AttentionPosition } {
  const used = options.flag('use_sliding_window', false);
  const size = options.positiveOrNull('sliding_window', 4096);
  options.ignore('max_window_layers');
  const window = used ? size : null;
  const first = window === null ? Infinity : options.number('max_window_layers', 28);
  const sliding = slidingLayers(options, readLayers(options), (layer) => layer >= first);
  if (window === null && sliding.includes(true)) {
    throw options.unsupported('layer_types', 'sliding_attention', '"use_sliding_window" or "sliding_window" is off.');
  }
  return (index) => ({ window: sliding[index] === true ? window : null, position });
}
