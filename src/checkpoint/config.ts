import { join } from 'node:path';
import { defaultLength } from '../architecture/class-defaults';
import type { ModelConfig } from './checkpoint';
import { broken, unsupported } from './failure';
import { isObject, readJsonObjectIfThere } from './json-file';

export const CONFIG_FILE = 'config.json';

/** What lm-evaluation-harness takes where neither config nor tokenizer says (`_DEFAULT_MAX_LENGTH`). */
const DEFAULT_MAX_LENGTH = 2048;

/**
 * config.json of a checkpoint. Throws `broken-checkpoint` where it is missing, no JSON or names no model type,
 * `unsupported-checkpoint` where its weights are quantised.
 */
export async function readConfig(folder: string): Promise<{ readonly config: ModelConfig; readonly modelType: string }> {
  const file = join(folder, CONFIG_FILE);
  const config = await readJsonObjectIfThere(file);
  if (config === null) throw broken(`${CONFIG_FILE} is missing.`, { file });
  const modelType = config['model_type'];
  if (typeof modelType !== 'string' || modelType === '') throw broken(`${CONFIG_FILE} names no "model_type".`, { file });
  for (const part of [config, textConfig(config)]) {
    const quantization = part['quantization_config'];
    if (quantization !== undefined && quantization !== null) {
      const method = isObject(quantization) && typeof quantization['quant_method'] === 'string' ? ` (${quantization['quant_method']})` : '';
      throw unsupported(`its weights are quantised${method}. Use the checkpoint it was made from, in float32, float16 or bfloat16.`, { file });
    }
  }
  return { config, modelType };
}

/** The part that describes the language model: `text_config` of a multimodal config, else the config itself. */
export function textConfig(config: ModelConfig): ModelConfig {
  const text = config['text_config'];
  return isObject(text) ? text : config;
}

/**
 * Tokens of context, as lm-evaluation-harness 0.4.13 decides it: `n_positions`, `max_position_embeddings` or `n_ctx`
 * of the (text) config, else the tokenizer's limit, else 2048.
 */
export function maxLengthOf(config: ModelConfig, tokenizerLimit: number | null): number {
  const text = textConfig(config);
  for (const key of ['n_positions', 'max_position_embeddings', 'n_ctx']) {
    const length = text[key];
    if (isLength(length)) return length;
  }
  const modelType = text['model_type'] ?? config['model_type'];
  const ofClass = typeof modelType === 'string' ? defaultLength(modelType) : null;
  return ofClass ?? tokenizerLimit ?? DEFAULT_MAX_LENGTH;
}

/** `model_max_length` of a tokenizer_config.json, null where it is absent or stands for "no limit". */
export function tokenizerLimitOf(tokenizerConfig: ModelConfig | null): number | null {
  const limit = tokenizerConfig?.['model_max_length'];
  return isLength(limit) ? limit : null;
}

/** Beyond exact integers lie the marks for "no limit": transformers' `VERY_LARGE_INTEGER`, 1e30. */
function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
