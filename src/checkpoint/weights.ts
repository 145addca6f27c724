import { basename, join } from 'node:path';
import type { FileStamp, TensorPlace } from './checkpoint';
import { broken } from './failure';
import type { Headers } from './headers';
import { isObject, readJsonObjectIfThere, type JsonObject } from './json-file';
import type { SafetensorsFile } from './safetensors';

export const SINGLE_FILE = 'model.safetensors';
export const INDEX_FILE = 'model.safetensors.index.json';

/** One weight file: its name in the folder and what its header says. */
export type Shard = SafetensorsFile & { readonly name: string };

export type Weights = {
  readonly shards: readonly Shard[];
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  readonly otherTensors: ReadonlyMap<string, string>;
  readonly files: readonly FileStamp[];
};

/** Weights in one file. Throws `broken-checkpoint`. */
export async function readSingle(folder: string, headers: Headers): Promise<Weights> {
  return gather([await readShard(folder, SINGLE_FILE, headers)]);
}

/** Weights in the shards of an index. Throws `broken-checkpoint` (damaged, missing, contradicting files). */
export async function readSharded(folder: string, headers: Headers): Promise<Weights> {
  const indexFile = join(folder, INDEX_FILE);
  const index = await readJsonObjectIfThere(indexFile);
  if (index === null) throw broken(`${INDEX_FILE} is missing.`, { file: indexFile });
  const weightMap = parseWeightMap(index, indexFile);
  const names = [...new Set(weightMap.values())].sort();
  if (names.length > MOST_SHARDS) throw broken(`${INDEX_FILE} names ${names.length} files; more than ${MOST_SHARDS} are not read.`, { file: indexFile });
  const shards: Shard[] = [];
  for (const name of names) shards.push(await readShard(folder, name, headers));
  const weights = gather(shards);
  checkWeightMap(weightMap, shards, indexFile);
  return weights;
}

/** The largest published models have some hundred. */
const MOST_SHARDS = 2048;

async function readShard(folder: string, name: string, headers: Headers): Promise<Shard> {
  return { name, ...(await headers.of(join(folder, name), name)) };
}

function gather(shards: readonly Shard[]): Weights {
  const tensors = new Map<string, TensorPlace>();
  const otherTensors = new Map<string, string>();
  for (const shard of shards) {
    for (const name of [...shard.tensors.map((tensor) => tensor.name), ...shard.otherTensors.keys()]) {
      if (tensors.has(name) || otherTensors.has(name)) {
        throw broken(`tensor "${name}" is in ${shard.name} and in another shard.`, { file: shard.stamp.file, tensor: name });
      }
    }
    for (const tensor of shard.tensors) tensors.set(tensor.name, tensor);
    for (const [name, dtype] of shard.otherTensors) otherTensors.set(name, dtype);
  }
  return { shards, tensors, otherTensors, files: shards.map((shard) => shard.stamp) };
}

/** tensor name -> shard name, from an index that may be hostile. */
function parseWeightMap(index: JsonObject, file: string): Map<string, string> {
  const map = index['weight_map'];
  if (!isObject(map)) throw broken(`${basename(file)} has no "weight_map".`, { file });
  const shardOf = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !staysInside(shard)) {
      throw broken(`${basename(file)} looks for tensor "${tensor}" in ${JSON.stringify(shard)}, which is not the name of a file in this folder.`, { file, tensor });
    }
    shardOf.set(tensor, shard);
  }
  if (shardOf.size === 0) throw broken(`the "weight_map" of ${basename(file)} is empty.`, { file });
  return shardOf;
}

/** A relative path of plain names, on every operating system. */
function staysInside(name: string): boolean {
  if (/[\\:\0]/.test(name) || !name.endsWith('.safetensors')) return false;
  return name.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** A shard may hold tensors the map does not list (the reference reads them too), but not lack one that it lists. */
function checkWeightMap(shardOf: ReadonlyMap<string, string>, shards: readonly Shard[], file: string): void {
  const held = new Map(shards.map((shard) => [shard.name, new Set([...shard.tensors.map((tensor) => tensor.name), ...shard.otherTensors.keys()])]));
  for (const [tensor, shard] of shardOf) {
    if (!held.get(shard)?.has(tensor)) {
      throw broken(`tensor "${tensor}" is missing from ${shard}, where ${basename(file)} says it is.`, { file, tensor });
    }
  }
}
