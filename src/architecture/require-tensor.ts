import type { Checkpoint, TensorPlace } from '../checkpoint/checkpoint';
import { AssayError, type ErrorPlace } from '../protocol/errors';

/**
 * A tensor the model cannot do without. Throws `broken-checkpoint`, naming the tensor, where it is missing,
 * of a dtype that is no weight's, or of another shape than the config asks for.
 */
export function requireTensor(checkpoint: Pick<Checkpoint, 'path' | 'tensors' | 'otherTensors'>, name: string, shape: readonly number[]): TensorPlace {
  const tensor = checkpoint.tensors.get(name);
  if (tensor === undefined) {
    const dtype = checkpoint.otherTensors.get(name);
    const cause = dtype === undefined ? 'is missing' : `has the dtype ${dtype}; weights must be F32, F16 or BF16`;
    throw broken(`tensor "${name}" ${cause}.`, { file: checkpoint.path, tensor: name });
  }
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw broken(`tensor "${name}" has the shape [${tensor.shape.join(', ')}]; config.json asks for [${shape.join(', ')}].`, { file: tensor.file, tensor: name });
  }
  return tensor;
}

function broken(detail: string, place: ErrorPlace): AssayError {
  return new AssayError('broken-checkpoint', { detail }, place);
}
