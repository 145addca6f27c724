import type { JsonObject } from '../json-file';

export type BpeFlags = {
  readonly unk_token: string | null;
  readonly fuse_unk: boolean;
  readonly byte_fallback: boolean;
  readonly ignore_merges: boolean;
};

/** What a tokenizer class puts in the place of a file's own pipeline, in the form of tokenizer.json. */
export type ClassParts = {
  readonly normalizer: JsonObject | null;
  readonly preTokenizer: JsonObject;
  readonly decoder: JsonObject;
  readonly flags: BpeFlags;
};

const PLAIN: BpeFlags = { unk_token: null, fuse_unk: false, byte_fallback: false, ignore_merges: false };

const QWEN2_PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const byteLevel = (addPrefixSpace: boolean, useRegex = true): JsonObject => ({
  type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: useRegex,
});
const sequence = (...pretokenizers: JsonObject[]): JsonObject => ({ type: 'Sequence', pretokenizers });
const decoders = (...list: JsonObject[]): JsonObject => ({ type: 'Sequence', decoders: list });

const BYTE_LEVEL_DECODER = byteLevel(true);
const NFC: JsonObject = { type: 'NFC' };
const SPACE_FROM_UNDERLINE: JsonObject = { type: 'Replace', pattern: { String: '▁' }, content: ' ' };
const BYTES_TO_TEXT: readonly JsonObject[] = [SPACE_FROM_UNDERLINE, { type: 'ByteFallback' }, { type: 'Fuse' }];

/**
 * The parts of a class of transformers 5.18, or null for a class that keeps the file's own
 * (BertTokenizer and T5Tokenizer: their files already are what the class builds).
 */
export function partsOfClass(className: string, config: JsonObject): ClassParts | null {
  const addPrefixSpace = config['add_prefix_space'] === true;
  const byteLevelBpe: ClassParts = { normalizer: null, preTokenizer: byteLevel(addPrefixSpace), decoder: BYTE_LEVEL_DECODER, flags: PLAIN };
  switch (className) {
    case 'LlamaTokenizer':
      return llama(config);
    case 'GPT2Tokenizer':
    case 'RobertaTokenizer':
      return byteLevelBpe;
    case 'GPTNeoXTokenizer':
      return { ...byteLevelBpe, normalizer: NFC };
    case 'Qwen2Tokenizer': {
      const split = { type: 'Split', pattern: { Regex: QWEN2_PATTERN }, behavior: 'Isolated', invert: false };
      return { ...byteLevelBpe, normalizer: NFC, preTokenizer: sequence(split, byteLevel(addPrefixSpace, false)) };
    }
    case 'CohereTokenizer':
      return { ...byteLevelBpe, normalizer: NFC, preTokenizer: sequence({ type: 'Digits', individual_digits: true }, byteLevel(addPrefixSpace)) };
    case 'GemmaTokenizer':
      return {
        normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        preTokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
        decoder: decoders(...BYTES_TO_TEXT),
        flags: { ...PLAIN, unk_token: '<unk>', fuse_unk: true, byte_fallback: true },
      };
    default:
      return null;
  }
}

function llama(config: JsonObject): ClassParts {
  const withPrefix = config['add_prefix_space'] !== false;
  const scheme = !withPrefix ? 'never' : config['legacy'] === true ? 'always' : 'first';
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
  return {
    normalizer: null,
    preTokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: false },
    decoder: decoders(...BYTES_TO_TEXT, ...(withPrefix ? [strip] : [])),
    flags: { ...PLAIN, fuse_unk: true, byte_fallback: true },
  };
}
