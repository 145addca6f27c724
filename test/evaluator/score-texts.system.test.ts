import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreTexts } from '../../src/evaluator/score-texts';
import type { LanguageModel } from '../../src/model/language-model';
import type { ScoreEvent } from '../../src/model/request';
import { AssayError } from '../../src/protocol/errors';
import { modelA } from '../run/running-assay';

/** A model that says these events to whatever it is asked. */
function says(events: readonly ScoreEvent[]): () => Promise<LanguageModel> {
  async function* score(): AsyncGenerator<ScoreEvent> {
    yield* events;
  }
  const warning = new AssayError('answer-not-a-number').toJSON();
  const model = { info: { warnings: [warning, warning] }, score, tokenize: () => Promise.resolve({ ids: [1, 2, 3], tokens: ['a', 'b', 'c'] }), close: () => Promise.resolve() };
  return () => Promise.resolve(model as unknown as LanguageModel);
}

const sums = { kind: 'loglikelihood_rolling', id: '0', greedy: false, truncated: 0 } as const;
const empty = { tokenIds: [], tokenLogprobs: [], tokenGreedy: [] } as const;

test('weights that give no number are an error, not a perplexity of NaN', async () => {
  const response = { ...sums, logLikelihood: NaN, tokenIds: [1], tokenLogprobs: [NaN], tokenGreedy: [false] };
  await assert.rejects(scoreTexts({ checkpoint: modelA, texts: ['x', 'y'] }, says([{ type: 'response', response }])), (error) => {
    assert.ok(error instanceof AssayError);
    assert.deepEqual([error.code, error.args], ['not-a-number', { count: 1, documents: 2 }]);
    return true;
  });
});

test('a text that is answered in pieces is told whole', async () => {
  const events: ScoreEvent[] = [
    { type: 'piece', piece: { id: '0', from: 0, tokenIds: [1, 2], tokenLogprobs: [-1, -2], tokenGreedy: [true, false], text: 'ab' } },
    { type: 'piece', piece: { id: '0', from: 2, tokenIds: [3], tokenLogprobs: [-3], tokenGreedy: [true], text: 'c' } },
    { type: 'response', response: { ...sums, ...empty, logLikelihood: -6, tokens: 3 } },
  ];
  const { texts: [scored] } = await scoreTexts({ checkpoint: modelA, texts: ['abc'] }, says(events));
  assert.deepEqual(scored, { text: 'abc', token_ids: [1, 2, 3], tokens: ['a', 'b', 'c'], logprobs: [-1, -2, -3], greedy: [true, false, true], perplexity: Math.exp(2) });
});

test('what a model has to say about its numbers is told once', async () => {
  const response = { ...sums, logLikelihood: -1, tokenIds: [1], tokenLogprobs: [-1], tokenGreedy: [true] };
  const { warnings } = await scoreTexts({ checkpoint: modelA, texts: ['x'] }, says([{ type: 'response', response }]));
  assert.deepEqual(warnings.map(({ code }) => code), ['answer-not-a-number']);
});
