import type { Description } from './description';
import { describeLlamaForm, plainForm } from './llama-form';
import type { Options } from './options';
import { readRope, wholeHeadRotary } from './rope';
import { readActivation, readHeads, type TensorNames } from './shape';

/** Llama with a sliding window on every layer. */
export function describeMistral(options: Options, tensors: TensorNames): Description {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize, 8) };
  const window = options.positiveOrNull('sliding_window', 4096);
  const position = wholeHeadRotary(options, readRope(options), shape.headSize);
  return describeLlamaForm(options, tensors, {
    ...plainForm(options, shape, readActivation(options, 'hidden_act', 'silu'), 1e-6),
    layer: () => ({ window, position }),
  });
}
