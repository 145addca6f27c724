import { isObject, type JsonObject } from '../json-file';
import type { SpecialTokens } from './special';

/**
 * The reference never splits a special token it has a name for, also where tokenizer.json does not list it as added.
 * Only tokens of the vocabulary count here: the reference also invents ids for others, which no embedding has a row for.
 */
export function withNamedTokens(json: JsonObject, special: SpecialTokens): JsonObject {
  const model = json['model'];
  const vocab = isObject(model) ? model['vocab'] : undefined;
  if (!isObject(vocab)) return json;
  const listed: readonly unknown[] = Array.isArray(json['added_tokens']) ? json['added_tokens'] : [];
  const known = new Set(listed.map((token) => (isObject(token) ? token['content'] : null)));
  const missing = [...new Set(Object.values(special))]
    .filter((content) => !known.has(content) && Object.hasOwn(vocab, content))
    .map((content) => ({ id: vocab[content], content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  return missing.length === 0 ? json : { ...json, added_tokens: [...listed, ...missing] };
}
