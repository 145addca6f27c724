import { createHash, type Hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExactly } from './safetensors';
import type { Shard } from './weights';

/** Files besides the weights that a number depends on. */
const SMALL_FILES = [
  'config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json',
  'vocab.json', 'merges.txt', 'chat_template.jinja',
];

const READ_WHOLE = 32 * 2 ** 20;
const EDGE = 64 * 1024;
const PIECE = 4096;
const PIECES = 256;

/**
 * SHA-256 (hex) over config, tokenizer and weights: headers, sizes and content. Weight files up to 32 MiB are read whole,
 * of larger ones both ends and 256 evenly spaced pieces. Folder and file times play no part, so a copy has the same fingerprint.
 */
export async function fingerprintOf(folder: string, shards: readonly Shard[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of SMALL_FILES) {
    const bytes = await readFile(join(folder, name)).catch(() => null);
    if (bytes !== null) addPart(hash, name, bytes);
  }
  for (const shard of shards) {
    addPart(hash, shard.name, shard.header);
    addPart(hash, String(shard.identity.size), await sampleOf(shard));
  }
  return hash.digest('hex');
}

/** Lengths go in too, so that no byte can move from one part to the next unseen. */
function addPart(hash: Hash, name: string, bytes: Uint8Array): void {
  hash.update(`${name}\0${bytes.length}\0`);
  hash.update(bytes);
}

async function sampleOf({ identity: { file, size } }: Shard): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    if (size <= READ_WHOLE) return createHash('sha256').update(await readExactly(handle, 0, size, file)).digest();
    const samples = createHash('sha256');
    samples.update(await readExactly(handle, 0, EDGE, file));
    for (let piece = 1; piece <= PIECES; piece += 1) {
      samples.update(await readExactly(handle, Math.floor(((size - PIECE) * piece) / (PIECES + 1)), PIECE, file));
    }
    samples.update(await readExactly(handle, size - EDGE, EDGE, file));
    return samples.digest();
  } finally {
    await handle.close();
  }
}
