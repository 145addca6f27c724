/** ROUGE is rouge_score's, its stemmer nltk's 3.10.3. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commonSubsequence } from '../../src/metrics/rouge/common-subsequence';
import { porterStem } from '../../src/metrics/rouge/porter';
import { rouge, rougeBest, type RougeType } from '../../src/metrics/rouge/rouge';
import { cnnDailymailRouge, truthfulqaRouge } from '../../src/metrics/rouge/task-scores';
import { PyError } from '../../src/python/errors';
import { PyRandom } from '../../src/python/random';
import { numpyChoice } from '../../src/statistics/numpy-choice';
import { aggregateRouge } from '../../src/statistics/rouge-aggregate';
import { casesOf, close, maybe, the } from './cases';

for (const item of casesOf('porter')) {
  test(item.id, () => assert.deepEqual(the<readonly string[]>(item.inputs, 'words').map((word) => porterStem(word.toLowerCase())), the(item.expected, 'stems')));
}

for (const item of casesOf('rouge')) {
  test(item.id, () => {
    const stem = the<boolean>(item.options, 'use_stemmer');
    const prediction = the<string>(item.inputs, 'prediction');
    const targets = maybe<readonly string[]>(item.inputs, 'targets', [maybe<string>(item.inputs, 'target', '')]);
    const scores = Object.fromEntries(the<readonly RougeType[]>(item.options, 'types').map((type) => [type, rougeBest(type, targets, prediction, stem)]));
    close(scores, item.expected, item.id);
  });
}

for (const item of casesOf('rouge_truthfulqa')) {
  test(item.id, () => close(truthfulqaRouge(the(item.inputs, 'target'), the(item.inputs, 'prediction')), item.expected, item.id));
}

for (const item of casesOf('rouge_cnn_dailymail')) {
  test(item.id, () => close(cnnDailymailRouge(the(item.inputs, 'target'), the(item.inputs, 'prediction')), item.expected, item.id));
}

for (const item of casesOf('numpy_choice')) {
  test(item.id, () => {
    const indices = new Uint32Array(the<number>(item.inputs, 'k'));
    numpyChoice(PyRandom.numpy(the(item.options, 'seed')), the(item.inputs, 'n'), indices);
    assert.deepEqual([...indices], the(item.expected, 'indices'));
  });
}

for (const item of casesOf('rouge_aggregate')) {
  test(item.id, () => {
    const { options, inputs } = item;
    const predictions = the<readonly string[]>(inputs, 'predictions');
    const random = PyRandom.numpy(the(options, 'seed'));
    for (const type of the<readonly RougeType[]>(options, 'types')) {
      const scores = the<readonly string[]>(inputs, 'targets').map((target, index) => rouge(type, target, predictions[index] ?? '', the(options, 'use_stemmer')));
      close(aggregateRouge(scores, random, the(options, 'confidence_interval'), the(options, 'n_samples')), the(item.expected, type), `${item.id} ${type}`);
    }
  });
}

/** The whole table, and the way back that rouge_score takes. */
function plain(first: readonly string[], second: readonly string[]): number[] {
  const table = Array.from({ length: first.length + 1 }, () => new Array<number>(second.length + 1).fill(0));
  const cell = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= first.length; i++) for (let j = 1; j <= second.length; j++) table[i]![j] = first[i - 1] === second[j - 1] ? cell(i - 1, j - 1) + 1 : Math.max(cell(i - 1, j), cell(i, j - 1));
  const places: number[] = [];
  let [i, j] = [first.length, second.length];
  while (i > 0 && j > 0) {
    if (first[i - 1] === second[j - 1]) {
      places.unshift(i - 1);
      i--;
      j--;
    } else if (cell(i, j - 1) > cell(i - 1, j)) j--;
    else i--;
  }
  return places;
}

test('a common subsequence is the one of the whole table', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 25 });
  fc.assert(fc.property(words, words, (first, second) => assert.deepEqual(commonSubsequence(first, second, { cells: 0 }), plain(first, second))));
});

test('identical texts are 1, and no text is 0', () => {
  const text = fc.array(fc.constantFrom('cats', 'running', 'a', '7', '\n', 'é'), { minLength: 1, maxLength: 20 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, fc.boolean(), (one, stem) => {
      const some = /[a-z0-9]/.test(one) ? 1 : 0;
      for (const type of ['rouge1', 'rougeL', 'rougeLsum'] as const) {
        assert.equal(rouge(type, one, one, stem).fmeasure, some, type);
        assert.equal(rouge(type, one, '', stem).fmeasure, 0);
      }
    }),
  );
});

test('a long answer is compared with a short target; two texts too long to compare word by word are refused by name', () => {
  const long = Array.from({ length: 200_000 }, (_, index) => `w${index % 997}`).join(' ');
  assert.ok(rouge('rougeL', 'w1 w2 w3', long, true).recall === 1);
  assert.throws(() => rouge('rougeLsum', long, long, false), (error) => error instanceof PyError && error.type === 'MemoryError');
  assert.ok(porterStem('y'.repeat(100_000)).length > 1);
});
