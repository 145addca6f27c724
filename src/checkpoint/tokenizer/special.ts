import { isObject, type JsonObject } from '../json-file';

/** Names a special token may have; chat templates see them under these names. */
export const SPECIAL_NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;
export type SpecialTokens = Readonly<Partial<Record<(typeof SPECIAL_NAMES)[number], string>>>;

const END_OF_TEXT = '<|endoftext|>';

/** What the classes of transformers 5.18 take where no file says. */
const CLASS_DEFAULTS: Readonly<Record<string, SpecialTokens>> = {
  LlamaTokenizer: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
  GPT2Tokenizer: { bos_token: END_OF_TEXT, eos_token: END_OF_TEXT, unk_token: END_OF_TEXT },
  GPTNeoXTokenizer: { bos_token: END_OF_TEXT, eos_token: END_OF_TEXT, unk_token: END_OF_TEXT },
  Qwen2Tokenizer: { eos_token: END_OF_TEXT, unk_token: END_OF_TEXT, pad_token: END_OF_TEXT },
  GemmaTokenizer: { bos_token: '<bos>', eos_token: '<eos>', unk_token: '<unk>', pad_token: '<pad>' },
  RobertaTokenizer: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', sep_token: '</s>', pad_token: '<pad>', cls_token: '<s>', mask_token: '<mask>' },
  BertTokenizer: { unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
  T5Tokenizer: { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' },
};

/**
 * Special tokens of a folder: tokenizer_config.json; where that file is missing special_tokens_map.json; else the class's own.
 * Values are strings or `{ content, … }`; null in a file means that there is none.
 */
export function specialTokens(config: JsonObject | null, specialMap: JsonObject | null, className: string): SpecialTokens {
  const said = config ?? specialMap ?? {};
  const tokens: Partial<Record<keyof SpecialTokens, string>> = { ...CLASS_DEFAULTS[className] };
  for (const name of SPECIAL_NAMES) {
    if (!(name in said)) continue;
    const token = contentOf(said[name]);
    if (token === null) delete tokens[name];
    else tokens[name] = token;
  }
  return tokens;
}

function contentOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value['content'] === 'string' ? value['content'] : null;
}
