import type { Checkpoint, TensorDtype, TensorPlace } from './checkpoint';
import { dependedFiles } from './depended-files';
import { knownFingerprint } from './fingerprint';
import { readParts, type ReadOptions } from './parts';

/**
 * Opens a checkpoint where it lies: config, headers of the weights, what is remembered of its fingerprint. Every tensor the model
 * needs is there. No weight is read, nothing is written. Throws the first problem (`readParts`).
 */
export async function openCheckpoint(folder: string, options: ReadOptions = {}): Promise<Checkpoint> {
  const { path, weights, config, tokenizer, maxLength, step, warnings } = await readParts(folder, (problem) => { throw problem; }, options);
  if (weights === null || config === null || tokenizer === null || maxLength === null) throw new Error('a part is missing without a problem');
  const { tensors, otherTensors, files } = weights;
  const stamps = await dependedFiles(path, tokenizer.folder, files);
  return {
    path,
    ...config,
    tokenizerFolder: tokenizer.folder,
    tensors,
    otherTensors,
    files,
    stamps,
    ...totalsOf(tensors.values()),
    maxLength,
    step,
    fingerprint: await knownFingerprint(stamps),
    warnings,
  };
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
