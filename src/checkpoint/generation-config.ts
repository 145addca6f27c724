import { join } from 'node:path';
import type { Checkpoint } from './checkpoint';
import { type JsonObject, readJsonObjectIfThere } from './json-file';

/** What a checkpoint says about generating from it: generation_config.json as transformers' `generate` reads it, else config.json. */
export type GenerationConfig = {
  readonly file: string;
  /** Tokens that end a text, of a text model's `eos_token_id`. */
  readonly endIds: readonly number[];
  /** Of random sampling; null: not said. */
  readonly temperature: number | null;
  readonly topK: number | null;
  readonly topP: number | null;
  readonly minP: number | null;
  /** 1: none. */
  readonly repetitionPenalty: number;
  /** 0: none. */
  readonly noRepeatGram: number;
  readonly suppressed: readonly number[];
  readonly suppressedFirst: readonly number[];
  /** Settings that would change a text and are not applied here, with what they say. */
  readonly unsupported: readonly { readonly name: string; readonly value: string; readonly whenSampling: boolean }[];
};

/** Settings that change texts, each with the value that changes nothing. */
const UNSUPPORTED: Readonly<Record<string, number>> = {
  num_beams: 1, num_beam_groups: 1, min_length: 0, min_new_tokens: 0, encoder_repetition_penalty: 1, encoder_no_repeat_ngram_size: 0, guidance_scale: 1,
  diversity_penalty: 0, penalty_alpha: 0,
};
const UNSUPPORTED_LISTS = [
  'bad_words_ids', 'force_words_ids', 'forced_bos_token_id', 'forced_eos_token_id', 'forced_decoder_ids', 'exponential_decay_length_penalty', 'sequence_bias', 'constraints',
  'stop_strings', 'watermarking_config', 'dola_layers', 'max_time', 'token_healing',
];
const UNSUPPORTED_IN_SAMPLING: Readonly<Record<string, number>> = { typical_p: 1, epsilon_cutoff: 0, eta_cutoff: 0, top_h: 0 };

/** Throws `broken-checkpoint` where the file is no JSON object. */
export async function readGenerationConfig(checkpoint: Pick<Checkpoint, 'path' | 'config'>): Promise<GenerationConfig> {
  const file = join(checkpoint.path, 'generation_config.json');
  const said = await readJsonObjectIfThere(file);
  const config = said ?? { eos_token_id: checkpoint.config['eos_token_id'] };
  return {
    file,
    endIds: ids(config['eos_token_id']),
    temperature: number(config, 'temperature'),
    topK: number(config, 'top_k'),
    topP: number(config, 'top_p'),
    minP: number(config, 'min_p'),
    repetitionPenalty: number(config, 'repetition_penalty') ?? 1,
    noRepeatGram: number(config, 'no_repeat_ngram_size') ?? 0,
    suppressed: ids(config['suppress_tokens']),
    suppressedFirst: ids(config['begin_suppress_tokens']),
    unsupported: [...differing(config, UNSUPPORTED, false), ...differing(config, UNSUPPORTED_IN_SAMPLING, true), ...given(config)],
  };
}

function ids(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id): id is number => Number.isSafeInteger(id) && id >= 0);
}

function number(config: JsonObject, name: string): number | null {
  const value = config[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function differing(config: JsonObject, neutral: Readonly<Record<string, number>>, whenSampling: boolean): GenerationConfig['unsupported'] {
  return Object.entries(neutral).flatMap(([name, usual]) => {
    const value = config[name] ?? null;
    return value === null || value === usual ? [] : [{ name, value: JSON.stringify(value), whenSampling }];
  });
}

function given(config: JsonObject): GenerationConfig['unsupported'] {
  return UNSUPPORTED_LISTS.flatMap((name) => {
    const value = config[name] ?? null;
    return value === null || value === false ? [] : [{ name, value: JSON.stringify(value), whenSampling: false }];
  });
}
