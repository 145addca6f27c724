import type { ModelConfig } from '../checkpoint/checkpoint';
import type { Rotary } from './description';
import { Options } from './options';

const f32 = Math.fround;

/** Kinds of layers that may have rotary frequencies of their own. */
export type LayerKind = 'full_attention' | 'sliding_attention';

/** One rotary setting, whichever transformers wrote it: 5 (`rope_parameters`) or 4 (`rope_theta`, `rope_scaling`). */
export type RopeSetting = { readonly theta: number; readonly partial: number | null; readonly scaling: ModelConfig };

/** Reads the one setting of a model whose layers all turn alike. */
export function readRope(options: Options, defaultTheta = 10_000): RopeSetting {
  const theta = options.positive('rope_theta', defaultTheta);
  return setting(options, scalingOf(options, theta), theta);
}

/** Reads the setting of one kind of layer (Gemma 3): nested in transformers 5, `rope_local_base_freq` in 4, where scaling is for full layers only. */
export function readRopeOfKind(options: Options, kind: LayerKind, defaults: Readonly<Record<LayerKind, number>>): RopeSetting {
  const parameters = options.record('rope_parameters');
  const theta = options.number('rope_theta', defaults.full_attention);
  const localTheta = options.number('rope_local_base_freq', defaults.sliding_attention);
  const fallback = kind === 'full_attention' ? theta : localTheta;
  if (parameters === null) return setting(options, kind === 'full_attention' ? (options.record('rope_scaling') ?? {}) : {}, fallback);
  const legacy = options.record('rope_scaling');
  const far = parameters['full_attention'];
  if (legacy !== null && meaningOf(legacy, theta) !== meaningOf({ ...(typeof far === 'object' ? far : {}) }, theta)) {
    throw options.unsupported('rope_scaling', legacy, 'It contradicts "rope_parameters".');
  }
  const own = parameters[kind];
  if (typeof own !== 'object' || own === null || Array.isArray(own)) {
    throw options.wrong('rope_parameters', parameters, `an object with "full_attention" and "sliding_attention"`);
  }
  return setting(options, { ...own }, fallback);
}

/** The frequencies of `size` turning dimensions, rounded to float32 wherever the reference rounds. Errors: types and keys not understood. */
export function rotary(options: Options, rope: RopeSetting, size: number): Rotary {
  if (size % 2 !== 0 || size < 2) throw options.unsupported('partial_rotary_factor', rope.partial, `It turns ${size} dimensions, an odd number.`);
  const plain = Array.from({ length: size / 2 }, (_, i) => f32(1 / f32(rope.theta ** f32((2 * i) / size))));
  return { kind: 'rotary', size, frequencies: scale(options, plain, rope.scaling), pairs: 'halves', amplitude: 1 };
}

/** What each type reads, beyond the keys common to all. */
const SCALING_KEYS = {
  default: ['factor'],
  linear: ['factor'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor'],
} as const;
const COMMON_KEYS = ['rope_type', 'type', 'rope_theta', 'partial_rotary_factor', 'original_max_position_embeddings'];

function isScalingType(type: unknown): type is keyof typeof SCALING_KEYS {
  return typeof type === 'string' && Object.hasOwn(SCALING_KEYS, type);
}

function scale(options: Options, plain: readonly number[], scaling: ModelConfig): number[] {
  const type = scaling['rope_type'] ?? scaling['type'] ?? 'default';
  if (!isScalingType(type)) throw options.unsupported('rope_type', type, `Known: ${Object.keys(SCALING_KEYS).join(', ')}.`);
  const known: readonly string[] = [...COMMON_KEYS, ...SCALING_KEYS[type]];
  for (const [key, value] of Object.entries(scaling)) {
    if (value !== null && !known.includes(key)) throw options.unsupported(`rope_parameters.${key}`, value);
  }
  const values = new Options(scaling, options.modelType);
  switch (type) {
    case 'default':
      values.only('factor', 1);
      return [...plain];
    case 'linear': {
      const factor = values.positive('factor');
      return plain.map((frequency) => f32(frequency / factor));
    }
    case 'llama3':
      return llama3(values, plain);
  }
}

/** Llama 3.1: long wavelengths are divided by `factor`, short ones kept, those between interpolated (transformers, `_compute_llama3_parameters`). */
function llama3(values: Options, plain: readonly number[]): number[] {
  const factor = values.positive('factor');
  const low = values.positive('low_freq_factor');
  const high = values.positive('high_freq_factor');
  const length = values.positive('original_max_position_embeddings');
  if (!(high > low)) throw values.wrong('high_freq_factor', high, 'above "low_freq_factor"');
  return plain.map((frequency) => {
    const wavelength = f32((2 * Math.PI) / frequency);
    if (wavelength > length / low) return f32(frequency / factor);
    if (wavelength < length / high) return frequency;
    const smooth = f32(f32(f32(length / wavelength) - low) / (high - low));
    return f32(f32(f32(f32(1 - smooth) * frequency) / factor) + f32(smooth * frequency));
  });
}

/** Both spellings may stand in one config, where they mean the same: the reference takes `rope_scaling` then. */
function scalingOf(options: Options, theta: number): ModelConfig {
  const parameters = options.record('rope_parameters');
  const scaling = options.record('rope_scaling');
  if (parameters !== null && scaling !== null && meaningOf(parameters, theta) !== meaningOf(scaling, theta)) {
    throw options.unsupported('rope_scaling', scaling, 'It contradicts "rope_parameters".');
  }
  return parameters ?? scaling ?? {};
}

/** A setting as text: what is left out filled in, in one order. */
function meaningOf({ type, rope_type, ...rest }: ModelConfig, theta: number): string {
  const filled = { partial_rotary_factor: 1, ...withoutNulls(rest), rope_theta: rest['rope_theta'] ?? theta, rope_type: rope_type ?? type ?? 'default' };
  return JSON.stringify(Object.entries(filled).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutNulls(record: ModelConfig): ModelConfig {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function setting(options: Options, scaling: ModelConfig, defaultTheta: number): RopeSetting {
  const theta = scaling['rope_theta'] ?? defaultTheta;
  if (typeof theta !== 'number' || !(theta > 0)) throw options.wrong('rope_theta', theta, 'a positive number');
  const partial = scaling['partial_rotary_factor'] ?? null;
  if (partial !== null && (typeof partial !== 'number' || !(partial > 0 && partial <= 1))) {
    throw options.wrong('partial_rotary_factor', partial, 'a number above 0, at most 1');
  }
  return { theta, partial, scaling };
}

/** Rotary over whole heads, for models that know no partial one. */
export function wholeHeadRotary(options: Options, rope: RopeSetting, headSize: number): Rotary {
  const partial = rope.partial ?? options.number('partial_rotary_factor', 1);
  if (partial !== 1) throw options.unsupported('partial_rotary_factor', partial);
  return rotary(options, rope, headSize);
}
