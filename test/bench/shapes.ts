import { closeSync, cpSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describeArchitecture } from '../../src/architecture/registry';
import { tensorsOf } from '../../src/architecture/tensors';
import { randomNumbers } from '../model/onnx/synthetic';

/** Shapes of well-known small models; only the shape counts for speed, so the weights are random. */
export const SHAPES = {
  'smollm-135m': {
    model_type: 'llama', hidden_size: 576, num_hidden_layers: 30, num_attention_heads: 9, num_key_value_heads: 3, intermediate_size: 1536,
    vocab_size: 49152, tie_word_embeddings: true, rope_theta: 10000, rms_norm_eps: 1e-5, hidden_act: 'silu', max_position_embeddings: 2048, bos_token_id: 0, eos_token_id: 0,
  },
  'qwen2.5-0.5b': {
    model_type: 'qwen2', hidden_size: 896, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, intermediate_size: 4864,
    vocab_size: 151936, tie_word_embeddings: true, rope_theta: 1000000, rms_norm_eps: 1e-6, hidden_act: 'silu', max_position_embeddings: 32768, bos_token_id: 0, eos_token_id: 0,
  },
} as const;
export type Shape = keyof typeof SHAPES;

/** As many random numbers as are made; tensors repeat them from places of their own. */
const NUMBERS = 1 << 20;

/** Writes a checkpoint of that shape, with the tokenizer of the example model, and returns its folder. */
export function writeShape(folder: string, shape: Shape, dtype: 'F32' | 'BF16' = 'F32'): string {
  const config = SHAPES[shape];
  const { description } = describeArchitecture(config, { has: (name) => name !== 'lm_head.weight' });
  const tensors = [...tensorsOf(description)];
  const width = dtype === 'F32' ? 4 : 2;
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, dims] of tensors) {
    const length = dims.reduce((product, each) => product * each, width);
    header[name] = { dtype, shape: dims, data_offsets: [offset, offset + length] };
    offset += length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  try {
    writeSync(file, size);
    writeSync(file, json);
    tensors.forEach(([name, dims], index) => writeTensor(file, dims, index, /norm/.test(name), dtype));
  } finally {
    closeSync(file);
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(__dirname, '../../examples/checkpoints/model-a', name), join(folder, name));
  return folder;
}

const random = randomNumbers(1);
const NOISE = Float32Array.from({ length: NUMBERS }, () => random() + random() - 1);

function writeTensor(file: number, dims: readonly number[], index: number, isNorm: boolean, dtype: 'F32' | 'BF16'): void {
  const bytes = noise(isNorm ? null : 1.5 / Math.sqrt(dims[1] ?? 1), dtype);
  const width = dtype === 'F32' ? 4 : 2;
  let left = dims.reduce((product, each) => product * each, width);
  let start = ((index * 7919) % NUMBERS) * width;
  while (left > 0) {
    const part = bytes.subarray(start, Math.min(bytes.length, start + left));
    writeSync(file, part);
    left -= part.length;
    start = 0;
  }
}

/** A shape has a few widths only: what is made for one is kept. */
const made = new Map<string, Uint8Array>();

/** Numbers of that spread, as they are stored; null: of a norm, near 1. */
function noise(spread: number | null, dtype: 'F32' | 'BF16'): Uint8Array {
  const name = `${dtype} ${spread}`;
  let bytes = made.get(name);
  if (bytes === undefined) {
    const scaled = NOISE.map((value) => (spread === null ? 1 + value * 0.1 : value * spread));
    bytes = new Uint8Array(dtype === 'F32' ? scaled.buffer : upperHalves(scaled).buffer);
    made.set(name, bytes);
  }
  return bytes;
}

/** bfloat16 is the upper half of a float32. */
function upperHalves(floats: Float32Array): Uint16Array {
  const halves = new Uint16Array(floats.buffer);
  const upper = new Uint16Array(floats.length);
  for (let index = 0; index < upper.length; index++) upper[index] = halves[2 * index + 1] as number;
  return upper;
}
