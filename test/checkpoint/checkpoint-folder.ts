import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that is gone after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-checkpoint-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type HeaderEntry = { readonly dtype: string; readonly shape: unknown; readonly data_offsets: unknown };

/** Bytes of a safetensors file; `header` may be any text, `length` lies about its length. */
export function safetensors(header: Readonly<Record<string, unknown>> | string, data: number, length?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([field, text, Buffer.alloc(data, 1)]);
}

/** A checkpoint folder with the given weight file, model-a's tokenizer and a Llama config. */
export function checkpointFolder(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  mkdirSync(folder, { recursive: true });
  const usual = {
    'config.json': JSON.stringify({ model_type: 'llama', max_position_embeddings: 64 }),
    'tokenizer.json': readFileSync('examples/checkpoints/model-a/tokenizer.json'),
    'tokenizer_config.json': readFileSync('examples/checkpoints/model-a/tokenizer_config.json'),
  };
  for (const [name, content] of Object.entries({ ...usual, ...files })) writeFileSync(join(folder, name), content);
  return folder;
}

/** config.json of a Llama of one layer, and the shapes of its tensors. */
export const TINY_CONFIG = {
  model_type: 'llama', hidden_size: 2, intermediate_size: 2, num_attention_heads: 1, num_hidden_layers: 1, vocab_size: 4096, max_position_embeddings: 64, tie_word_embeddings: true,
};
const SQUARE = [2, 2];
const TINY_SHAPES: Readonly<Record<string, readonly number[]>> = {
  'model.embed_tokens.weight': [4096, 2],
  'model.norm.weight': [2],
  ...Object.fromEntries(['input_layernorm', 'post_attention_layernorm'].map((name) => [`model.layers.0.${name}.weight`, [2]])),
  ...Object.fromEntries(['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj'].map((name) => [`model.layers.0.${name}.weight`, SQUARE])),
};

/** Weights of that Llama under other names, with others instead, or without some (null). */
export function tinyWeights(rename: (name: string) => string = (name) => name, change: Readonly<Record<string, readonly number[] | null>> = {}): Buffer {
  let end = 0;
  const shapes = Object.entries({ ...TINY_SHAPES, ...change }).filter((entry): entry is [string, readonly number[]] => entry[1] !== null);
  const header = Object.fromEntries(
    shapes.map(([name, shape]) => [rename(name), { dtype: 'F32', shape, data_offsets: [end, (end += 4 * shape.reduce((product, size) => product * size, 1))] }]),
  );
  return safetensors(header, end);
}

/** A whole checkpoint that is opened without a word, unless `files` spoil it. */
export function tinyCheckpoint(folder: string, files: Readonly<Record<string, string | Buffer>> = {}, config: Readonly<Record<string, unknown>> = {}): string {
  return checkpointFolder(folder, { 'config.json': JSON.stringify({ ...TINY_CONFIG, ...config }), 'model.safetensors': tinyWeights(), ...files });
}
