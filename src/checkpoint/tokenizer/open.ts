import { AssayError } from '../../protocol/errors';
import type { SerializedError } from '../../protocol/errors';
import { tokenizerLimitOf } from '../config';
import { broken, reasonOf } from '../failure';
import type { Tokenizer } from '../tokenizer';
import { declaredTokens, withSpecialTokens } from './added-tokens';
import type { TokenizerEngine, TokenizerSource } from './engine';
import { readTokenizerFiles } from './files';
import { jsEngine } from './js';
import { loadNativePackage, nativeEngine } from './native';
import { rebuild } from './rebuild';
import { specialTokens } from './special';
import { decodedText, textOfTokens } from './token-text';

export type TokenizerOptions = {
  /** Default: native, and js where the native binary does not load. */
  readonly engine?: 'native' | 'js';
};

/**
 * The tokenizer of a checkpoint folder, with the ids of the reference's `AutoTokenizer`.
 * @param modelType `model_type` where the folder has no config.json: the reference picks the tokenizer's class by it.
 * Throws `broken-checkpoint` or `unsupported-checkpoint`.
 */
export async function openTokenizer(folder: string, modelType: string, options: TokenizerOptions = {}): Promise<Tokenizer> {
  const files = await readTokenizerFiles(folder);
  const config = files.config ?? {};
  const { json: rebuilt, className, kept } = rebuild(files.json, { tokenizer_class: files.classInModelConfig, ...config }, files.modelType ?? modelType);
  const special = specialTokens(files.config, files.specialMap, className);
  const json = withSpecialTokens(rebuilt, special, declaredTokens(files.config ?? files.specialMap ?? {}));
  const source = { json, file: json === files.json ? files.file : null, config: { ...config, ...special } };
  const { engine, warnings } = await loadEngine(source, options.engine, files.file ?? folder);
  if (kept !== null) {
    const code = kept === 'loses-text' ? 'tokenizer-loses-text' : 'tokenizer-kept';
    warnings.push(new AssayError(code, { tokenizerClass: className }, { file: files.file ?? folder }).toJSON());
  }

  const { bos_token: bosToken = null, eos_token: eosToken = null } = special;
  const padToken = special.pad_token ?? special.unk_token ?? eosToken;
  const idOf = (token: string | null): number | null => (token === null ? null : engine.idOf(token));
  const decoded = decodedText(json, config);
  return {
    engine: engine.kind,
    version: engine.version,
    warnings,
    bosToken,
    eosToken,
    padToken,
    bosId: idOf(bosToken),
    eosId: idOf(eosToken),
    padId: idOf(padToken),
    vocabularySize: engine.vocabularySize,
    modelMaxLength: tokenizerLimitOf(config),
    encodeBatch: (texts, addSpecialTokens) => engine.encodeBatch(texts.map(withoutLoneSurrogates), addSpecialTokens),
    decode: async (ids) => decoded((await engine.decodeBatch([ids], false))[0] ?? ''),
    decodeBatch: async (sequences, skipSpecialTokens) => (await engine.decodeBatch(sequences, skipSpecialTokens)).map(decoded),
    tokensOf: (ids) => textOfTokens(engine, json, ids),
    close: () => Promise.resolve(),
  };
}

async function loadEngine(
  source: TokenizerSource,
  wanted: TokenizerOptions['engine'],
  file: string,
): Promise<{ readonly engine: TokenizerEngine; readonly warnings: SerializedError[] }> {
  const unreadable = (error: unknown) => broken(`tokenizer.json cannot be used: ${reasonOf(error)}.`, { file }, error);
  const js = () => jsEngine(source).catch((error: unknown) => Promise.reject(unreadable(error)));
  if (wanted === 'js') return { engine: await js(), warnings: [] };
  let native;
  try {
    native = await loadNativePackage();
  } catch (error) {
    if (wanted === 'native') throw error;
    return { engine: await js(), warnings: [new AssayError('tokenizer-fallback', { detail: whyNotLoaded(error) }).toJSON()] };
  }
  try {
    return { engine: nativeEngine(native, source), warnings: [] };
  } catch (error) {
    throw unreadable(error);
  }
}

/** Why the first binary that was tried did not load, in one line: the package's own words around that are advice on npm. */
export function whyNotLoaded(error: unknown): string {
  let first = error;
  while (first instanceof Error && first.cause instanceof Error) first = first.cause;
  return reasonOf(first).split('\n', 1)[0] ?? '';
}

/** Half a surrogate pair is no text; the reference refuses it, both engines differ on it. */
function withoutLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
