import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../../src/metrics/metric';
import type { ScoreResponse } from '../../src/model/request';
import { partialRollingOutcome, rollingOutcome } from '../../src/task/output-types/loglikelihood-rolling';

type Rolling = Extract<Outcome, { kind: 'loglikelihood_rolling' }>;

/** One token a character. */
function response(text: string): ScoreResponse {
  const tokenLogprobs = [...text].map((_, index) => -(index % 7) / 3);
  const logLikelihood = tokenLogprobs.reduce((sum, logprob) => sum + logprob, 0);
  return { kind: 'loglikelihood_rolling', id: 't', logLikelihood, greedy: false, tokenIds: tokenLogprobs.map(() => 1), tokenLogprobs, tokenGreedy: [], truncated: 0 };
}

test('words are pieces between runs of white space, an empty one at an end included; bytes are those of UTF-8', () => {
  const size = (text: string): number[] => {
    const { words, bytes } = rollingOutcome(text, [response(text)]) as Rolling;
    return [words, bytes];
  };
  assert.deepEqual(size('two words'), [2, 9]);
  assert.deepEqual(size(' a\n\n b\u2003'), [4, 9]);
  assert.deepEqual(size(''), [1, 0]);
  assert.deepEqual(size('für 5 €'), [3, 10]);
});

test('however a text is cut, its pieces say what the whole says, and never more on the way', () => {
  const unit = fc.constantFrom('a', 'b', ' ', '\n', '\u2003', 'é', '中', '😀');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 }), (characters, steps) => {
      const text = characters.join('');
      const { tokenLogprobs } = response(text);
      const whole = rollingOutcome(text, [response(text)]) as Rolling;
      const take = partialRollingOutcome();
      let last: Rolling | null = null;
      for (let start = 0, k = 0; start < characters.length; k++) {
        const end = Math.min(characters.length, start + (steps[k % steps.length] ?? 1));
        const next = take({ text: characters.slice(start, end).join(''), tokenLogprobs: tokenLogprobs.slice(start, end) }) as Rolling;
        const so = rollingOutcome(characters.slice(0, end).join(''), [response(characters.slice(0, end).join(''))]);
        assert.deepEqual(next, so);
        assert.ok(next.words <= whole.words && next.bytes <= whole.bytes && next.tokens <= whole.tokens && next.logLikelihood >= whole.logLikelihood);
        last = next;
        start = end;
      }
      if (last !== null) assert.deepEqual(last, whole);
    }),
  );
});
