import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/open';
import { describeArchitecture } from '../../../src/architecture/registry';
import { tensorsOf } from '../../../src/architecture/tensors';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A checkpoint of random float32 weights with every tensor that `config` calls for, except those in `without`. */
export function writeCheckpoint(folder: string, config: Record<string, unknown>, without: readonly string[] = []): Promise<Checkpoint> {
  const { description } = describeArchitecture(config, { has: (name) => !without.includes(name) });
  const random = randomNumbers(7);
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, shape] of tensorsOf(description)) {
    const size = shape.reduce((product, each) => product * each, 1);
    const spread = shape.length === 1 ? 0.5 : 1.5 / Math.sqrt(shape[1] ?? 1);
    const values = Float32Array.from({ length: size }, () => (random() + random() + random() - 1.5) * spread * 2 + (/norm.*weight|ln_.*weight/.test(name) ? 1 : 0));
    const bytes = Buffer.from(values.buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    parts.push(bytes);
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, json, ...parts]));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  // Only ids are asked: any tokenizer will do.
  return openCheckpoint(folder, { tokenizer: join(__dirname, '../../../examples/checkpoints/model-a') });
}
