import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generationOptions } from '../../src/model/generation-options';
import { AssayError } from '../../src/protocol/errors';
import type { PyValue } from '../../src/python/value';

const read = (kwargs: Record<string, PyValue>): ReturnType<typeof generationOptions> => generationOptions(new Map(Object.entries(kwargs)));

test('the first limit that is there counts, one stop string stands for a list of one', () => {
  assert.deepEqual(read({ max_new_tokens: 7n, max_gen_toks: 9n, until: 'x' }), { stops: ['x'], maxTokens: 9, sampling: { kind: 'greedy' }, repetitionPenalty: null, noRepeatGram: null });
  assert.deepEqual(read({}), { stops: [], maxTokens: 256, sampling: { kind: 'greedy' }, repetitionPenalty: null, noRepeatGram: null });
});

test('without do_sample the temperature decides; do_sample: false is greedy at any temperature', () => {
  assert.deepEqual(read({ temperature: 0.7 }).sampling, { kind: 'random', temperature: 0.7, topP: null, topK: null, minP: null, seed: null });
  assert.deepEqual(read({ temperature: 0.7, do_sample: false }).sampling, { kind: 'greedy' });
  assert.deepEqual(read({ temperature: 0n }).sampling, { kind: 'greedy' });
  assert.deepEqual(read({ do_sample: true, top_p: 0.9, top_k: 0n, seed: 3n }).sampling, { kind: 'random', temperature: 1, topP: 0.9, topK: null, minP: null, seed: 3 });
});

test('processors of logits, in any sampling; null where nobody says', () => {
  const { repetitionPenalty, noRepeatGram, sampling } = read({ repetition_penalty: 1.3, no_repeat_ngram_size: 3n });
  assert.deepEqual([repetitionPenalty, noRepeatGram, sampling], [1.3, 3, { kind: 'greedy' }]);
  assert.deepEqual(read({ temperature: 1, min_p: 0.1 }).sampling, { kind: 'random', temperature: 1, topP: null, topK: null, minP: 0.1, seed: null });
});

for (const [what, kwargs, option] of [
  ['no room for a token', { max_gen_toks: 0n }, 'max_gen_toks'],
  ['half a token', { max_gen_toks: 1.5 }, 'max_gen_toks'],
  ['a number as stop string', { until: [1n] }, 'until'],
  ['a temperature that samples nothing', { do_sample: true, temperature: 0.0 }, 'temperature'],
  ['a share above one', { temperature: 1, top_p: 1.5 }, 'top_p'],
  ['a repetition that is rewarded without end', { repetition_penalty: 0.0 }, 'repetition_penalty'],
  ['half a gram', { no_repeat_ngram_size: 1.5 }, 'no_repeat_ngram_size'],
  ['a share below none', { temperature: 1, min_p: -0.1 }, 'min_p'],
  ['beams', { num_beams: 4n }, 'num_beams'],
  ['an option that is not known', { typical_p: 0.5 }, 'typical_p'],
] as const) {
  test(`refused by name: ${what}`, () => {
    assert.throws(
      () => read(kwargs as unknown as Record<string, PyValue>),
      (error) => error instanceof AssayError && error.code === 'bad-generation-option' && error.args.option === option,
    );
  });
}
