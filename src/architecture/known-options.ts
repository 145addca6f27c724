/**
 * Options that change nothing about a log-probability: token ids, training, generation, bookkeeping.
 * What is in neither list is judged by its name.
 */
const HARMLESS = new Set([
  // Bookkeeping.
  'model_type', '_name_or_path', 'name_or_path', 'architectures', 'auto_map', 'transformers_version', 'transformers.js_config', 'dtype',
  'torch_dtype', 'tokenizer_class', 'prefix', 'finetuning_task', 'task_specific_params', 'id2label', 'label2id', 'num_labels',
  'problem_type', 'return_dict', 'torchscript', 'use_bfloat16', 'tf_legacy_loss', 'unsloth_version', 'unsloth_fixed', 'is_llama_config', 'model_max_length',
  // How it is computed, not what.
  '_attn_implementation', '_attn_implementation_autoset', '_attn_implementation_internal', 'attn_implementation', 'use_flash_attention',
  'use_flash_attention_2', '_flash_attn_2_enabled', 'use_flash_attn', 'flash_attention', 'use_cache', 'cache_implementation', 'pretraining_tp',
  'chunk_size_feed_forward', 'output_attentions', 'output_hidden_states', 'output_scores', 'reorder_and_upcast_attn', 'is_decoder',
  // Lengths: the tokens of a request are limited by whoever asks.
  'max_position_embeddings', 'n_ctx', 'n_positions',
  // Training.
  'layerdrop', 'summary_activation', 'summary_proj_to_labels', 'summary_type', 'summary_use_proj', 'init_std',
  'gradient_checkpointing', 'router_aux_loss_coef',
  // Tokens.
  'bos_token_id', 'eos_token_id', 'pad_token_id', 'sep_token_id', 'cls_token_id', 'unk_token_id', 'mask_token_id', 'decoder_start_token_id',
  // Generation.
  'max_length', 'min_length', 'max_new_tokens', 'do_sample', 'early_stopping', 'num_beams', 'num_beam_groups', 'diversity_penalty', 'temperature', 'top_k', 'top_p',
  'typical_p', 'repetition_penalty', 'length_penalty', 'no_repeat_ngram_size', 'encoder_no_repeat_ngram_size', 'bad_words_ids',
  'num_return_sequences', 'suppress_tokens', 'begin_suppress_tokens', 'forced_bos_token_id', 'forced_eos_token_id',
  'remove_invalid_values', 'exponential_decay_length_penalty',
]);

/**
 * Keys of published configs that change the computation elsewhere and that the reference's class of this type never reads:
 * remains of the model a checkpoint was converted from, or of the makers' own code.
 */
const DEAD: Readonly<Record<string, readonly string[]>> = {
  gemma2: ['sliding_window_size'],
  llama: ['sliding_window', 'use_sliding_window', 'max_window_layers'],
  mistral: ['max_window_layers'],
  phi3: ['full_attn_mod', 'interpolate_factor'],
  qwen2: ['dual_chunk_attention_config'],
  qwen3: ['dual_chunk_attention_config'],
};

/** Dropout and initial values are of the training alone. */
const TRAINING_ONLY = /(dropout|pdrop)(_prob|_rate|_p)?$|initializer/i;

const COMPUTATION =
  /attn|attention|rope|rotary|position|norm|window|expert|moe|router|scal|multipl|cap|alibi|bias|act|quant|resid|emb|tie|head|layer|hidden|proj|mlp|ffn|sparse|factor|theta|sink|lora|clip|decoder|encoder|conv|mamba|ssm|vision|audio/i;

export function isHarmless(key: string, modelType: string): boolean {
  return HARMLESS.has(key) || TRAINING_ONLY.test(key) || (Object.hasOwn(DEAD, modelType) && DEAD[modelType]?.includes(key) === true);
}

export function soundsLikeComputation(key: string): boolean {
  return COMPUTATION.test(key);
}
