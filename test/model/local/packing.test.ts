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
function scoresOf(row: ScoringRow, prefix: Int32Array | null = null): string[] {
  const paths: string[] = [];
  const root = prefix === null ? '' : `/${prefix.join('/')}`;
  row.tokens.forEach((token, node) => {
    const parent = row.parents === null ? node - 1 : (row.parents[node] ?? -1);
    assert.ok(parent < node, 'a parent comes before its children');
    paths.push(`${parent < 0 ? root : paths[parent]}/${token}`);
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

/** Some of them behind one of two beginnings, as tasks with examples make them; the second one goes on where the first ends. */
const behindExamples = fc.tuple(requests, fc.array(fc.integer({ min: 0, max: 2 }))).map(([list, choices]) => {
  const examples = [0, 70, 150].map((length) => Array.from({ length }, (_, index) => 10 + (index % 23)));
  return list.map((each, index): EncodedRequest => {
    const head = examples[choices[index] ?? 0] ?? [];
    return { ...each, request: { kind: 'loglikelihood', id: String(index), context: String(index >> 1), continuation: '' }, sequences: each.sequences.map(({ fed, targets }) => ({ fed: [...head, ...fed], targets })) };
  });
});

test('a block: every target of every request is answered once, whatever the budget', () => {
  let behind = 0;
  fc.assert(
    fc.property(fc.oneof(requests, behindExamples), fc.integer({ min: 1, max: 40 }), (list, budget) => {
      const answers = list.map(({ sequences: own }) => own.flatMap(unpacked).map((): string | null => null));
      for (const { rows, prefix, parts, tokens } of planBatches(list, budget)) {
        const width = Math.max(...rows.map((row) => row.tokens.length));
        if (prefix !== null) behind += Math.sign(rows.length);
        assert.ok(rows.length === 1 || (prefix === null && rows.length * width <= budget), 'only a single row may be over the budget');
        assert.equal(new Set(rows.map((row) => row.parents === null)).size, 1, 'chains with chains, trees with trees');
        assert.equal(tokens, rows.reduce((sum, row) => sum + row.tokens.length, 0));
        const computed = rows.flatMap((row) => scoresOf(row, prefix));
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
  assert.ok(behind > 0);
});

test('rows are cut into batches where padding and runs together cost least', () => {
  const list = [100, 98, 97, 40, 39, 38, 37, 36, 8, 8].map((length, index): EncodedRequest => ({
    request: { kind: 'loglikelihood', id: String(index), context: String(index), continuation: '' },
    sequences: [{ fed: Array.from({ length }, (_, place) => 1000 * index + place), targets: [1] }],
    truncated: 0,
  }));
  const lengths = (budget: number): number[][] => planBatches(list, budget).map(({ rows }) => rows.map(({ tokens }) => tokens.length));
  assert.deepEqual(lengths(512), [[100, 98, 97], [40, 39, 38, 37, 36], [8, 8]]);
  assert.deepEqual(lengths(200), [[100], [98, 97], [40, 39, 38, 37, 36], [8, 8]]);
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

/** Requests of questions behind examples, four choices each. */
function questions(count: number, head: readonly number[], question = 20): EncodedRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const context = [...head, ...Array.from({ length: question }, (_each, k) => 5000 + index * question + k)];
    return [1, 2, 3, 4].map((choice): EncodedRequest => ({
      request: { kind: 'loglikelihood', id: `${index}/${choice}`, context: String(index), continuation: '' },
      sequences: [{ fed: [...context, choice], targets: [choice, 9] }],
      truncated: 0,
    }));
  }).flat();
}
const examples = Array.from({ length: 300 }, (_, index) => 1000 + index);

test('what all questions of a block begin with is their prefix, and is fed with none of them', () => {
  const batches = planBatches(questions(40, examples), 512);
  assert.ok(batches.every(({ prefix }) => prefix !== null && [...prefix].join() === examples.join()));
  assert.equal(batches.reduce((sum, { tokens }) => sum + tokens, 0), 40 * (20 + 4));
  assert.ok(batches.every(({ rows }) => rows.length === 1 && (rows[0]?.tokens.length ?? 0) <= 384));
  assert.ok(batches.length <= 3, `${batches.length} batches`);
});

test('a prefix that is not worth it is not held: of one question, short, or of a few among many', () => {
  const isHeld = (list: readonly EncodedRequest[]): boolean => planBatches(list, 512).some(({ prefix }) => prefix !== null);
  assert.equal(isHeld(questions(1, examples)), false);
  assert.equal(isHeld(questions(2, examples)), true);
  assert.equal(isHeld(questions(40, examples.slice(0, 63))), false);
  assert.equal(isHeld(questions(40, examples.slice(0, 64))), true);
  const strangers = Array.from({ length: 10 }, (_, index) => questions(1, [index, ...examples.slice(1)])[0] ?? []).flat().map((each, index) => ({ ...each, request: { ...each.request, id: `s${index}`, context: `s${index}` } }) as EncodedRequest);
  assert.equal(isHeld([...questions(3, examples), ...strangers]), false);
  assert.equal(isHeld([...questions(4, examples), ...strangers]), true);
});

test('contexts that were cut on the left stand beside the prefix of the others', () => {
  const cut = questions(1, examples.slice(40), 60).map((each) => ({ ...each, request: { ...each.request, context: 'cut' } }) as EncodedRequest);
  const batches = planBatches([...questions(12, examples), ...cut], 512);
  const fed = (isBehind: boolean): number => batches.filter(({ prefix }) => (prefix !== null) === isBehind).reduce((sum, { tokens }) => sum + tokens, 0);
  assert.deepEqual([fed(true), fed(false)], [12 * 24, 260 + 60 + 4]);
});

test('a context that ends within the examples leaves its last token to be fed', () => {
  const short: EncodedRequest = { request: { kind: 'loglikelihood', id: 'x', context: 'x', continuation: '' }, sequences: [{ fed: examples.slice(0, 100), targets: [1099] }], truncated: 0 };
  const batches = planBatches([...questions(6, examples), short], 512);
  assert.deepEqual(batches.map(({ prefix }) => prefix?.length), batches.map(() => 99));
});
