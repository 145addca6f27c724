/** Text of ids with and without special tokens; all values are those of transformers 5.18. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import { checkpointFolder, temporaryFolder } from './checkpoint-folder';

const ENGINES = ['native', 'js'] as const;
const END = '<|endoftext|>';
const FLAGS = { single_word: false, lstrip: false, rstrip: false, normalized: false };

type Listed = { readonly added_tokens: readonly Readonly<Record<string, unknown>>[] };
const LISTED = JSON.parse(readFileSync('examples/checkpoints/model-a/tokenizer.json', 'utf8')) as Listed;

/** model-a's tokenizer.json with its end of text special or not. */
function tokenizerJson(isSpecial: boolean): string {
  return JSON.stringify({ ...LISTED, added_tokens: LISTED.added_tokens.map((token) => ({ ...token, special: isSpecial })) });
}

const declared = (flags: Readonly<Record<string, boolean>>): object => ({ added_tokens_decoder: { 0: { ...FLAGS, special: false, content: END, ...flags } } });

describe('a token is special where any file says so, and has the flags of added_tokens_decoder', () => {
  const cases = [
    { what: 'special in tokenizer.json', isSpecial: true, config: {}, ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: 'a  b' },
    { what: 'special nowhere', isSpecial: false, config: {}, ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: `a ${END} b` },
    { what: 'named as eos_token', isSpecial: false, config: { eos_token: END }, ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: 'a  b' },
    { what: 'special in added_tokens_decoder', isSpecial: false, config: declared({ special: true }), ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: 'a  b' },
    { what: 'not special in added_tokens_decoder', isSpecial: true, config: declared({}), ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: 'a  b' },
    { what: 'an extra special token that is listed', isSpecial: false, config: { extra_special_tokens: [END] }, ids: [65, 221, 0, 273], whole: `a ${END} b`, bare: `a ${END} b` },
    { what: 'lstrip in added_tokens_decoder', isSpecial: true, config: declared({ lstrip: true }), ids: [65, 0, 273], whole: `a${END} b`, bare: 'a b' },
    { what: 'rstrip in added_tokens_decoder', isSpecial: false, config: declared({ rstrip: true }), ids: [65, 221, 0, 66], whole: `a ${END}b`, bare: `a ${END}b` },
  ];
  for (const engine of ENGINES) {
    for (const { what, isSpecial, config, ids, whole, bare } of cases) {
      test(`${what}, ${engine}`, async (context) => {
        const tokenizerConfig = JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', ...config });
        const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer.json': tokenizerJson(isSpecial), 'tokenizer_config.json': tokenizerConfig });
        const tokenizer = await openTokenizer(folder, 'llama', { engine });
        assert.deepEqual(await tokenizer.encodeBatch([`a ${END} b`], false), [ids]);
        assert.deepEqual(await tokenizer.decodeBatch([ids, [], [0]], false), [whole, '', END]);
        assert.deepEqual(await tokenizer.decodeBatch([ids, [], [0]], true), [bare, '', bare.includes(END) ? END : '']);
      });
    }
  }
});

describe('spaces are cleaned up where the config says so', () => {
  const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'it', 'is', 'n', "'", 't', 'good', ',', '##ness', '!', '.'];
  const json = {
    added_tokens: words.slice(0, 5).map((content, id) => ({ id, content, ...FLAGS, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
  };
  const ids = [2, 5, 6, 7, 8, 9, 10, 12, 11, 5, 13, 3];
  for (const [cleans, text] of [[true, "it isn't goodness, it!"], [false, "it is n ' t goodness , it !"]] as const) {
    test(String(cleans), async (context) => {
      const config = { tokenizer_class: 'PreTrainedTokenizerFast', unk_token: '[UNK]', sep_token: '[SEP]', cls_token: '[CLS]', clean_up_tokenization_spaces: cleans };
      const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer.json': JSON.stringify(json), 'tokenizer_config.json': JSON.stringify(config) });
      const tokenizer = await openTokenizer(folder, 'llama', { engine: 'native' });
      assert.deepEqual(await tokenizer.decodeBatch([ids], true), [text]);
      assert.deepEqual(await tokenizer.decodeBatch([ids], false), [`[CLS] ${text} [SEP]`]);
    });
  }
});
