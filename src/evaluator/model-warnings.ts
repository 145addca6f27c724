import type { LanguageModel } from '../model/language-model';
import type { SerializedError } from '../protocol/errors';
import type { ModelSource } from './model-source';

/** What a person should know before they trust the numbers of an opened model, each thing once: of its files, then of itself. */
export function modelWarnings(source: ModelSource, { info }: LanguageModel): SerializedError[] {
  const ofFiles = source.kind === 'checkpoint' ? source.checkpoint.warnings : [];
  return [...new Map([...ofFiles, ...(info.warnings ?? [])].map((warning) => [warning.message, warning])).values()];
}
