import type { Description } from './description';
import { describeLlamaForm, plainForm, type LlamaForm } from './llama-form';
import type { Options } from './options';
import { readRope, readRopeOfKind, wholeHeadRotary } from './rope';
import { readActivation, readHeads, readLayers, slidingLayers, type TensorNames } from './shape';

/** Soft caps on scores and logits, a window on every other layer, norms around each branch. */
export function describeGemma2(options: Options, tensors: TensorNames): Description {
  const form = gemmaForm(options);
  const position = wholeHeadRotary(options, readRope(options), form.headSize);
  const window = options.positiveOrNull('sliding_window', 4096);
  const sliding = slidingLayers(options, readLayers(options), (layer) => layer % 2 === 0);
  return describeLlamaForm(options, tensors, {
    ...form,
    softcap: options.positiveOrNull('attn_logit_softcapping', 50),
    logitSoftcap: options.positiveOrNull('final_logit_softcapping', 30),
    layer: (index) => ({ window: sliding[index] === true ? window : null, position }),
  });
}

/** Norms on queries and keys; five windowed layers to a full one, each kind with rotary frequencies of its own. */
export function describeGemma3(options: Options, tensors: TensorNames): Description {
  const form = gemmaForm(options);
  const thetas = { full_attention: 1_000_000, sliding_attention: 10_000 };
  const near = wholeHeadRotary(options, readRopeOfKind(options, 'sliding_attention', thetas), form.headSize);
  const far = wholeHeadRotary(options, readRopeOfKind(options, 'full_attention', thetas), form.headSize);
  const window = options.positiveOrNull('sliding_window', 4096);
  const period = options.size('sliding_window_pattern', options.size('_sliding_window_pattern', 6));
  const sliding = slidingLayers(options, readLayers(options), (layer) => (layer + 1) % period !== 0);
  options.only('attn_logit_softcapping', null);
  options.only('use_bidirectional_attention', false);
  return describeLlamaForm(options, tensors, {
    ...form,
    queryKeyNorm: 'head',
    logitSoftcap: options.positiveOrNull('final_logit_softcapping', null),
    layer: (index) => (sliding[index] === true ? { window, position: near } : { window: null, position: far }),
  });
}

function gemmaForm(options: Options): Omit<LlamaForm, 'layer'> {
  const hiddenSize = options.size('hidden_size');
  const shape = { hiddenSize, ...readHeads(options, hiddenSize, 4, 256) };
  const attentionBias = options.flag('attention_bias', false);
  // The reference computes with `hidden_activation`, whatever older files say here.
  options.ignore('hidden_act');
  options.only('use_bidirectional_attention', false);
  return {
    ...plainForm(options, shape, readActivation(options, 'hidden_activation', 'gelu_pytorch_tanh'), 1e-6),
    weightOffset: 1,
    bias: { queryKeyValue: attentionBias, output: attentionBias, mlp: false },
    norms: 'around',
    scale: options.positive('query_pre_attn_scalar', 256) ** -0.5,
    embeddingScale: Math.sqrt(hiddenSize),
  };
}
