import type { Description } from './description';
import { describeLlamaForm, plainForm } from './llama-form';
import type { Options } from './options';
import { readRope, wholeHeadRotary } from './rope';
import { readActivation, readHeads, type TensorNames } from './shape';

export function describeLlama(options: Options, tensors: TensorNames): Description {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize) };
  const attentionBias = options.flag('attention_bias', false);
  const position = wholeHeadRotary(options, readRope(options), shape.headSize);
  return describeLlamaForm(options, tensors, {
    ...plainForm(options, shape, readActivation(options, 'hidden_act', 'silu'), 1e-6),
    bias: { queryKeyValue: attentionBias, output: attentionBias, mlp: options.flag('mlp_bias', false) },
    layer: () => ({ window: null, position }),
  });
}
