/** Lines of the journal are written by hand where there are millions of them: the same text as JSON of the whole object. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricValue } from '../../src/metrics/score';
import type { ScoreResponse } from '../../src/model/request';
import type { AnsweredDocument } from '../../src/run/answered-document';
import { answerLine, parseEntry } from '../../src/run/journal-line';

const response: ScoreResponse = {
  kind: 'loglikelihood', id: 'a "task"/日本/3/1/0', logLikelihood: -3, greedy: false, tokenIds: [5, 7, 9], tokenLogprobs: [-1.5, -0, 1e-9], tokenGreedy: [true, false, true], truncated: 2,
};
const values: readonly MetricValue[] = [
  { kind: 'number', value: 0.1 }, { kind: 'number', value: -0 }, { kind: 'number', value: NaN }, { kind: 'pair', gold: [0, 1], prediction: 1 },
  { kind: 'probabilities', gold: 1, probabilities: [0.25, NaN] }, { kind: 'weighted', logLikelihood: -Infinity, weight: 3 },
];
const document: AnsweredDocument = {
  index: 3, hash: 'a'.repeat(64), values, tokens: 3, characters: 40, lacksGold: true, notANumber: false,
  summary: { text: 'line\nend "quoted"', target: '\u2028', answer: 'half \ud83d', probability: null }, samples: ['{"doc_id": 3, "doc": {"a": "\\n"}}', ''],
};
const stored = {
  hash: 'a'.repeat(64),
  values: [0.1, 0, 'NaN', { gold: [0, 1], prediction: 1 }, { gold: 1, probabilities: [0.25, 'NaN'] }, { logLikelihood: '-Infinity', weight: 3 }],
  tokens: 3, characters: 40, lacksGold: true, notANumber: false, summary: document.summary, samples: document.samples,
};
const answered = { key: response.id, kind: 'loglikelihood', ids: [5, 7, 9], logprobs: [-1.5, 0, 1e-9], greedy: '101', truncated: 2 };

const line = (...of: Parameters<typeof answerLine>): string => answerLine(...of).join('');

test('an answer, and one that closes its document', () => {
  assert.equal(line(response, undefined, null), `${JSON.stringify(answered)}\n`);
  assert.equal(line(response, undefined, document), `${JSON.stringify({ ...answered, document: stored })}\n`);
  assert.equal(line(response, undefined, { ...document, summary: null, samples: [] }), `${JSON.stringify({ ...answered, document: { ...stored, summary: null, samples: [] } })}\n`);
  const entry = parseEntry(line(response, undefined, document));
  assert.ok(entry?.kind === 'answer');
  assert.deepEqual(entry.document?.values.map((value) => ('value' in value ? value.value + 0 : value.kind)), [0.1, 0, NaN, 'pair', 'probabilities', 'weighted']);
});

test('log-probabilities that are no numbers, and other kinds of answers', () => {
  const diverged = { ...response, tokenLogprobs: [NaN, -Infinity, Infinity] };
  assert.equal(line(diverged, undefined, null), `${JSON.stringify({ ...answered, logprobs: ['NaN', '-Infinity', 'Infinity'] })}\n`);
  const none = { ...response, tokenIds: [], tokenLogprobs: [], tokenGreedy: [] };
  assert.equal(line(none, undefined, null), `${JSON.stringify({ ...answered, ids: [], logprobs: [], greedy: '' })}\n`);
  const rolling = { ...response, kind: 'loglikelihood_rolling' } as const;
  assert.equal(line(rolling, undefined, document), `${JSON.stringify({ ...answered, kind: 'loglikelihood_rolling', document: stored })}\n`);
});
