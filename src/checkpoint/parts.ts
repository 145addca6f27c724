import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkVocabulary, validateCheckpoint } from '../architecture/check';
import { wrapperOf } from '../architecture/unwrap-names';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { ModelConfig, TensorPlace } from './checkpoint';
import { maxLengthOf, readConfig, tokenizerLimitOf } from './config';
import { broken, reasonOf } from './failure';
import type { Headers } from './headers';
import { readJsonObjectIfThere } from './json-file';
import { looksLikeCheckpoint } from './presence';
import { stepOf } from './step';
import { largestAddedToken } from './tokenizer/largest-token';
import { tokenizerPlace, type TokenizerPlace } from './tokenizer/place';
import { readWeights } from './weight-format';
import type { Weights } from './weights';

export type ReadOptions = {
  /** Folder of the tokenizer, absolute. Default: the checkpoint's own, or its trainer's. */
  readonly tokenizer?: string | null;
  /** Headers that were read before. */
  readonly headers?: Headers;
};

/** What lies in a checkpoint's folder, read piece by piece; null where a problem was told in its place. */
export type CheckpointParts = {
  readonly path: string;
  readonly weights: Weights | null;
  readonly config: { readonly config: ModelConfig; readonly modelType: string } | null;
  readonly tokenizer: TokenizerPlace | null;
  readonly maxLength: number | null;
  readonly step: number | null;
  readonly warnings: readonly SerializedError[];
};

/**
 * Reads a checkpoint's folder as everybody here sees it: lists, checks and whoever opens it. `tell` hears each problem and may throw
 * it. No weight is read, no tokenizer loaded. Problems: `unknown-checkpoint`, `broken-checkpoint`, `unsupported-checkpoint`, and
 * those of the model's architecture.
 */
export async function readParts(folder: string, tell: (problem: AssayError) => void, { tokenizer: named = null, headers }: ReadOptions = {}): Promise<CheckpointParts> {
  const path = resolve(folder);
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      tell(error instanceof AssayError ? error : broken(`${reasonOf(error)}.`, { file: path }, error));
      return null;
    }
  };
  const nothing = { path, weights: null, config: null, tokenizer: null, maxLength: null, step: null, warnings: [] };
  if ((await attempt(() => requireCheckpointFolder(path))) === null) return nothing;

  const raw = await attempt(() => readWeights(path, headers));
  const config = await attempt(() => readConfig(path));
  const tokenizer = await attempt(() => tokenizerPlace(path, named));
  const tokenizerConfig = tokenizer === null ? null : await attempt(() => readJsonObjectIfThere(join(tokenizer.folder, 'tokenizer_config.json')).then((read) => read ?? {}));
  const weights = raw === null || config === null ? raw : await attempt(() => unwrapped(raw, wrapperOf(config.config, [...raw.tensors.keys(), ...raw.otherTensors.keys()])));
  const warnings = tokenizer === null || tokenizer.warning === null ? [] : [tokenizer.warning];
  if (weights !== null && config !== null) {
    const valid = await attempt(() => validateCheckpoint({ path, config: config.config, ...weights }));
    if (valid !== null) {
      const largest = tokenizer === null ? null : await largestAddedToken(tokenizer.folder);
      const told = [...valid.warnings, ...(largest === null ? [] : checkVocabulary(valid.description, largest))];
      warnings.push(...told.map(({ code, args, place }) => new AssayError(code, args, place).toJSON()));
    }
  }
  return {
    path,
    weights,
    config,
    tokenizer,
    maxLength: config === null ? null : maxLengthOf(config.config, tokenizerLimitOf(tokenizerConfig)),
    step: await stepOf(path),
    warnings,
  };
}

/** Throws `unknown-checkpoint` unless `path` is a folder in which something looks like a checkpoint. */
async function requireCheckpointFolder(path: string): Promise<true> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AssayError('unknown-checkpoint', { path, hint: ' The folder does not exist.' }, { file: path });
  if (!found.isDirectory()) throw new AssayError('unknown-checkpoint', { path, hint: ' It is a file; name the folder that holds config.json.' }, { file: path });
  if (!looksLikeCheckpoint(path, 'any')) {
    throw new AssayError('unknown-checkpoint', { path, hint: ' The folder holds neither config.json nor weights.' }, { file: path });
  }
  return true;
}

/** The tensors by the names behind the wrapper's. */
function unwrapped(weights: Weights, wrapper: string): Weights {
  if (wrapper === '') return weights;
  const inside = (name: string): string => name.slice(wrapper.length);
  return {
    ...weights,
    tensors: new Map([...weights.tensors].map(([name, tensor]): [string, TensorPlace] => [inside(name), { ...tensor, name: inside(name) }])),
    otherTensors: new Map([...weights.otherTensors].map(([name, dtype]) => [inside(name), dtype])),
  };
}
