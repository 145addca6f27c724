import type { Activation, AttentionPosition, Attention, Block, Branch, Description, HeadNorm, Mlp, Norm, Projections } from './description';
import type { Options } from './options';
import { tokenTables } from './tables';
import { linear, prefixOf, readLayers, type HeadShape, type TensorNames } from './shape';

/** What varies between the many models that are built and named like Llama. */
export type LlamaForm = HeadShape & {
  readonly hiddenSize: number;
  readonly epsilon: number;
  /** RMS norms multiply by weight + this. */
  readonly weightOffset: 0 | 1;
  readonly activation: Activation;
  readonly bias: { readonly queryKeyValue: boolean; readonly output: boolean; readonly mlp: boolean };
  /** Query, key and value in `qkv_proj`, gate and up in `gate_up_proj`. */
  readonly fused: boolean;
  /** Norms of a branch: on its input, on its output, or on both. */
  readonly norms: 'before' | 'after' | 'around';
  readonly queryKeyNorm: HeadNorm['over'] | null;
  readonly scale: number;
  readonly softcap: number | null;
  readonly embeddingScale: number | null;
  readonly logitSoftcap: number | null;
  readonly layer: (index: number) => { readonly window: number | null; readonly position: AttentionPosition };
};

/** `model.layers.N.{self_attn, mlp}`, RMS norms, gated MLP. */
export function describeLlamaForm(options: Options, tensors: TensorNames, form: LlamaForm): Description {
  const { hiddenSize } = form;
  const prefix = prefixOf(tensors, ['model.', ''], 'embed_tokens.weight');
  const vocabularySize = options.size('vocab_size');
  const intermediateSize = options.size('intermediate_size');
  const { tokens, logits } = tokenTables(options, tensors, { embedding: `${prefix}embed_tokens.weight`, heads: ['lm_head.weight'], width: hiddenSize, vocabularySize });
  return {
    modelType: options.modelType,
    hiddenSize,
    vocabularySize,
    embedding: { tokens, width: hiddenSize, scale: form.embeddingScale, positions: null, projection: null },
    blocks: Array.from({ length: readLayers(options) }, (_, index) => block(form, `${prefix}layers.${index}.`, index, intermediateSize)),
    finalNorm: rms(form, `${prefix}norm`, hiddenSize),
    head: {
      projection: null,
      logits,
      softcap: form.logitSoftcap,
    },
  };
}

function block(form: LlamaForm, name: string, index: number, intermediateSize: number): Block {
  const norm = (suffix: string): Norm => rms(form, name + suffix, form.hiddenSize);
  const branches = {
    before: { attention: ['input_layernorm', null], mlp: ['post_attention_layernorm', null] },
    after: { attention: [null, 'post_attention_layernorm'], mlp: [null, 'post_feedforward_layernorm'] },
    around: {
      attention: ['input_layernorm', 'post_attention_layernorm'],
      mlp: ['pre_feedforward_layernorm', 'post_feedforward_layernorm'],
    },
  } as const;
  const branch = <Layer>(layer: Layer, [before, after]: readonly [string | null, string | null]): Branch<Layer> => ({
    before: before === null ? null : norm(before),
    layer,
    after: after === null ? null : norm(after),
    sum: null,
  });
  return {
    attention: branch(attention(form, `${name}self_attn.`, index), branches[form.norms].attention),
    mlp: branch(mlp(form, `${name}mlp.`, intermediateSize), branches[form.norms].mlp),
    residual: 'sequential',
  };
}

function attention(form: LlamaForm, name: string, index: number): Attention {
  const { heads, keyHeads, headSize, hiddenSize, scale, softcap, bias, queryKeyNorm: over } = form;
  const headNorm = (suffix: string, count: number): HeadNorm | null =>
    over === null ? null : { norm: rms(form, name + suffix, over === 'head' ? headSize : count * headSize), over };
  return {
    heads,
    keyHeads,
    headSize,
    projections: projections(form, name),
    queryNorm: headNorm('q_norm', heads),
    keyNorm: headNorm('k_norm', keyHeads),
    ...form.layer(index),
    scale,
    softcap,
    output: linear(`${name}o_proj`, heads * headSize, hiddenSize, bias.output),
  };
}

function projections({ heads, keyHeads, headSize, hiddenSize, fused, bias }: LlamaForm, name: string): Projections {
  const projection = (suffix: string, count: number) => linear(name + suffix, hiddenSize, count * headSize, bias.queryKeyValue);
  return fused
    ? { kind: 'fused', linear: projection('qkv_proj', heads + 2 * keyHeads), order: 'blocks' }
    : { kind: 'separate', query: projection('q_proj', heads), key: projection('k_proj', keyHeads), value: projection('v_proj', keyHeads) };
}

function mlp({ hiddenSize, activation, bias, fused }: LlamaForm, name: string, intermediateSize: number): Mlp {
  const down = linear(`${name}down_proj`, intermediateSize, hiddenSize, bias.mlp);
  if (fused) return { kind: 'gated-fused', activation, gateUp: linear(`${name}gate_up_proj`, hiddenSize, 2 * intermediateSize, bias.mlp), down };
  const gate = linear(`${name}gate_proj`, hiddenSize, intermediateSize, bias.mlp);
  const up = linear(`${name}up_proj`, hiddenSize, intermediateSize, bias.mlp);
  return { kind: 'gated', activation, gate, up, down };
}

function rms(form: LlamaForm, name: string, size: number): Norm {
  return { kind: 'rms', weight: `${name}.weight`, weightOffset: form.weightOffset, size, epsilon: form.epsilon };
}

/** Llama itself; the other members change what differs. */
export function plainForm(options: Options, shape: HeadShape & { readonly hiddenSize: number }, activation: Activation, epsilonWhenMissing: number): Omit<LlamaForm, 'layer'> {
  return {
    ...shape,
    epsilon: options.number('rms_norm_eps', epsilonWhenMissing),
    weightOffset: 0,
    activation,
    bias: { queryKeyValue: false, output: false, mlp: false },
    fused: false,
    norms: 'before',
    queryKeyNorm: null,
    scale: shape.headSize ** -0.5,
    softcap: null,
    embeddingScale: null,
    logitSoftcap: null,
  };
}
