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
