/** Long texts are encoded in pieces: the same ids, whatever the tokenizer, wherever the cuts fall. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Tokenizer } from '../../../src/checkpoint/tokenizer';
import { openTokenizer } from '../../../src/checkpoint/tokenizer/open';
import { encodeLong } from '../../../src/model/local/encode-long';
import { AssayError } from '../../../src/protocol/errors';
import { PyRandom } from '../../../src/python/random';
import { FakeTokenizer } from './fake-tokenizer';

const english = readFileSync(join(__dirname, '../../fixtures/data/heldout.jsonl'), 'utf8');

/** What cuts may fall into: words, runs of white space, code, digits, other scripts, pictures, special tokens. */
const SCRAPS = [
  english.slice(0, 400), english.slice(900, 1100), ' ', '  ', '\n', '\n\n', '\r\n', '\t\t', '    if (x == 3) {\n        return "a\'s";\n    }\n', '1234567890', '3.14, 2.72; ',
  '今天天气很好，我们去公园吧。', 'これはテストです。', 'Это проверка, не более. ', 'naïve café — “quoted” ', '👩‍👩‍👧 🇩🇪', '<s>', '</s>', '<|endoftext|>', '============', 'don\'t we\'ll I\'ve ', 'e\u0301e\u0301 ', '\u00a0', '\ud83d', ' .', '…',
];

function mixture(seed: number, length: number): string {
  const random = new PyRandom(BigInt(seed));
  let text = '';
  while (text.length < length) text += SCRAPS[random.randbelow(SCRAPS.length)] ?? '';
  return text;
}

/** Passes everything on and counts what it is given. */
function counting(tokenizer: Tokenizer): { readonly tokenizer: Tokenizer; longest: number; calls: number } {
  const counted = {
    longest: 0,
    calls: 0,
    tokenizer: {
      ...tokenizer,
      encodeBatch: (texts: readonly string[], special: boolean) => {
        counted.calls++;
        counted.longest = Math.max(counted.longest, ...texts.map(({ length }) => length));
        return tokenizer.encodeBatch(texts, special);
      },
    } as Tokenizer,
  };
  return counted;
}

const texts: readonly (readonly [name: string, text: string])[] = [
  ['English', english.slice(0, 12_000)],
  ['without spaces', '我们去公园吧。今天天气很好，'.repeat(300)],
  ['lines of digits', '12 345\n6789\n'.repeat(600)],
  ['white space', `a${' '.repeat(2000)}b\n\n\n c${'\n'.repeat(1000)}`.repeat(2)],
  ['a mixture', mixture(1, 12_000)],
  ['another mixture', mixture(2, 12_000)],
];

type Json = Readonly<Record<string, unknown>> & { readonly model: Readonly<Record<string, unknown>> & { readonly vocab: Readonly<Record<string, number>> } };
const read = (file: string): Json => JSON.parse(readFileSync(join(__dirname, '../../..', file), 'utf8')) as Json;
const byteLevel = read('examples/checkpoints/model-a/tokenizer.json');
const byteFallback = read('test/fixtures/checkpoint/byte-fallback-tokenizer.json');
const CL100K = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const metaspace = (prepend_scheme: string, split: boolean): object => ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split });
const words = ['[UNK]', '[CLS]', '[SEP]', ...new Set(Object.keys(byteFallback.model.vocab).flatMap((token) => (/^[a-z]+$/.test(token) ? [token, `##${token}`] : []))), '.', ',', '。'];

/** The ways in which tokenizers of published checkpoints find words. */
const TOKENIZERS: Readonly<Record<string, object>> = {
  'byte level': byteLevel,
  'byte level with a space before the text': { ...byteLevel, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true } },
  'byte level behind a pattern': {
    ...byteLevel,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: CL100K }, behavior: 'Isolated', invert: false }, { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }] },
  },
  'one word with a mark put before it': byteFallback,
  'one word, a mark at its start': { ...byteFallback, normalizer: null, pre_tokenizer: metaspace('first', false) },
  'marked words': { ...byteFallback, normalizer: null, pre_tokenizer: metaspace('always', true) },
  unigram: {
    ...byteFallback,
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] },
    pre_tokenizer: metaspace('always', true),
    model: { type: 'Unigram', unk_id: 0, byte_fallback: false, vocab: Object.entries(byteFallback.model.vocab).map(([token, id]) => [token, -Math.log(id + 2)]) },
  },
  'word pieces': {
    ...byteFallback,
    added_tokens: ['[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 1] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(words.map((token, id) => [token, id])) },
  },
};

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'assay-long-'))));
after(() => rmSync(folder, { recursive: true }));

for (const [kind, json] of Object.entries(TOKENIZERS)) {
  for (const engine of ['native', 'js'] as const) {
    test(`${kind}, ${engine}: the ids of the whole`, async () => {
      writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
      writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }));
      const tokenizer = await openTokenizer(folder, 'llama', { engine });
      for (const [name, text] of texts) {
        const [whole = []] = await tokenizer.encodeBatch([text], true);
        const counted = counting(tokenizer);
        const ids = await encodeLong(text, true, counted.tokenizer, undefined, { long: 0, piece: 700, side: 128 });
        assert.deepEqual(Array.from(ids), whole, name);
        if (name === 'English') assert.ok(counted.longest < 2100, `${name}: a piece of ${counted.longest}`);
      }
    });
  }
}

test('a text that ends where a piece does, and one that is shorter than a piece', async () => {
  const tokenizer = new FakeTokenizer({ addsBos: true });
  for (const length of [1, 5, 99, 100, 101, 120, 200, 800, 801, 1600]) {
    const text = 'a b '.repeat(400).slice(0, length);
    const [whole = []] = await tokenizer.encodeBatch([text], true);
    assert.deepEqual(Array.from(await encodeLong(text, true, tokenizer, undefined, { long: 0, piece: 100, side: 10 })), whole, String(length));
  }
});

test('a tokenizer that joins words has no cut between them', async () => {
  const tokenizer = new FakeTokenizer({ merges: ['a b', ' c'] });
  const text = 'xa bx c '.repeat(300);
  const [whole = []] = await tokenizer.encodeBatch([text], false);
  assert.deepEqual(Array.from(await encodeLong(text, false, tokenizer, undefined, { long: 0, piece: 50, side: 10 })), whole);
  const joined = 'a b'.repeat(300);
  const [all = []] = await tokenizer.encodeBatch([joined], false);
  assert.deepEqual(Array.from(await encodeLong(joined, false, tokenizer, undefined, { long: 0, piece: 50, side: 10 })), all);
});

test('what is no longer wanted is not encoded further', async () => {
  const tokenizer = new FakeTokenizer();
  let asked = 0;
  await assert.rejects(
    encodeLong('a b '.repeat(10_000), false, tokenizer, () => ++asked < 3, { long: 0, piece: 100, side: 10 }),
    (error) => error instanceof AssayError && error.code === 'cancelled',
  );
  const characters = tokenizer.asked.flatMap(({ texts: given }) => given).reduce((sum, { length }) => sum + length, 0);
  assert.ok(characters < 10_000, `${characters} characters`);
});
