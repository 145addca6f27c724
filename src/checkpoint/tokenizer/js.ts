import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { SPECIAL_NAMES } from './special';
import type { TokenizerEngine, TokenizerSource } from './engine';

/** GPT-2's pattern with Unicode's white space: JavaScript's `\s` lacks U+0085 and has U+FEFF. */
const BYTE_LEVEL_PATTERN =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
/** The Rust core means every numeric character, JavaScript's `\d` only the ASCII ones. */
const SINGLE_DIGITS = /[^\p{N}]+|\p{N}/gu;
const DIGIT_RUNS = /[^\p{N}]+|\p{N}+/gu;

const REQUIRED_KEYS = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };

/** The tokenizer inside `@huggingface/transformers`, for machines where the native one does not load. */
export async function jsEngine({ json, config }: TokenizerSource): Promise<TokenizerEngine> {
  const { PreTrainedTokenizer, env } = await import('@huggingface/transformers');
  const complete = { ...REQUIRED_KEYS, ...json };
  const tokenizer = new PreTrainedTokenizer(complete, { ...plainConfig(config), clean_up_tokenization_spaces: false });
  patchPatterns(tokenizer._tokenizer.pre_tokenizer);
  return {
    kind: 'js',
    version: env.version,
    vocabularySize: tokenizer.get_vocab().size,
    encodeBatch: (texts, addSpecialTokens) =>
      Promise.resolve(texts.map((text) => tokenizer.encode(text, { add_special_tokens: addSpecialTokens }))),
    decodeBatch: (sequences, skipSpecialTokens) => Promise.resolve(sequences.map((ids) => decode(tokenizer, ids, skipSpecialTokens))),
    idOf: (token) => tokenizer._tokenizer.token_to_id(token) ?? null,
    tokenOf: (id) => tokenizer._tokenizer.id_to_token(id) ?? null,
  };
}

/** transformers.js refuses special tokens written as `{ content, … }`; they are resolved elsewhere. */
function plainConfig(config: TokenizerSource['config']): Record<string, unknown> {
  const plain: Record<string, unknown> = { ...config };
  for (const name of SPECIAL_NAMES) if (typeof plain[name] !== 'string') delete plain[name];
  delete plain['chat_template'];
  return plain;
}

function decode(tokenizer: PreTrainedTokenizer, ids: readonly number[], skipSpecialTokens: boolean): string {
  if (ids.length === 0) return '';
  return tokenizer.decode([...ids], { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false });
}

type PatternStep = { pattern: RegExp; readonly config: { readonly type?: unknown; readonly individual_digits?: unknown } };

function patchPatterns(step: unknown): void {
  if (typeof step !== 'function' && (typeof step !== 'object' || step === null)) return;
  if ('tokenizers' in step && Array.isArray(step.tokenizers)) step.tokenizers.forEach(patchPatterns);
  if (!isPatternStep(step)) return;
  if (step.config.type === 'ByteLevel') step.pattern = BYTE_LEVEL_PATTERN;
  if (step.config.type === 'Digits') step.pattern = step.config.individual_digits === true ? SINGLE_DIGITS : DIGIT_RUNS;
}

function isPatternStep(step: object): step is PatternStep {
  return 'pattern' in step && step.pattern instanceof RegExp && 'config' in step && typeof step.config === 'object' && step.config !== null;
}
