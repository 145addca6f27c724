import type { Description } from './description';
import { describeLlamaForm, plainForm } from './llama-form';
import type { Options } from './options';
import { readRope, rotary } from './rope';
import { readActivation, readHeads, type TensorNames } from './shape';

/** Llama with fused projections; perhaps only a part of each head turns. */
export function describePhi3(options: Options, tensors: TensorNames): Description {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize) };
  const window = options.positiveOrNull('sliding_window', null);
  const rope = readRope(options);
  const share = rope.partial ?? options.number('partial_rotary_factor', 1);
  // Only longrope, which `rotary` refuses, looks at it.
  options.ignore('original_max_position_embeddings', 'partial_rotary_factor');
  const position = rotary(options, rope, Math.trunc(shape.headSize * share));
  return describeLlamaForm(options, tensors, {
    ...plainForm(options, shape, readActivation(options, 'hidden_act', 'silu'), 1e-5),
    fused: true,
    layer: () => ({ window, position }),
  });
}
