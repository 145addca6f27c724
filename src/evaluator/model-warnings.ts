import type { Checkpoint } from '../checkpoint/checkpoint';
import { freshFile } from './snapshots';
import type { LanguageModel } from '../model/language-model';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { ModelSource } from './model-source';

/** What a person should know before they trust the numbers of an opened model, each thing once: of its files, then of itself. */
export function modelWarnings(source: ModelSource, { info }: LanguageModel, platform: NodeJS.Platform = process.platform, now: number = Date.now()): SerializedError[] {
  const ofFiles = source.kind === 'checkpoint' ? [...source.checkpoint.warnings, ...(source.original === undefined ? heldFromTrainer(source.checkpoint, platform, now) : [])] : [];
  return [...new Map([...ofFiles, ...(info.warnings ?? [])].map((warning) => [warning.message, warning])).values()];
}

/** Windows lets nobody write to a file that is mapped; weights that were saved in the last hour may be saved again by who trains them. */
function heldFromTrainer(checkpoint: Checkpoint, platform: NodeJS.Platform, now: number): SerializedError[] {
  const fresh = platform === 'win32' ? freshFile(checkpoint, now) : undefined;
  return fresh === undefined ? [] : [new AssayError('weights-held', { file: fresh.file }, { file: fresh.file }).toJSON()];
}
