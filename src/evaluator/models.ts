/** How the evaluator opens a model. Tests put their own in. */
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { LanguageModel } from '../model/language-model';
import { openLocalModel } from '../model/local/open';

export type ModelOpener = (checkpoint: Checkpoint, options: { readonly threads: number | null }) => Promise<LanguageModel>;

/** Opens checkpoints in model processes run by `nodePath` (default: a real Node if there is one). */
export function localModels(nodePath?: string): ModelOpener {
  return (checkpoint, { threads }) => openLocalModel(checkpoint, { ...(threads !== null && { threads }), ...(nodePath !== undefined && { nodePath }) });
}
