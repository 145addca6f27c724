import type * as NativeModule from 'tokenizers';
import type { Tokenizer as NativeTokenizer } from 'tokenizers';
import type { TokenizerEngine, TokenizerSource } from './engine';

type NativePackage = typeof NativeModule;

/** Texts handed to the thread pool at once: several times faster than one by one, and small enough to yield in between. */
const CHUNK = 256;

export const NATIVE_VERSION = '0.23.2';

/** The npm package `tokenizers` (bindings of the Rust core). Throws where its binary does not load on this machine. */
export async function loadNativePackage(): Promise<NativePackage> {
  const module = (await import('tokenizers')) as NativePackage & { readonly default?: NativePackage };
  return module.default ?? module;
}

/** Throws what the package throws on a tokenizer.json that it cannot read. */
export function nativeEngine({ Tokenizer }: NativePackage, { json, file }: TokenizerSource): TokenizerEngine {
  const tokenizer = file === null ? Tokenizer.fromString(JSON.stringify(json)) : Tokenizer.fromFile(file);
  // A file may have been saved with both on; the reference switches them off for every call.
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  return {
    kind: 'native',
    version: NATIVE_VERSION,
    vocabularySize: tokenizer.getVocabSize(true),
    encodeBatch: (texts, addSpecialTokens) => inChunks(texts, (chunk) => encodeChunk(tokenizer, chunk, addSpecialTokens)),
    decodeBatch: (sequences, skipSpecialTokens) => inChunks(sequences, (chunk) => tokenizer.decodeBatch(chunk.map((ids) => [...ids]), skipSpecialTokens)),
    idOf: (token) => tokenizer.tokenToId(token),
    tokenOf: (id) => tokenizer.idToToken(id),
  };
}

async function encodeChunk(tokenizer: NativeTokenizer, texts: readonly string[], addSpecialTokens: boolean): Promise<number[][]> {
  const encodings = await tokenizer.encodeBatch([...texts], { addSpecialTokens });
  return encodings.map((encoding) => encoding.getIds());
}

async function inChunks<In, Out>(items: readonly In[], work: (chunk: readonly In[]) => Promise<Out[]>): Promise<Out[]> {
  const results: Out[] = [];
  for (let start = 0; start < items.length; start += CHUNK) {
    for (const result of await work(items.slice(start, start + CHUNK))) results.push(result);
  }
  return results;
}
