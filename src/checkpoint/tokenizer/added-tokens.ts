import { isObject, type JsonObject } from '../json-file';
import { SPECIAL_NAMES, type SpecialTokens } from './special';

/** A token that is never split, as tokenizer.json lists it. */
type AddedToken = JsonObject & { readonly content: string };

const FLAGS = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

/** Tokens that a folder declares outside tokenizer.json, in the order in which the reference adds them before and after the named special ones. */
export type DeclaredTokens = { readonly before: readonly AddedToken[]; readonly after: readonly AddedToken[] };

/**
 * Of tokenizer_config.json: `added_tokens_decoder`, and special tokens beyond those with a name of their own, `extra_special_tokens`
 * (transformers 5) or else `additional_special_tokens`; a list of them, or a mapping of names the model gives them.
 */
export function declaredTokens(config: JsonObject): DeclaredTokens {
  const said = config['extra_special_tokens'] ?? config['additional_special_tokens'];
  const values: readonly unknown[] = Array.isArray(said) ? said : isObject(said) ? Object.values(said) : [];
  const decoder = config['added_tokens_decoder'];
  const decoded = isObject(decoder) ? Object.entries(decoder).sort(([a], [b]) => Number(a) - Number(b)).map(([, token]) => token) : [];
  return {
    before: decoded.map((token) => addedToken(token, false)).filter((token) => token !== null),
    after: values.map((token) => addedToken(token, true)).filter((token) => token !== null),
  };
}

function addedToken(value: unknown, special: boolean): AddedToken | null {
  if (typeof value === 'string') return value === '' ? null : { ...FLAGS, special, content: value };
  if (!isObject(value) || typeof value['content'] !== 'string' || value['content'] === '') return null;
  const flags = Object.fromEntries(Object.entries(FLAGS).map(([flag, usual]) => [flag, typeof value[flag] === 'boolean' ? value[flag] : usual]));
  return { ...flags, content: value['content'], special: special || value['special'] === true };
}

/**
 * The reference never splits such a token, also where tokenizer.json does not list it as added. Declared ones that are not in the
 * vocabulary get the ids behind it, as the reference gives them; of those with a name (`bos_token`, …) such ones are left out, so that no prompt begins with a token the embedding has no row for.
 */
export function withSpecialTokens(json: JsonObject, special: SpecialTokens, { before, after }: DeclaredTokens): JsonObject {
  const ids = vocabularyOf(json);
  if (ids === null) return json;
  const own: readonly unknown[] = Array.isArray(json['added_tokens']) ? json['added_tokens'] : [];
  const declared = new Map<unknown, AddedToken>(before.map((token) => [token.content, token]));
  const named = new Set<unknown>(SPECIAL_NAMES.map((name) => special[name]));
  const listed = own.map((token) => (isObject(token) ? asDeclared(token, declared.get(token['content']), named) : token));
  const known = new Set<unknown>();
  let next = ids.size;
  for (const token of listed) {
    if (!isObject(token)) continue;
    known.add(token['content']);
    if (typeof token['id'] === 'number') next = Math.max(next, token['id'] + 1);
  }
  const added: JsonObject[] = [];
  const add = (token: AddedToken, isNamed: boolean): void => {
    if (known.has(token.content)) return;
    known.add(token.content);
    const inVocabulary = ids.of(token.content);
    const id = inVocabulary ?? next++;
    if (!isNamed || inVocabulary !== null) added.push({ ...token, id });
  };
  for (const token of before) add(token, false);
  for (const name of SPECIAL_NAMES) if (special[name] !== undefined) add({ ...FLAGS, content: special[name] }, true);
  for (const token of after) add(token, false);
  const isUnchanged = added.length === 0 && listed.every((token, index) => token === own[index]);
  return isUnchanged ? json : { ...json, added_tokens: [...listed, ...added] };
}

/** A token of tokenizer.json with the flags that `added_tokens_decoder` gives it; special where either says so, or where it has a name. The same object where nothing differs. */
function asDeclared(token: JsonObject, said: AddedToken | undefined, named: ReadonlySet<unknown>): JsonObject {
  const isSpecial = token['special'] === true || said?.['special'] === true || named.has(token['content']);
  const flags = { ...FLAGS, ...Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, (said ?? token)[flag] === true])), special: isSpecial };
  return Object.entries(flags).every(([flag, value]) => (token[flag] ?? false) === value) ? token : { ...token, ...flags };
}

type Vocabulary = { readonly size: number; readonly of: (token: string) => number | null };

/** Ids by token: a mapping, or for Unigram a list of [token, score]. */
function vocabularyOf(json: JsonObject): Vocabulary | null {
  const model = json['model'];
  const vocab = isObject(model) ? model['vocab'] : undefined;
  if (isObject(vocab)) {
    const idOf = (token: string): number | null => (Object.hasOwn(vocab, token) && typeof vocab[token] === 'number' ? vocab[token] : null);
    return { size: Object.keys(vocab).length, of: idOf };
  }
  if (!Array.isArray(vocab)) return null;
  const ids = new Map(vocab.map((entry: unknown, id): [unknown, number] => [Array.isArray(entry) ? entry[0] : null, id]));
  return { size: vocab.length, of: (token) => ids.get(token) ?? null };
}
