import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssayError } from '../protocol/errors';
import { broken, unsupported } from './failure';
import { Headers } from './headers';
import { INDEX_FILE, readSharded, readSingle, SINGLE_FILE, type Weights } from './weights';

/** A way in which weights lie in a folder: one that is read, or one that is recognised and refused by its name. */
export type WeightFormat = {
  readonly name: string;
  /** Whether the entries of a folder are of this format. */
  readonly holds: (names: ReadonlySet<string>) => boolean;
} & ({ readonly read: (folder: string, headers: Headers) => Promise<Weights> } | { readonly refuse: (folder: string) => AssayError });

/** What a trainer writes beside the weights, to go on from. */
const TRAINER_STATE = /^(optimizer|scheduler|scaler|sampler|training_args|rng_state|random_states)[\w-]*\.(pt|pth|bin|pkl)$|^trainer_state\.json$/;
const DISTRIBUTED = /^(global_step\d+|.*\.distcp|pytorch_model_fsdp_\d+|.*zero_pp_rank_.*|mp_rank_.*|zero_to_fp32\.py)$/;

function some(test: RegExp): (names: ReadonlySet<string>) => boolean {
  return (names) => [...names].some((name) => test.test(name));
}

function refused(detail: string): (folder: string) => AssayError {
  return (folder) => unsupported(detail, { file: folder });
}

/** In the order of the reference; the first that fits counts. */
export const WEIGHT_FORMATS: readonly WeightFormat[] = [
  { name: 'safetensors', holds: (names) => names.has(SINGLE_FILE), read: readSingle },
  { name: 'sharded safetensors', holds: (names) => names.has(INDEX_FILE), read: readSharded },
  { name: 'adapter', holds: (names) => names.has('adapter_config.json'), refuse: refused('it is an adapter (LoRA). Merge it into its base model and save that as safetensors.') },
  {
    name: 'distributed',
    holds: some(DISTRIBUTED),
    refuse: refused('it holds the shards of a distributed training run. Consolidate them into safetensors first ("accelerate merge-weights", or zero_to_fp32.py for DeepSpeed).'),
  },
  {
    name: 'PyTorch',
    holds: (names) => [...names].some((name) => /^pytorch_model.*\.bin$|\.(pth?|ckpt)$/.test(name) && !TRAINER_STATE.test(name)),
    refuse: refused('its weights are in PyTorch\'s own format. Save it with safe_serialization=True, as model.safetensors.'),
  },
  { name: 'GGUF', holds: some(/\.gguf$/), refuse: refused('GGUF files are not read yet. Use the safetensors checkpoint it was made from.') },
  { name: 'ONNX', holds: some(/\.onnx$|^onnx$/), refuse: refused('ONNX files are not read yet. Use the safetensors checkpoint they were exported from.') },
  {
    name: 'shards without index',
    holds: some(/^model-\d+-of-\d+\.safetensors$/),
    refuse: (folder) => broken(`${INDEX_FILE} is missing, so its shards cannot be put together.`, { file: join(folder, INDEX_FILE) }),
  },
  {
    name: 'trainer state',
    holds: some(TRAINER_STATE),
    refuse: refused('it holds what a trainer goes on from (optimizer, scheduler, random numbers) and no weights. Save the model with it (save_pretrained), or consolidate its shards.'),
  },
];

/** The weights of a folder. Throws `broken-checkpoint`, or `unsupported-checkpoint` where they are of another format. */
export async function readWeights(folder: string, headers = new Headers()): Promise<Weights> {
  const names = new Set(await readdir(folder));
  const format = WEIGHT_FORMATS.find(({ holds }) => holds(names));
  if (format === undefined) throw broken(`it has neither ${SINGLE_FILE} nor ${INDEX_FILE}.`, { file: folder });
  if ('refuse' in format) throw format.refuse(folder);
  return format.read(folder, headers);
}
