import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { inspectCheckpoint } from '../../src/checkpoint/inspect';
import { openCheckpoint } from '../../src/checkpoint/open';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import { AssayError } from '../../src/protocol/errors';
import { checkpointFolder, temporaryFolder, tinyCheckpoint, tinyWeights } from './checkpoint-folder';

const MODEL_A = 'examples/checkpoints/model-a';
const codes = (list: readonly { readonly code: string }[]): string[] => list.map(({ code }) => code);

async function failure(folder: string, tokenizer: string | null = null): Promise<AssayError> {
  const error: unknown = await openCheckpoint(folder, { tokenizer }).then(() => assert.fail('it opened'), (thrown: unknown) => thrown);
  assert.ok(error instanceof AssayError, String(error));
  const { problems } = await inspectCheckpoint(folder, { tokenizer });
  assert.deepEqual(problems[0], error.toJSON(), 'lists and checks say what opening says');
  return error;
}

describe('weights', () => {
  test('a whole tiny checkpoint has nothing to say', async (context) => {
    const { warnings, tensors } = await openCheckpoint(tinyCheckpoint(temporaryFolder(context)));
    assert.deepEqual(warnings, []);
    assert.equal(tensors.size, 11);
  });

  test('an output head that is missing', async (context) => {
    for (const tied of [false, undefined]) {
      const error = await failure(tinyCheckpoint(temporaryFolder(context), {}, { tie_word_embeddings: tied }));
      assert.equal(error.code, 'missing-output-head');
      assert.match(error.message, /lm_head\.weight.*tie_word_embeddings/);
    }
  });

  test('only the head of a tied model: it is the embedding too', async (context) => {
    const weights = tinyWeights((name) => (name === 'model.embed_tokens.weight' ? 'lm_head.weight' : name));
    const { tensors } = await openCheckpoint(tinyCheckpoint(temporaryFolder(context), { 'model.safetensors': weights }));
    assert.ok(tensors.has('lm_head.weight'));
    const untied = await failure(tinyCheckpoint(temporaryFolder(context), { 'model.safetensors': weights }, { tie_word_embeddings: false }));
    assert.equal(untied.place.tensor, 'model.embed_tokens.weight');
  });

  test('model. before all names is taken off, another beginning is named', async (context) => {
    const wrapped = (wrapper: string) => tinyCheckpoint(temporaryFolder(context), { 'model.safetensors': tinyWeights((name) => wrapper + name) });
    const checkpoint: Checkpoint = await openCheckpoint(wrapped('model.'));
    assert.ok(checkpoint.tensors.has('model.norm.weight'));
    assert.equal(checkpoint.tensors.get('model.norm.weight')?.name, 'model.norm.weight');
    assert.deepEqual(checkpoint.warnings, []);
    for (const wrapper of ['module.', '_orig_mod.', 'base_model.model.']) assert.match((await failure(wrapped(wrapper))).message, new RegExp(`named "${wrapper}`));
  });

  test('options that are ignored and tensors that nobody uses are said', async (context) => {
    const weights = tinyWeights(undefined, { 'model.extra.weight': [2], 'model.layers.0.self_attn.rotary_emb.inv_freq': [1] });
    const folder = tinyCheckpoint(temporaryFolder(context), { 'model.safetensors': weights }, { remark: 'x' });
    const { warnings } = await openCheckpoint(folder);
    assert.deepEqual(codes(warnings), ['ignored-option', 'unused-tensors']);
    assert.match(warnings[1]?.message ?? '', /model\.extra\.weight/);
    assert.deepEqual((await inspectCheckpoint(folder)).warnings, warnings);
  });

  const kinds: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a trainer\'s state', ['optimizer.pt', 'scheduler.pt', 'rng_state_0.pth', 'trainer_state.json', 'training_args.bin'], /optimizer, scheduler, random numbers/],
    ['accelerate\'s state', ['optimizer.bin', 'random_states_0.pkl', 'scaler.pt'], /optimizer, scheduler/],
    ['PyTorch beside a trainer\'s state', ['pytorch_model.bin', 'optimizer.pt'], /PyTorch's own format/],
    ['PyTorch by another name', ['weights.pth'], /PyTorch's own format/],
    ['ONNX', ['model.onnx'], /ONNX/],
    ['GGUF', ['model-q4.gguf'], /GGUF/],
    ['DeepSpeed', ['zero_to_fp32.py', 'mp_rank_00_model_states.pt', 'latest'], /distributed/],
    ['torch\'s distributed checkpoints', ['__0_0.distcp', '.metadata'], /distributed/],
  ];
  for (const [name, files, says] of kinds) {
    test(`recognised and refused: ${name}, with and without config.json`, async (context) => {
      const folder = checkpointFolder(temporaryFolder(context), Object.fromEntries(files.map((file) => [file, 'x'])));
      for (const round of [0, 1]) {
        const error = await failure(folder);
        assert.equal(error.code, 'unsupported-checkpoint', String(round));
        assert.match(error.message, says);
        rmSync(join(folder, 'config.json'), { force: true });
      }
    });
  }
});

describe('the tokenizer', () => {
  const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json'];
  const without = (folder: string): string => {
    for (const name of TOKENIZER) rmSync(join(folder, name));
    return folder;
  };
  const put = (folder: string): void => {
    mkdirSync(folder, { recursive: true });
    for (const name of TOKENIZER) cpSync(join(MODEL_A, name), join(folder, name));
  };

  test('of a trainer\'s folder is its parent\'s, and that is said', async (context) => {
    const root = temporaryFolder(context);
    const folder = without(tinyCheckpoint(join(root, 'run', 'checkpoint-500')));
    assert.match((await failure(folder)).message, /tokenizer\.json is missing.*tokenizer: DIR/);
    put(join(root, 'run'));
    const checkpoint = await openCheckpoint(folder);
    assert.equal(checkpoint.tokenizerFolder, join(root, 'run'));
    assert.deepEqual(codes(checkpoint.warnings), ['tokenizer-of-parent']);
    assert.ok(checkpoint.stamps.some(({ name, file }) => name === 'tokenizer.json' && file === join(root, 'run', 'tokenizer.json')));
    assert.deepEqual(codes((await inspectCheckpoint(folder)).problems), []);
  });

  test('of any other folder is not looked for elsewhere, unless a trainer_state.json stands in it', async (context) => {
    const root = temporaryFolder(context);
    put(root);
    const folder = without(tinyCheckpoint(join(root, 'final')));
    assert.match((await failure(folder)).message, /tokenizer\.json is missing/);
    writeFileSync(join(folder, 'trainer_state.json'), '{}');
    assert.equal((await openCheckpoint(folder)).tokenizerFolder, root);
  });

  test('is the one that is named', async (context) => {
    const root = temporaryFolder(context);
    const folder = tinyCheckpoint(join(root, 'model'));
    const elsewhere = join(root, 'tokenizer');
    put(elsewhere);
    const checkpoint = await openCheckpoint(folder, { tokenizer: elsewhere });
    assert.equal(checkpoint.tokenizerFolder, elsewhere);
    assert.deepEqual(checkpoint.warnings, []);
    assert.equal((await failure(folder, join(root, 'none'))).code, 'missing-tokenizer-folder');
    assert.equal((await failure(folder, root)).place.file, join(root, 'tokenizer.json'));
  });

  test('one token too many for the embedding is seen beforehand', async (context) => {
    const json = JSON.parse(readFileSync(join(MODEL_A, 'tokenizer.json'), 'utf8')) as { added_tokens: object[] };
    const added = { id: 4096, content: '<|new "[|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    const folder = tinyCheckpoint(temporaryFolder(context), { 'tokenizer.json': JSON.stringify({ ...json, added_tokens: [added, ...json.added_tokens] }, null, 2) });
    const [warning] = (await openCheckpoint(folder)).warnings;
    assert.deepEqual([warning?.code, warning?.args], ['token-beyond-embedding', { token: '<|new "[|>', id: 4096, rows: 4096 }]);
  });

  for (const text of ['{"added_tokens": [', '{"added_tokens": 3}', '{"added_tokens": [3, null, {}], "model": {}}', '', '"added_tokens"']) {
    test(`a tokenizer.json that is ${text} is for whoever loads it`, async (context) => {
      assert.deepEqual((await openCheckpoint(tinyCheckpoint(temporaryFolder(context), { 'tokenizer.json': text }))).warnings, []);
    });
  }
});

describe('special tokens outside tokenizer.json', () => {
  const ids = async (context: Parameters<typeof temporaryFolder>[0], config: object, text: string): Promise<number[][]> => {
    const folder = checkpointFolder(temporaryFolder(context), { 'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', ...config }) });
    return Promise.all((['native', 'js'] as const).map(async (engine) => (await (await openTokenizer(folder, 'llama', { engine })).encodeBatch([text], false))[0] ?? []));
  };
  const vocab = (JSON.parse(readFileSync(join(MODEL_A, 'tokenizer.json'), 'utf8')) as { model: { vocab: Record<string, number> }; added_tokens: { id: number }[] });
  const next = Math.max(Object.keys(vocab.model.vocab).length, ...vocab.added_tokens.map(({ id }) => id + 1));
  const film = vocab.model.vocab['Ġfilm'];

  const cases: readonly (readonly [string, object])[] = [
    ['a list', { extra_special_tokens: ['<|im_start|>', '<|im_end|>'] }],
    ['a mapping', { extra_special_tokens: { image_token: '<|im_start|>', end_token: { content: '<|im_end|>', special: true } } }],
    ['the older name', { additional_special_tokens: ['<|im_start|>', { content: '<|im_end|>', lstrip: false }] }],
    ['both names: the newer one counts', { extra_special_tokens: ['<|im_start|>', '<|im_end|>'], additional_special_tokens: ['x'] }],
    ['added_tokens_decoder', { added_tokens_decoder: { 9: { content: '<|im_end|>' }, 8: { content: '<|im_start|>' } } }],
  ];
  for (const [name, config] of cases) {
    test(name, async (context) => {
      for (const found of await ids(context, config, '<|im_start|> film<|im_end|>')) assert.deepEqual(found, [next, film, next + 1]);
    });
  }

  test('one that is in the vocabulary keeps its id; what is no token is passed over', async (context) => {
    assert.ok(film !== undefined);
    const config = { extra_special_tokens: ['Ġfilm', '', 3, null, { content: 4 }] };
    for (const found of await ids(context, config, 'aĠfilma')) assert.equal(found[1], film);
  });
});
