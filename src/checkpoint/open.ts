import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError } from '../protocol/errors';
import type { Checkpoint, TensorDtype, TensorPlace } from './checkpoint';
import { maxLengthOf, readConfig, tokenizerLimitOf } from './config';
import { broken, reasonOf } from './failure';
import { dependedFiles } from './depended-files';
import { knownFingerprint } from './fingerprint';
import { readJsonObjectIfThere } from './json-file';
import { looksLikeCheckpoint } from './presence';
import { stepOf } from './step';
import { readWeights } from './weights';

/**
 * Opens a checkpoint where it lies: config, headers of the weights, what is remembered of its fingerprint. No weight is read, nothing is written.
 * Throws `unknown-checkpoint` (no such folder, or nothing in it), `broken-checkpoint` or `unsupported-checkpoint`.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const path = resolve(folder);
  await requireCheckpointFolder(path);
  try {
    const { config, modelType } = await readConfig(path);
    const { tensors, otherTensors, files } = await readWeights(path);
    const stamps = await dependedFiles(path, path, files);
    const tokenizerConfig = await readJsonObjectIfThere(join(path, 'tokenizer_config.json'));
    return {
      path,
      modelType,
      config,
      tensors,
      otherTensors,
      files,
      stamps,
      ...totalsOf(tensors.values()),
      maxLength: maxLengthOf(config, tokenizerLimitOf(tokenizerConfig)),
      step: await stepOf(path),
      fingerprint: await knownFingerprint(stamps),
    };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw broken(`${reasonOf(error)}.`, { file: path }, error);
  }
}

/** Throws `unknown-checkpoint` unless `path` is a folder in which something looks like a checkpoint. */
export async function requireCheckpointFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new AssayError('unknown-checkpoint', { path, hint: ' The folder does not exist.' }, { file: path });
  if (!found.isDirectory()) throw new AssayError('unknown-checkpoint', { path, hint: ' It is a file; name the folder that holds config.json.' }, { file: path });
  if (!looksLikeCheckpoint(path, 'any')) {
    throw new AssayError('unknown-checkpoint', { path, hint: ' The folder holds neither config.json nor weights.' }, { file: path });
  }
}

/** Elements and bytes of all tensors, and the dtype that most bytes have. */
export function totalsOf(tensors: Iterable<TensorPlace>): { parameters: number; bytes: number; dtype: TensorDtype } {
  const bytesOf = { F32: 0, F16: 0, BF16: 0 };
  const widthOf = { F32: 4, F16: 2, BF16: 2 };
  let parameters = 0;
  for (const { dtype, length } of tensors) {
    bytesOf[dtype] += length;
    parameters += length / widthOf[dtype];
  }
  const dtypes: readonly TensorDtype[] = ['F32', 'BF16', 'F16'];
  const dtype = dtypes.reduce((best, next) => (bytesOf[next] > bytesOf[best] ? next : best));
  return { parameters, bytes: bytesOf.F32 + bytesOf.F16 + bytesOf.BF16, dtype };
}
