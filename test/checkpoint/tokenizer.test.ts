import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { AssayError } from '../../src/protocol/errors';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import { checkpointFolder, temporaryFolder } from './checkpoint-folder';

const ENGINES = ['native', 'js'] as const;
const ARCHITECTURES = 'test/fixtures/arch';
const MODEL_A = 'examples/checkpoints/model-a';
const BYTE_FALLBACK = 'test/fixtures/checkpoint/byte-fallback-tokenizer.json';

const HARD = [
  '', ' ', '  ', '\n\n\n', '\t x\r\n', "I'll can't 'S WE'RE", 'a\u0085\'s', '\ufeffx', '12345 ٣٤ ²³ ½ Ⅷ', 'naïve cafe\u0301 ﬁ', '日本語のテスト、漢字',
  'العربية עברית हिन्दी ไทย', '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪', '\u0000\u0001\u007f\u00a0\u200b\u200d\u2028', '<|endoftext|>', 'x<|endoftext|>y <|endoftext|> <s></s>', '<|ENDOFTEXT|>',
  'for (let i = 0; i < n; i++) {\n    a[i] += b?.c ?? 1e-9;\n}', 'http://x.y/z?q=1&r=%20#f', 'a'.repeat(1000), ' '.repeat(300), '\ud835\udc00\ud83d\ude00', 'ΑΣ ß İ ǆ', '\u1100\u1161\u11a8 각',
];

type Expected = { readonly items: readonly { readonly text: string; readonly token_ids: readonly number[] }[] };

for (const engine of ENGINES) {
  describe(`the fixtures' ids, ${engine}`, () => {
    for (const name of readdirSync(ARCHITECTURES)) {
      test(name, async () => {
        const folder = join(ARCHITECTURES, name);
        const { model_type } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { model_type: string };
        const { items } = JSON.parse(readFileSync(join(folder, 'expected_logprobs.json'), 'utf8')) as Expected;
        const tokenizer = await openTokenizer(folder, model_type, { engine });
        const ids = await tokenizer.encodeBatch(items.map((item) => item.text), false);
        assert.ok(items.length >= 6);
        assert.deepEqual(ids.map((sequence) => [tokenizer.bosId, ...sequence]), items.map((item) => item.token_ids));
        assert.deepEqual(await Promise.all(ids.map((sequence) => tokenizer.decode(sequence))), items.map((item) => item.text));
        assert.deepEqual([tokenizer.vocabularySize, tokenizer.modelMaxLength, tokenizer.bosToken, tokenizer.eosId], [2048, 512, '<|endoftext|>', 0]);
      });
    }
  });
}

describe('both engines agree', () => {
  const pair = async (context: TestContext, tokenizerClass: string, tokenizerJson: Buffer) => {
    const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer.json': tokenizerJson, 'tokenizer_config.json': JSON.stringify({ tokenizer_class: tokenizerClass }) });
    return Promise.all(ENGINES.map((engine) => openTokenizer(folder, 'llama', { engine })));
  };
  const classes = [
    ['GPT2Tokenizer', `${MODEL_A}/tokenizer.json`], ['Qwen2Tokenizer', `${MODEL_A}/tokenizer.json`], ['GPTNeoXTokenizer', `${MODEL_A}/tokenizer.json`], ['CohereTokenizer', `${MODEL_A}/tokenizer.json`],
    ['LlamaTokenizer', BYTE_FALLBACK], ['GemmaTokenizer', BYTE_FALLBACK], ['TokenizersBackend', BYTE_FALLBACK],
  ] as const;
  for (const [tokenizerClass, file] of classes) {
    test(tokenizerClass, async (context) => {
      const [native, js] = await pair(context, tokenizerClass, readFileSync(file));
      assert.ok(native && js);
      assert.equal(native.vocabularySize, js.vocabularySize);
      const [nativeIds, jsIds] = await Promise.all([native.encodeBatch(HARD, true), js.encodeBatch(HARD, true)]);
      for (const [at, text] of HARD.entries()) assert.deepEqual(jsIds[at], nativeIds[at], JSON.stringify(text));
      const sample = nativeIds[5] ?? [];
      assert.deepEqual(await js.tokensOf(sample), await native.tokensOf(sample));
      assert.equal(await js.decode([]), '');
    });
  }
});

describe('texts', () => {
  test('a thousand at once keep their order; tokens join to the text', async () => {
    const tokenizer = await openTokenizer(MODEL_A, 'llama');
    const texts = Array.from({ length: 1000 }, (_, index) => `text ${index}${' and more'.repeat(index % 7)}`);
    const ids = await tokenizer.encodeBatch(texts, false);
    for (const [at, text] of texts.entries()) assert.equal(await tokenizer.decode(ids[at] ?? []), text);
    assert.equal((await tokenizer.tokensOf(ids[999] ?? [])).join(''), texts[999]);
  });

  test('a lone surrogate reads as U+FFFD, in both engines', async () => {
    for (const engine of ENGINES) {
      const tokenizer = await openTokenizer(MODEL_A, 'llama', { engine });
      const [lone, replaced, whole] = await tokenizer.encodeBatch(['a\ud800b \udc00', 'a\ufffdb \ufffd', '\ud83d\ude00'], false);
      assert.deepEqual(lone, replaced);
      assert.equal(await tokenizer.decode(whole ?? []), '\ud83d\ude00');
    }
  });

  test('any text comes back from a byte-level vocabulary', async () => {
    const tokenizer = await openTokenizer(MODEL_A, 'llama');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const [ids] = await tokenizer.encodeBatch([text], false);
        assert.equal(await tokenizer.decode(ids ?? []), text);
      }),
      { numRuns: 200 },
    );
  });

  test('tokens of a vocabulary with ▁ show their spaces', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer.json': readFileSync(BYTE_FALLBACK), 'tokenizer_config.json': '{"tokenizer_class":"LlamaTokenizer"}' });
    const tokenizer = await openTokenizer(folder, 'llama');
    const [ids] = await tokenizer.encodeBatch(['The film of the year'], false);
    assert.equal((await tokenizer.tokensOf(ids ?? [])).join(''), ' The film of the year');
    assert.deepEqual([tokenizer.bosToken, tokenizer.bosId, tokenizer.eosToken, tokenizer.eosId], ['<s>', 1, '</s>', 2]);
  });
});

describe('what a folder may hold instead', () => {
  const vocabAndMerges = () => {
    const { model } = JSON.parse(readFileSync(`${MODEL_A}/tokenizer.json`, 'utf8')) as { model: { vocab: object; merges: (string | string[])[] } };
    const merges = model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' ')));
    return { 'vocab.json': JSON.stringify(model.vocab), 'merges.txt': `#version: 0.2\n${merges.join('\n')}\n` };
  };

  test('vocab.json and merges.txt', async (context) => {
    const config = { bos_token: '<|endoftext|>', added_tokens_decoder: { 0: { content: '<|endoftext|>', lstrip: false, rstrip: false, normalized: false, single_word: false, special: true } } };
    const folder = checkpointFolder(temporaryFolder(context), { ...vocabAndMerges(), 'tokenizer_config.json': JSON.stringify(config) });
    rmSync(join(folder, 'tokenizer.json'));
    const want = await (await openTokenizer(MODEL_A, 'llama')).encodeBatch(HARD, false);
    for (const engine of ENGINES) {
      const tokenizer = await openTokenizer(folder, 'gpt2', { engine });
      assert.deepEqual(await tokenizer.encodeBatch(HARD, false), want);
      assert.equal(tokenizer.bosId, 0);
    }
  });

  test('special_tokens_map.json counts where tokenizer_config.json is missing', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), { 'special_tokens_map.json': '{"bos_token":{"content":"<|endoftext|>","lstrip":false},"eos_token":"!"}' });
    assert.equal((await openTokenizer(folder, 'llama')).eosToken, '<|endoftext|>');
    rmSync(join(folder, 'tokenizer_config.json'));
    const tokenizer = await openTokenizer(folder, 'llama');
    assert.deepEqual([tokenizer.bosId, tokenizer.eosToken], [0, '!']);
  });

  const refusals: readonly { readonly name: string; readonly files: Record<string, string>; readonly code: string; readonly says: RegExp }[] = [
    { name: 'SentencePiece only', files: { 'tokenizer.model': 'x' }, code: 'unsupported-checkpoint', says: /SentencePiece.*tokenizer\.model.*save_pretrained/ },
    { name: 'nothing', files: {}, code: 'broken-checkpoint', says: /tokenizer\.json is missing/ },
    { name: 'no JSON', files: { 'tokenizer.json': '{"model":' }, code: 'broken-checkpoint', says: /not valid JSON/ },
    { name: 'no model', files: { 'tokenizer.json': '{}' }, code: 'broken-checkpoint', says: /no "model"/ },
    { name: 'an unknown model', files: { 'tokenizer.json': '{"version":"1.0","model":{"type":"Magic"}}' }, code: 'broken-checkpoint', says: /tokenizer\.json cannot be used/ },
    { name: 'a vocabulary without ids', files: { 'vocab.json': '{"a":"b"}', 'merges.txt': '' }, code: 'broken-checkpoint', says: /gives the token "a" no id/ },
  ];
  for (const { name, files, code, says } of refusals) {
    for (const engine of ENGINES) {
      test(`refused: ${name}, ${engine}`, async (context) => {
        const folder = checkpointFolder(temporaryFolder(context), {});
        rmSync(join(folder, 'tokenizer.json'));
        for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
        await assert.rejects(openTokenizer(folder, 'llama', { engine }), (error) => error instanceof AssayError && error.code === code && says.test(error.message));
      });
    }
  }

  test('a file that truncates and pads does neither here', async (context) => {
    const json = JSON.parse(readFileSync(`${MODEL_A}/tokenizer.json`, 'utf8')) as object;
    const saved = { ...json, truncation: { direction: 'Right', max_length: 2, strategy: 'LongestFirst', stride: 0 }, padding: { strategy: { Fixed: 50 }, direction: 'Right', pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: '!' } };
    const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer.json': JSON.stringify(saved) });
    const texts = ['one two three four', 'x'];
    assert.deepEqual(await (await openTokenizer(folder, 'llama')).encodeBatch(texts, true), await (await openTokenizer(MODEL_A, 'llama')).encodeBatch(texts, true));
  });

  test('a class that would drop the spaces is not followed, and that is said', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer_config.json': '{"tokenizer_class":"LlamaTokenizerFast"}' });
    const tokenizer = await openTokenizer(folder, 'llama');
    assert.deepEqual(tokenizer.warnings.map((warning) => warning.code), ['tokenizer-loses-text']);
    const [ids] = await tokenizer.encodeBatch(['a b'], false);
    assert.equal(await tokenizer.decode(ids ?? []), 'a b');
  });

  test('a folder that names TokenizersBackend is taken at its word, and that is said', async () => {
    const kept = await openTokenizer(join(ARCHITECTURES, 'qwen2'), 'qwen2');
    assert.deepEqual(kept.warnings.map((warning) => [warning.code, warning.args['tokenizerClass']]), [['tokenizer-kept', 'Qwen2Tokenizer']]);
    assert.deepEqual((await openTokenizer(join(ARCHITECTURES, 'qwen3'), 'qwen3')).warnings, []);
  });
});

test('the version a run records is that of the package', async () => {
  const versionOf = (name: string) => (JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  assert.equal((await openTokenizer(MODEL_A, 'llama', { engine: 'native' })).version, versionOf('tokenizers'));
  assert.equal((await openTokenizer(MODEL_A, 'llama', { engine: 'js' })).version, versionOf('@huggingface/transformers'));
});
