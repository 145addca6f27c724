/** The keys of every kind of mapping in configs and task files (lm-evaluation-harness 0.4.13 for the latter). */
import type { Keys, KeySpec } from './schema';

const text: KeySpec = { kinds: ['text'] };
const textOrTexts: KeySpec = { kinds: ['text', 'texts'] };
const mapping: KeySpec = { kinds: ['mapping'] };
const list: KeySpec = { kinds: ['list'] };
const boolean: KeySpec = { kinds: ['boolean'] };
const hook: KeySpec = { kinds: ['hook'] };
const field: KeySpec = { kinds: ['text', 'integer'] };
const target: KeySpec = { kinds: ['text', 'integer', 'list'] };
const choices: KeySpec = { kinds: ['text', 'list', 'mapping'] };
const count: KeySpec = { kinds: ['integer'], min: 0 };
const positive: KeySpec = { kinds: ['integer'], min: 1 };
const limit: KeySpec = { kinds: ['number'], above: 0 };

export const OUTPUT_TYPES = ['multiple_choice', 'loglikelihood', 'loglikelihood_rolling', 'generate_until'] as const;

export const EVAL_KEYS: Keys = {
  checkpoints: list,
  tasks: list,
  include_path: textOrTexts,
  num_fewshot: count,
  limit,
  seed: { kinds: ['integer'] },
  bootstrap_iters: count,
  baseline: text,
  confidence: { kinds: ['number'], above: 0, below: 1 },
  precision: { kinds: ['text'], oneOf: ['fp32', 'int8'] },
  compat: { kinds: ['text'], oneOf: ['harness', 'correct'] },
  apply_chat_template: { kinds: ['boolean', 'text'] },
  fewshot_as_multiturn: boolean,
  system_instruction: text,
  gen_kwargs: mapping,
  log_samples: boolean,
  output_path: text,
};

export const CHECKPOINT_KEYS: Keys = { path: text, name: text, tokenizer: text };
export const ENDPOINT_KEYS: Keys = {
  endpoint: text, model: text, name: text, tokenizer: text, max_length: { kinds: ['integer'], min: 4 }, concurrency: { kinds: ['integer'], min: 1, max: 1024 },
  timeout: { kinds: ['number'], above: 0, max: 86_400 }, api_key_env: text,
};

export const PERPLEXITY_KEYS: Keys = { perplexity: text, name: text, text_column: text, context: { kinds: ['integer'], min: 2 }, stride: positive, limit, expect: mapping };

export const TASK_KEYS: Keys = {
  task: text,
  task_alias: text,
  tag: textOrTexts,
  task_list: { kinds: ['any'] },
  group: text,
  include: textOrTexts,
  class: hook,
  custom_dataset: hook,
  dataset_path: text,
  dataset_name: text,
  dataset_kwargs: mapping,
  training_split: text,
  validation_split: text,
  test_split: text,
  fewshot_split: text,
  process_docs: hook,
  doc_to_text: field,
  doc_to_target: target,
  doc_to_choice: choices,
  doc_to_image: { kinds: ['text', 'list'] },
  doc_to_audio: { kinds: ['text', 'list'] },
  unsafe_code: boolean,
  process_results: hook,
  use_prompt: text,
  description: text,
  target_delimiter: text,
  fewshot_delimiter: text,
  fewshot_config: mapping,
  num_fewshot: count,
  metric_list: list,
  output_type: text,
  generation_kwargs: mapping,
  repeats: positive,
  filter_list: list,
  should_decontaminate: boolean,
  doc_to_decontamination_query: text,
  gen_prefix: text,
  /** Few-shot examples as turns of their own under a chat template. */
  fewshot_as_multiturn: boolean,
  metadata: { kinds: ['any'] },
  limit,
};

/** An entry of `tasks:`: a reference by name, with any task key on top. */
export const TASK_ENTRY_KEYS: Keys = { ...TASK_KEYS, expect: mapping };

export const FEWSHOT_KEYS: Keys = {
  sampler: { kinds: ['text'], oneOf: ['default', 'first_n'] },
  split: text,
  process_docs: hook,
  samples: list,
  doc_to_text: field,
  doc_to_choice: choices,
  doc_to_target: target,
  gen_prefix: text,
  fewshot_delimiter: text,
  target_delimiter: text,
  fewshot_indices: { kinds: ['list'] },
};

/** Other keys of an entry are options of the metric. */
export const METRIC_KEYS: Keys = { metric: text, aggregation: text, higher_is_better: boolean, hf_evaluate: boolean };
export const FILTER_KEYS: Keys = { name: text, filter: list };
/** Other keys of a step are options of the filter. */
export const FILTER_STEP_KEYS: Keys = { function: text };
/** Other keys go to the reader of the data. */
export const DATASET_KWARGS_KEYS: Keys = { data_files: { kinds: ['text', 'texts', 'mapping'] }, data_dir: text };

/** What only a group has; every other task key of a group file is an override of all tasks below. */
export const GROUP_KEYS: Keys = {
  ...TASK_KEYS,
  group_alias: text,
  task: list,
  aggregate_metric_list: { kinds: ['list', 'mapping'] },
};
export const AGGREGATE_KEYS: Keys = { metric: text, aggregation: { kinds: ['text'], oneOf: ['mean'] }, weight_by_size: boolean, filter_list: textOrTexts, mean_of: list };
