import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type GenerationConfig, readGenerationConfig } from '../../src/checkpoint/generation-config';
import { tokenChoice } from '../../src/model/local/token-choice';
import type { PyValue } from '../../src/python/value';
import { generationOptions } from '../../src/model/generation-options';
import { AssayError } from '../../src/protocol/errors';

const folder = mkdtempSync(join(tmpdir(), 'assay-generation-config-'));
after(() => rmSync(folder, { recursive: true }));

function read(settings: unknown): Promise<GenerationConfig> {
  writeFileSync(join(folder, 'generation_config.json'), typeof settings === 'string' ? settings : JSON.stringify(settings));
  return readGenerationConfig({ path: folder, config: { eos_token_id: 5 } });
}

function choice(config: GenerationConfig, kwargs: Readonly<Record<string, PyValue>>): ReturnType<typeof tokenChoice> {
  const request = { kind: 'generate_until', id: 'a', context: '', kwargs: new Map(Object.entries(kwargs)), seed: 77 } as const;
  return tokenChoice(generationOptions(request.kwargs), request, config);
}

test('without the file config.json says what ends a text; with it the file alone does', async () => {
  const none = await readGenerationConfig({ path: join(folder, 'nowhere'), config: { eos_token_id: [5, 6] } });
  assert.deepEqual([none.endIds, none.repetitionPenalty, none.unsupported], [[5, 6], 1, []]);
  assert.deepEqual((await read({ eos_token_id: [1, 2], pad_token_id: 9 })).endIds, [1, 2]);
  assert.deepEqual((await read({})).endIds, []);
  await assert.rejects(read('['), (error) => error instanceof AssayError && error.code === 'broken-checkpoint');
});

test('random sampling: the request first, then the file, then 50 tokens as transformers', async () => {
  const config = await read({ do_sample: true, temperature: 0.6, top_p: 0.9, top_k: 20, repetition_penalty: 1.1 });
  assert.deepEqual(choice(config, {}), { random: null, repetitionPenalty: 1.1, noRepeatGram: 0, suppressed: [], suppressedFirst: [] });
  assert.deepEqual(choice(config, { do_sample: true }).random, { temperature: 0.6, topK: 20, topP: 0.9, minP: null, seed: 77 });
  assert.deepEqual(choice(config, { temperature: 2.0, top_k: 0n, top_p: 1.0, seed: 3n }).random, { temperature: 2, topK: null, topP: null, minP: null, seed: 3 });
  const { repetitionPenalty, noRepeatGram } = choice(await read({ repetition_penalty: 1.1, no_repeat_ngram_size: 2 }), { repetition_penalty: 1n, no_repeat_ngram_size: 4n });
  assert.deepEqual([repetitionPenalty, noRepeatGram], [1, 4], 'a request that says nothing is done means it');
  assert.equal(choice(await read({ min_p: 0.05 }), { temperature: 1.0, min_p: 0.2 }).random?.minP, 0.2);
  assert.equal(choice(await read({ min_p: 0.05 }), { temperature: 1.0, min_p: 0n }).random?.minP, null);
  assert.deepEqual(choice(await read({ min_p: 0.05 }), { temperature: 1.0 }).random, { temperature: 1, topK: 50, topP: null, minP: 0.05, seed: 77 });
});

test('settings that change nothing are passed over, others refused by name, some only where they matter', async () => {
  choice(await read({ num_beams: 1, min_length: 0, typical_p: 1.0, bad_words_ids: null, max_length: 20 }), { temperature: 1.0 });
  const refuses = (config: GenerationConfig, kwargs: Readonly<Record<string, PyValue>>, option: string): void =>
    assert.throws(() => choice(config, kwargs), (error) => error instanceof AssayError && error.code === 'bad-generation-option' && error.args['option'] === option && error.place.file === config.file);
  refuses(await read({ bad_words_ids: [[3]] }), {}, 'bad_words_ids');
  const typical = await read({ typical_p: 0.5 });
  choice(typical, {});
  refuses(typical, { temperature: 1.0 }, 'typical_p');
});
