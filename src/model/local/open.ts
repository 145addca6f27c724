import path from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { readGenerationConfig } from '../../checkpoint/generation-config';
import { openTokenizerProcess } from '../../checkpoint/tokenizer/tokenizer-process';
import { firstChanged } from '../../checkpoint/unchanged';
import { validateCheckpoint } from '../../architecture/check';
import { AssayError, type SerializedError } from '../../protocol/errors';
import type { Precision } from '../../protocol/results';
import type { DeviceProfile } from '../../protocol/device';
import type { WeightStorage } from '../onnx/memory';
import { encodingRules } from './encode';
import type { HiddenStates } from './encode-features';
import { LocalModel } from './local-model';
import { ModelProcess } from './model-process';
import { deviceProfile } from '../device-profile';

export type LocalModelOptions = {
  /** Default: this machine's. */
  readonly device?: DeviceProfile;
  /** Default: fp32. */
  readonly precision?: Precision;
  /** The bundle of the model process; that of the tokenizer, `tokenizer.js`, lies beside it. Default: `model.js` beside this bundle. */
  readonly modelProcess?: string;
  /** Tokens the model holds. Default: the checkpoint's. */
  readonly maxLength?: number;
  /** Gives up loading; the error is `cancelled`. */
  readonly signal?: AbortSignal;
};

/**
 * Opens a checkpoint: tokenizer and weights in a process each.
 * Throws an AssayError that says why the checkpoint cannot be used; no process is left then.
 */
export async function openLocalModel(checkpoint: Checkpoint, options: LocalModelOptions = {}): Promise<LocalModel> {
  const { device = deviceProfile(null), precision = 'fp32', maxLength = checkpoint.maxLength, signal } = options;
  const script = options.modelProcess ?? path.join(__dirname, 'model.js');
  if (signal?.aborted) throw new AssayError('cancelled');
  const process = new ModelProcess({ script, checkpoint, device, precision, maxTokens: maxLength });
  const opening = new AbortController();
  const changed = (): AssayError | null => changedSince(checkpoint);
  const { tokenizerFolder: folder, modelType } = checkpoint;
  const tokenizing = openTokenizerProcess({ folder, modelType, script: path.join(path.dirname(script), 'tokenizer.js'), changed, signal: opening.signal });
  tokenizing.catch(() => undefined);
  const giveUp = (): void => {
    opening.abort(new AssayError('cancelled'));
    void process.close(new AssayError('cancelled'));
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const [tokenizer, generation, { versions, storage }] = await Promise.all([tokenizing, readGenerationConfig(checkpoint), process.loaded]);
    // The tokenizer was read after the checkpoint was looked at: both belong to one moment.
    const change = changed();
    if (change !== null) throw change;
    const rules = await encodingRules(tokenizer, maxLength, embeddingRows(checkpoint));
    const info = {
      modelType: checkpoint.modelType,
      maxLength,
      vocabularySize: tokenizer.vocabularySize,
      parameters: checkpoint.parameters,
      precision,
      tokenizerEngine: tokenizer.engine,
      prefixTokenId: rules.prefixTokenId,
      specialTokens: {
        pad: { token: tokenizer.padToken, id: tokenizer.padId },
        eos: { token: tokenizer.eosToken, id: tokenizer.eosId },
        bos: { token: tokenizer.bosToken, id: tokenizer.bosId },
      },
      device,
      warnings: [...weightWarnings(checkpoint, storage), ...tokenizer.warnings],
      versions: { ...versions, tokenizers: tokenizer.version, weights: storage },
    } as const;
    return new LocalModel(info, rules, generation, process, hiddenStates(checkpoint));
  } catch (error) {
    opening.abort(error);
    await Promise.all([process.close(), tokenizing.then((opened) => opened.close(), () => undefined)]);
    throw AssayError.from(error);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function weightWarnings({ dtype }: Checkpoint, storage: WeightStorage): SerializedError[] {
  if (storage === 'int8') return [new AssayError('int8-approximate').toJSON()];
  return storage === 'lazy' ? [new AssayError('weights-cast-in-every-run', { dtype }).toJSON()] : [];
}

function changedSince({ stamps }: Checkpoint): AssayError | null {
  const changed = firstChanged(stamps);
  return changed === null ? null : new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
}

function hiddenStates(checkpoint: Checkpoint): HiddenStates {
  const { blocks, hiddenSize } = validateCheckpoint(checkpoint).description;
  return { modelType: checkpoint.modelType, count: blocks.length + 1, width: hiddenSize };
}

/** Ids that have a vector and a logit: the smaller of the two tables. */
function embeddingRows(checkpoint: Checkpoint): number {
  const { embedding, head } = validateCheckpoint(checkpoint).description;
  return Math.min(checkpoint.tensors.get(embedding.tokens)?.shape[0] ?? Infinity, head.logits.outputs);
}
