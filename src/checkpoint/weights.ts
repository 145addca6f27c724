import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileStamp, TensorPlace } from './checkpoint';
import { broken, unsupported } from './failure';
import { isObject, readJsonObjectIfThere, type JsonObject } from './json-file';
import { readSafetensors, type SafetensorsFile } from './safetensors';

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

/**
 * The weights of a folder: `model.safetensors`, else the shards of `model.safetensors.index.json` (the order of the reference).
 * Throws `broken-checkpoint` (damaged, missing, contradicting files) or `unsupported-checkpoint` (another format).
 */
export async function readWeights(folder: string): Promise<Weights> {
  const names = new Set(await readdir(folder));
  if (names.has(SINGLE_FILE)) return gather([await readShard(folder, SINGLE_FILE)]);

  const indexFile = join(folder, INDEX_FILE);
  const index = await readJsonObjectIfThere(indexFile);
  if (index === null) throw withoutWeights(folder, names);
  const weightMap = parseWeightMap(index, indexFile);
  const shards: Shard[] = [];
  for (const name of [...new Set(weightMap.values())].sort()) shards.push(await readShard(folder, name));
  const weights = gather(shards);
  checkWeightMap(weightMap, shards, indexFile);
  return weights;
}

async function readShard(folder: string, name: string): Promise<Shard> {
  return { name, ...(await readSafetensors(join(folder, name), name)) };
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

function withoutWeights(folder: string, names: ReadonlySet<string>) {
  const list = [...names];
  const place = { file: folder };
  if (names.has('adapter_config.json')) return unsupported('it is an adapter (LoRA). Merge it into its base model and save that as safetensors.', place);
  if (list.some((name) => /^(pytorch_model.*\.bin|.*\.pth?|.*\.ckpt)$/.test(name))) {
    return unsupported('its weights are in PyTorch\'s own format. Save it with safe_serialization=True, as model.safetensors.', place);
  }
  if (list.some((name) => name.endsWith('.gguf'))) return unsupported('GGUF files are not read yet. Use the safetensors checkpoint it was made from.', place);
  if (list.some((name) => /^(global_step\d+|.*\.distcp)$/.test(name))) return unsupported('it holds the shards of a distributed training run. Consolidate them into safetensors first.', place);
  if (list.some((name) => /^model-\d+-of-\d+\.safetensors$/.test(name))) return broken(`${INDEX_FILE} is missing, so its shards cannot be put together.`, { file: join(folder, INDEX_FILE) });
  return broken(`it has neither ${SINGLE_FILE} nor ${INDEX_FILE}.`, place);
}
