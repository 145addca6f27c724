/** How the evaluator opens a model. Tests put their own in. */
import { AssayError } from '../protocol/errors';
import type { LanguageModel } from '../model/language-model';
import { openLocalModel } from '../model/local/open';
import type { ModelSource } from './model-source';

export type ModelOpener = (source: ModelSource, options: ModelOptions) => Promise<LanguageModel>;

/** `signal` gives up loading. */
export type ModelOptions = { readonly threads: number | null; readonly signal?: AbortSignal };

/** Opens checkpoints in model processes, run by the Node that runs this process. Rejects with `endpoint-unsupported` for a server. */
export const localModels: ModelOpener = async (source, { threads, signal }) => {
  if (source.kind === 'endpoint') throw new AssayError('endpoint-unsupported', { endpoint: source.endpoint });
  return openLocalModel(source.checkpoint, { ...(threads !== null && { threads }), ...(signal !== undefined && { signal }) });
};
