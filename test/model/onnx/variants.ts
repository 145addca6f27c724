export const VOCABULARY = 60;

const llama = {
  model_type: 'llama', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2,
  intermediate_size: 40, vocab_size: VOCABULARY, head_dim: 16, tie_word_embeddings: false,
};
const gpt2 = { model_type: 'gpt2', n_embd: 32, n_layer: 3, n_head: 4, n_positions: 40, vocab_size: VOCABULARY };
const neox = { model_type: 'gpt_neox', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 40, vocab_size: VOCABULARY };
const opt = {
  model_type: 'opt', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 4, ffn_dim: 40, vocab_size: VOCABULARY, max_position_embeddings: 40,
};

/** Configs of small checkpoints: what each model type can be asked for, by what is unusual in it. */
export const VARIANTS: Readonly<Record<string, Record<string, unknown>>> = {
  'heads of 6': { ...llama, head_dim: 6 },
  'heads of 8': { ...llama, head_dim: 8 },
  'heads of 10, one key head': { ...llama, head_dim: 10, num_key_value_heads: 1 },
  'heads of 24': { ...llama, head_dim: 24 },
  'biases everywhere': { ...llama, attention_bias: true, mlp_bias: true },
  'relu2': { ...llama, hidden_act: 'relu2' },
  'quick gelu': { ...llama, hidden_act: 'quick_gelu' },
  'mistral, a window of 3': { ...llama, model_type: 'mistral', sliding_window: 3 },
  'mistral, a window of 3, heads of 6': { ...llama, model_type: 'mistral', sliding_window: 3, head_dim: 6 },
  'qwen2, windows from layer 1': { ...llama, model_type: 'qwen2', use_sliding_window: true, sliding_window: 4, max_window_layers: 1 },
  'qwen3, heads of 6': { ...llama, model_type: 'qwen3', head_dim: 6 },
  'phi3, a quarter of a head turns': { ...llama, model_type: 'phi3', partial_rotary_factor: 0.25, sliding_window: 5 },
  'phi3, heads of 12': { ...llama, model_type: 'phi3', head_dim: 12, rope_parameters: { partial_rotary_factor: 0.5, rope_theta: 100, rope_type: 'default' } },
  'olmo2': { ...llama, model_type: 'olmo2' },
  'gemma2, small caps': { ...llama, model_type: 'gemma2', sliding_window: 3, attn_logit_softcapping: 2, final_logit_softcapping: 3 },
  'gemma2, heads of 6': { ...llama, model_type: 'gemma2', head_dim: 6, sliding_window: 3, attn_logit_softcapping: 2 },
  'gemma3, older spelling': {
    ...llama, model_type: 'gemma3_text', num_hidden_layers: 4, sliding_window: 3, sliding_window_pattern: 2, rope_local_base_freq: 50, rope_theta: 900,
    rope_scaling: { type: 'linear', factor: 4 },
  },
  'gpt2': gpt2,
  'gpt2 without scaling': { ...gpt2, scale_attn_weights: false },
  'gpt2 scaled by layer': { ...gpt2, scale_attn_by_inverse_layer_idx: true },
  'gpt2, neither': { ...gpt2, scale_attn_weights: false, scale_attn_by_inverse_layer_idx: true },
  'gpt_neox, older spelling': { ...neox, rotary_pct: 0.25, rotary_emb_base: 500 },
  'gpt_neox, one after the other, no biases': { ...neox, use_parallel_residual: false, attention_bias: false, rotary_pct: 1 },
  'opt': opt,
  'opt with norms after the sum and a narrow embedding': { ...opt, do_layer_norm_before: false, word_embed_proj_dim: 20, enable_bias: false },
  'opt without norm weights': { ...opt, layer_norm_elementwise_affine: false },
  'opt without the last norm': { ...opt, _remove_final_layer_norm: true },
};
