import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planBatches } from '../../../src/model/local/batches';
import type { EncodedRequest } from '../../../src/model/local/encode';
import { groupByPrefix } from '../../../src/model/local/groups';
import { packRow } from '../../../src/model/local/tree';
import type { Sequence } from '../../../src/model/local/windows';
import type { ScoringRow } from '../../../src/model/onnx/wire';

/** Stands in for a model: what a node and a target give depends on all tokens up to the node, and on nothing else. */
function scoresOf(row: ScoringRow): string[] {
  const paths: string[] = [];
  row.tokens.forEach((token, node) => {
    const parent = row.parents === null ? node - 1 : (row.parents[node] ?? -1);
    assert.ok(parent < node, 'a parent comes before its children');
    paths.push(`${parent < 0 ? '' : paths[parent]}/${token}`);
  });
  return Array.from(row.positions, (position, index) => `${paths[position]} -> ${row.targets[index]}`);
}

function unpacked({ fed, targets }: Sequence): string[] {
  return targets.map((target, index) => `/${fed.slice(0, fed.length - targets.length + index + 1).join('/')} -> ${target}`);
}

const sequences = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 })
  .chain((fed) => fc.record({ fed: fc.constant(fed), targets: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: fed.length }) }));

/** Blocks as tasks make them: contexts with a common head, several continuations each. */
const requests: fc.Arbitrary<EncodedRequest[]> = fc.array(fc.array(sequences, { minLength: 0, maxLength: 3 }), { maxLength: 20 }).map((list) =>
  list.map((ofRequest, index) => ({
    request: { kind: 'loglikelihood', id: String(index), context: '', continuation: '' },
    sequences: ofRequest,
    truncated: 0,
  })),
);

test('four choices of a question are one tree that holds the context once', () => {
  const choices = [[7, 8], [7, 9], [6]].map((choice) => ({ fed: [1, 2, 3, ...choice.slice(0, -1)], targets: choice }));
  const { row, scores } = packRow(choices);
  assert.deepEqual([...row.tokens], [1, 2, 3, 7]);
  assert.equal(row.parents, null, 'nothing branches: 8 and 9 are never fed');
  assert.deepEqual([...row.positions], [2, 3, 3, 2]);
  assert.deepEqual([...row.targets], [7, 8, 9, 6]);
  assert.deepEqual(scores.map((each) => [...each]), [[0, 1], [0, 2], [3]]);
});

test('branches have their parents', () => {
  const { row } = packRow([{ fed: [1, 2, 5], targets: [5, 9] }, { fed: [1, 2, 6], targets: [6, 9] }]);
  assert.deepEqual([...row.tokens], [1, 2, 5, 6]);
  assert.deepEqual(row.parents && [...row.parents], [-1, 0, 1, 1]);
});

test('a packed sequence is asked what it would be asked in a row of its own', () => {
  fc.assert(
    fc.property(fc.array(sequences, { minLength: 1, maxLength: 8 }), (list) => {
      const { row, scores } = packRow(list);
      const computed = scoresOf(row);
      assert.equal(new Set(computed).size, computed.length, 'nothing is computed twice');
      list.forEach((sequence, index) => assert.deepEqual([...(scores[index] ?? [])].map((score) => computed[score]), unpacked(sequence)));
    }),
  );
});

test('a block: every target of every request is answered once, whatever the budget', () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 40 }), (list, budget) => {
      const answers = list.map(({ sequences: own }) => own.flatMap(unpacked).map((): string | null => null));
      for (const { rows, parts, tokens } of planBatches(list, budget)) {
        const width = Math.max(...rows.map((row) => row.tokens.length));
        assert.ok(rows.length === 1 || rows.length * width <= budget, 'only a single row may be over the budget');
        assert.equal(new Set(rows.map((row) => row.parents === null)).size, 1, 'chains with chains, trees with trees');
        assert.equal(tokens, rows.reduce((sum, row) => sum + row.tokens.length, 0));
        const computed = rows.flatMap(scoresOf);
        for (const { request, first, indices } of parts) {
          indices.forEach((score, k) => {
            assert.equal(answers[request]?.[first + k], null, 'answered twice');
            (answers[request] as string[])[first + k] = computed[score] as string;
          });
        }
      }
      assert.deepEqual(answers, list.map(({ sequences: own }) => own.flatMap(unpacked)));
    }),
  );
});

test('the longest rows come first', () => {
  fc.assert(
    fc.property(requests, (list) => {
      const widths = planBatches(list, 24).map(({ rows }) => Math.max(...rows.map((row) => row.tokens.length)));
      assert.deepEqual(widths, [...widths].sort((a, b) => b - a));
    }),
  );
});

test('the windows of a long text are scored in its order, text after text', () => {
  const texts = [[9, 3, 7, 1], [5, 2, 8]].map((starts) => starts.map((start) => ({ fed: [start, start + 1, start + 2], targets: [start + 1, start + 2, start + 3] })));
  const list = texts.map((windows, index): EncodedRequest => ({ request: { kind: 'loglikelihood_rolling', id: String(index), text: '' }, sequences: windows, truncated: 0 }));
  for (const budget of [3, 6, 100]) {
    const order = planBatches(list, budget).flatMap(({ parts }) => parts.map(({ request, first }) => [request, first]));
    assert.deepEqual(order, [[0, 0], [0, 3], [0, 6], [0, 9], [1, 0], [1, 3], [1, 6]]);
  }
});

test('sequences meet where that is cheaper, in whatever order they come', () => {
  const head = Array.from({ length: 60 }, (_, index) => 100 + index);
  const choices = [1, 2, 3, 4].map((choice) => ({ fed: [...head, choice], targets: [choice] }));
  const stranger = { fed: [100, ...Array.from({ length: 50 }, (_, index) => 900 + index)], targets: [5] };
  const groups = groupByPrefix([choices[0], stranger, choices[1], choices[2], choices[3]].flatMap((each) => each ?? []));
  assert.deepEqual(groups.map((group) => [...group].sort()), [[0, 2, 3, 4], [1]], 'one common token is no reason to share a row');
});

test('documents behind the same examples share them, in rows of bounded length', () => {
  const examples = Array.from({ length: 300 }, (_, index) => 1000 + index);
  const documents = Array.from({ length: 40 }, (_, index) => ({ fed: [...examples, ...Array.from({ length: 20 }, (_, k) => index * 20 + k)], targets: [1] }));
  const lengths = groupByPrefix(documents).map((group) => packRow(group.flatMap((index) => documents[index] ?? [])).row.tokens.length);
  assert.ok(Math.max(...lengths) <= 2 * 320);
  const fed = lengths.reduce((sum, length) => sum + length, 0);
  assert.ok(fed < 40 * 320 * 0.25, `${fed} tokens instead of ${40 * 320}`);
});
