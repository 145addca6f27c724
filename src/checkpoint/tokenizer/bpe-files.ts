import { broken } from '../failure';
import { isObject, type JsonObject } from '../json-file';
import { partsOfClass } from './class-parts';
import { GENERIC, tokenizerClass } from '../../architecture/tokenizer-class';

/**
 * A tokenizer.json from vocab.json and merges.txt (GPT-2's form): a BPE model in the byte-level pipeline; the class of the
 * folder puts its own in its place later. Added tokens are those of tokenizer_config.json and added_tokens.json.
 */
export function bpeTokenizerJson(
  vocab: JsonObject,
  merges: string,
  { config, added, vocabFile }: { readonly config: JsonObject; readonly added: JsonObject; readonly vocabFile: string },
): JsonObject {
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) throw broken(`vocab.json gives the token "${token}" no id.`, { file: vocabFile });
  }
  const named = tokenizerClass(config['tokenizer_class'], '');
  const parts = partsOfClass(named === GENERIC ? 'GPT2Tokenizer' : named, config);
  if (parts === null) throw broken(`vocab.json and merges.txt do not fit ${named}.`, { file: vocabFile });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(config, added),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: null,
    decoder: parts.decoder,
    model: {
      type: 'BPE', dropout: null, continuing_subword_prefix: null, end_of_word_suffix: null, ...parts.flags,
      vocab,
      merges: mergePairs(merges),
    },
  };
}

/** One pair a line; the first line may be a `#version` comment. */
function mergePairs(text: string): string[][] {
  return text
    .split('\n')
    .filter((line, index) => line.trim() !== '' && !(index === 0 && line.startsWith('#version')))
    .map((line) => line.split(' '))
    .filter((pair) => pair.length === 2);
}

function addedTokens(config: JsonObject, added: JsonObject): JsonObject[] {
  const tokens = new Map<number, JsonObject>();
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  for (const [content, id] of Object.entries(added)) {
    if (typeof id === 'number') tokens.set(id, { id, content, ...flags, special: false });
  }
  const decoder = config['added_tokens_decoder'];
  for (const [id, token] of Object.entries(isObject(decoder) ? decoder : {})) {
    if (isObject(token) && typeof token['content'] === 'string') tokens.set(Number(id), { ...flags, special: false, ...token, id: Number(id) });
  }
  return [...tokens.values()].sort((a, b) => Number(a['id']) - Number(b['id']));
}
