import { isObject, type JsonObject } from '../json-file';
import type { TokenizerEngine } from './engine';

const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/;

/**
 * The text of each token alone, for people. Where the decoder would strip the space a token begins with
 * (it does so at the start of a text), the token's own spelling is shown with `▁` as a space.
 */
export async function textOfTokens(engine: TokenizerEngine, json: JsonObject, ids: readonly number[]): Promise<string[]> {
  const decoded = await engine.decodeBatch(ids.map((id) => [id]), false);
  if (!stripsLeadingSpace(json['decoder'])) return decoded;
  return decoded.map((text, index) => {
    const token = engine.tokenOf(ids[index] ?? -1);
    return token === null || BYTE_TOKEN.test(token) ? text : token.replaceAll('▁', ' ');
  });
}

function stripsLeadingSpace(decoder: unknown): boolean {
  if (!isObject(decoder)) return false;
  const inner = decoder['decoders'];
  if (Array.isArray(inner)) return inner.some(stripsLeadingSpace);
  return decoder['type'] === 'Metaspace' || decoder['type'] === 'Strip';
}

/** transformers' `clean_up_tokenization`, in its order. */
const CLEAN_UPS: readonly (readonly [string, string])[] = [
  [' .', '.'], [' ?', '?'], [' !', '!'], [' ,', ','], [" ' ", "'"], [" n't", "n't"], [" 'm", "'m"], [" 's", "'s"], [" 've", "'ve"], [" 're", "'re"],
];

/** What the reference does to decoded text: `clean_up_tokenization_spaces`, which it ignores for BPE models. */
export function decodedText(json: JsonObject, config: JsonObject): (text: string) => string {
  const model = json['model'];
  const type = isObject(model) ? model['type'] : undefined;
  const cleans = config['clean_up_tokenization_spaces'] === true && (type === 'WordPiece' || type === 'Unigram');
  return (text) => (cleans ? CLEAN_UPS.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text) : text);
}
