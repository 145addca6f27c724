import path from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { openTokenizer } from '../../checkpoint/tokenizer/open';
import { firstChanged } from '../../checkpoint/unchanged';
import { validateCheckpoint } from '../../architecture/check';
import { AssayError } from '../../protocol/errors';
import { encodingRules } from './encode';
import { LocalModel } from './local-model';
import { ModelProcess } from './model-process';
import { defaultThreads } from './threads';

export type LocalModelOptions = {
  /** Default: `defaultThreads`. */
  readonly threads?: number;
  /** The bundle of the model process. Default: `model.js` beside this bundle. */
  readonly modelProcess?: string;
  /** Tokens the model holds. Default: the checkpoint's. */
  readonly maxLength?: number;
  /** Gives up loading; the error is `cancelled`. */
  readonly signal?: AbortSignal;
};

/**
 * Opens a checkpoint for scoring: tokenizer here, weights in a process of their own.
 * Throws an AssayError that says why the checkpoint cannot be used; no process is left then.
 */
export async function openLocalModel(checkpoint: Checkpoint, options: LocalModelOptions = {}): Promise<LocalModel> {
  const { threads = defaultThreads(), maxLength = checkpoint.maxLength, signal } = options;
  const script = options.modelProcess ?? path.join(__dirname, 'model.js');
  if (signal?.aborted) throw new AssayError('cancelled');
  const process = new ModelProcess({ script, checkpoint, threads, maxTokens: maxLength });
  const giveUp = (): void => void process.close(new AssayError('cancelled'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const [tokenizer, { versions }] = await Promise.all([openTokenizer(checkpoint.tokenizerFolder, checkpoint.modelType), process.loaded]);
    // The tokenizer was read after the checkpoint was looked at: both belong to one moment.
    const changed = firstChanged(checkpoint.stamps);
    if (changed !== null) throw new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
    const rules = await encodingRules(tokenizer, maxLength, embeddingRows(checkpoint));
    const info = {
      modelType: checkpoint.modelType,
      maxLength,
      vocabularySize: tokenizer.vocabularySize,
      parameters: checkpoint.parameters,
      precision: 'fp32',
      tokenizerEngine: tokenizer.engine,
      prefixTokenId: rules.prefixTokenId,
      threads,
      warnings: tokenizer.warnings,
      versions: { ...versions, tokenizers: tokenizer.version },
    } as const;
    return new LocalModel(info, rules, process);
  } catch (error) {
    await process.close();
    throw AssayError.from(error);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Ids that have a vector and a logit: the smaller of the two tables. */
function embeddingRows(checkpoint: Checkpoint): number {
  const { embedding, head } = validateCheckpoint(checkpoint).description;
  return Math.min(checkpoint.tensors.get(embedding.tokens)?.shape[0] ?? Infinity, head.logits.outputs);
}
