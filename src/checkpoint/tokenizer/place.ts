import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, type SerializedError } from '../../protocol/errors';
import { isTrainerFolder } from '../step';
import { missingTokenizer } from './files';

/** Where a checkpoint's tokenizer lies, and what a person should know about that. */
export type TokenizerPlace = { readonly folder: string; readonly warning: SerializedError | null };

/**
 * The folder of a checkpoint's tokenizer: the one that is named, else its own. A trainer's `checkpoint-500` without one has its
 * parent's, where the trainer keeps it. Throws `broken-checkpoint` or `unsupported-checkpoint` where there is none to read.
 */
export async function tokenizerPlace(folder: string, named: string | null): Promise<TokenizerPlace> {
  if (named !== null) {
    const isFolder = await stat(named).then((found) => found.isDirectory(), () => false);
    if (!isFolder) throw new AssayError('missing-tokenizer-folder', { path: named }, { file: named });
    const missing = await missingTokenizer(named);
    if (missing !== null) throw missing;
    return { folder: named, warning: null };
  }
  const missing = await missingTokenizer(folder);
  if (missing === null) return { folder, warning: null };
  const parent = dirname(folder);
  const takesParents = missing.code === 'broken-checkpoint' && (await isTrainerFolder(folder)) && (await missingTokenizer(parent)) === null;
  if (!takesParents) throw missing;
  return { folder: parent, warning: new AssayError('tokenizer-of-parent', { folder: parent }, { file: folder }).toJSON() };
}
