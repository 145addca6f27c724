import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { requireTensor } from './require-tensor';
import { AssayError, type ErrorPlace } from '../protocol/errors';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Description } from './description';
import { describeArchitecture } from './registry';
import { tensorsOf } from './tensors';

/** What is held against config.json. */
type Weights = Pick<Checkpoint, 'path' | 'config' | 'tensors' | 'otherTensors'>;

export type CheckpointWarning = { readonly code: MessageCode; readonly args: MessageArgs; readonly place: ErrorPlace };

/**
 * Reads config.json and holds every tensor's name and shape against it; no weight is touched.
 * Throws an AssayError that names file, tensor or option and cause.
 */
export function validateCheckpoint(checkpoint: Weights): { readonly description: Description; readonly warnings: readonly CheckpointWarning[] } {
  const config = join(checkpoint.path, 'config.json');
  const { description, ignored } = atPath(config, () => describeArchitecture(checkpoint.config, checkpoint.tensors));
  const warnings: CheckpointWarning[] = ignored.map(({ key, value }) => ({
    code: 'ignored-option',
    args: { key, value, type: description.modelType },
    place: { file: config },
  }));
  return { description, warnings: [...warnings, ...checkTensors(description, checkpoint)] };
}

/** Every tensor the description names is there with the right shape. Returns a warning about tensors that nobody uses. */
export function checkTensors(description: Description, checkpoint: Weights): readonly CheckpointWarning[] {
  const used = tensorsOf(description);
  for (const [name, shape] of used) requireTensor(checkpoint, name, shape);
  const unused = [...checkpoint.tensors.keys(), ...checkpoint.otherTensors.keys()].filter((name) => !used.has(name) && !BUFFER.test(name));
  if (unused.length === 0) return [];
  const examples = unused.slice(0, 3).join(', ') + (unused.length > 3 ? ', …' : '');
  return [{ code: 'unused-tensors', args: { count: unused.length, examples }, place: { file: weightsOf(checkpoint) } }];
}

/** Whether the tokenizer's largest id has its row in the embedding. */
export function checkVocabulary({ vocabularySize }: Description, { content, id }: { readonly content: string; readonly id: number }): readonly CheckpointWarning[] {
  return id < vocabularySize ? [] : [{ code: 'token-beyond-embedding', args: { token: content, id, rows: vocabularySize }, place: {} }];
}

/** Buffers that older files carry along: masks and rotary tables, recomputed by everyone. */
const BUFFER = /(^|\.)(rotary_emb\.inv_freq|masked_bias|attn\.bias|attention\.bias)$/;

/** The one weight file, or the folder when there are several. */
function weightsOf(checkpoint: Weights): string {
  const files = new Set([...checkpoint.tensors.values()].map((tensor) => tensor.file));
  const [only] = files;
  return files.size === 1 && only !== undefined ? only : checkpoint.path;
}

function atPath<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof AssayError && error.place.file === 'config.json') throw new AssayError(error.code, error.args, { ...error.place, file });
    throw error;
  }
}
