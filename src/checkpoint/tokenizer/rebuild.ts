import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../json-file';
import { tokenizerClass } from '../../architecture/tokenizer-class';
import { partsOfClass, type BpeFlags } from './class-parts';

export type Rebuilt = {
  /** The very object that came in where nothing has to be replaced. */
  readonly json: JsonObject;
  readonly className: string;
  /**
   * tokenizer.json is kept against the reference's rule: the class would drop the spaces of a byte-level vocabulary,
   * or the folder says itself that tokenizer.json is all there is and the reference overrules it by the model type.
   */
  readonly kept: 'loses-text' | 'says-generic' | null;
};

/**
 * What the reference makes of a tokenizer.json: vocabulary, merges, added tokens and post-processor of the file,
 * normalizer, pre-tokenizer, decoder and BPE flags of the class (transformers 5.18).
 */
export function rebuild(json: JsonObject, config: JsonObject, modelType: string): Rebuilt {
  const className = tokenizerClass(config['tokenizer_class'], modelType);
  const asItIs = { json, className, kept: null };
  const parts = partsOfClass(className, config);
  const model = json['model'];
  if (parts === null || !isObject(model) || !isBpe(model)) return asItIs;
  if (className === 'LlamaTokenizer' && isByteLevel(json)) return { ...asItIs, kept: 'loses-text' };

  const { normalizer, preTokenizer, decoder, flags } = parts;
  const rebuiltModel = {
    type: 'BPE', dropout: null, continuing_subword_prefix: null, end_of_word_suffix: null, ...flags, vocab: model['vocab'], merges: model['merges'],
  };
  const replaced = { normalizer, pre_tokenizer: preTokenizer, decoder };
  const unchanged =
    Object.entries(replaced).every(([key, value]) => isDeepStrictEqual(json[key] ?? null, value)) && hasFlags(model, flags);
  if (unchanged) return asItIs;
  if (config['tokenizer_class'] === 'TokenizersBackend') return { ...asItIs, kept: 'says-generic' };
  return { ...asItIs, json: { ...json, ...replaced, model: rebuiltModel } };
}

/** Old files leave the type out. */
function isBpe(model: JsonObject): boolean {
  return model['type'] === 'BPE' || (model['type'] === undefined && model['merges'] !== undefined);
}

function hasFlags(model: JsonObject, flags: BpeFlags): boolean {
  const off = ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix'].every((key) => !model[key]);
  return model['type'] === 'BPE' && off && Object.entries(flags).every(([key, value]) => (model[key] || null) === (value || null));
}

/** The vocabulary spells bytes as letters (`Ġ` is a space) and has no `▁`. */
function isByteLevel(json: JsonObject): boolean {
  const model = json['model'];
  const vocab = isObject(model) ? model['vocab'] : undefined;
  if (!isObject(vocab)) return false;
  let spaceAsLetter = false;
  for (const token of Object.keys(vocab)) {
    if (token.startsWith('▁')) return false;
    spaceAsLetter ||= token.startsWith('Ġ');
  }
  return spaceAsLetter;
}
