import { AssayError } from '../protocol/errors';
import { isTiedByDefault } from './class-defaults';
import type { Linear } from './description';
import type { Options } from './options';
import type { TensorNames } from './shape';

const KEY = 'tie_word_embeddings';

export type TableNames = {
  /** Where the embedding lies, if it is in the file. */
  readonly embedding: string;
  /** Where the output head may lie, the usual place first. */
  readonly heads: readonly [string, ...string[]];
  readonly width: number;
  readonly vocabularySize: number;
};

/**
 * The table of token vectors and the output head. A head in the file is used whatever config.json says (transformers 5: the file
 * decides). Where one of the two is missing and config.json, or else the type's class, says that they are tied, the other stands
 * in for it: converters keep the one or the other. Throws `missing-output-head`.
 */
export function tokenTables(options: Options, tensors: TensorNames, { embedding, heads, width, vocabularySize }: TableNames): { readonly tokens: string; readonly logits: Linear } {
  const tied = options.flag(KEY, isTiedByDefault(options.modelType));
  const head = heads.find((name) => tensors.has(name));
  if (head === undefined && !tied) throw new AssayError('missing-output-head', { head: heads[0], key: KEY }, { file: 'config.json', tensor: heads[0] });
  const tokens = head !== undefined && tied && !tensors.has(embedding) ? head : embedding;
  return { tokens, logits: { weight: head ?? embedding, bias: null, inputs: width, outputs: vocabularySize, stored: 'outputs-first' } };
}
