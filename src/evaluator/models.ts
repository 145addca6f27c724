/** How the evaluator opens a model. Tests put their own in. */
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { LanguageModel } from '../model/language-model';
import { openLocalModel } from '../model/local/open';

export type ModelOpener = (checkpoint: Checkpoint, options: ModelOptions) => Promise<LanguageModel>;

/** `signal` gives up loading. */
export type ModelOptions = { readonly threads: number | null; readonly signal?: AbortSignal };

/** Opens checkpoints in model processes, run by the Node that runs this process. */
export const localModels: ModelOpener = (checkpoint, { threads, signal }) =>
  openLocalModel(checkpoint, { ...(threads !== null && { threads }), ...(signal !== undefined && { signal }) });
