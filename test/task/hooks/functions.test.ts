/** Native functions against the harness's own, on made-up documents (test/fixtures/hooks/make.py). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { PythonHook } from '../../../src/config/python-hook';
import { rowsInMemory } from '../../../src/dataset/rows-in-memory';
import { encode, type Json } from '../../../src/python/codec';
import { PyError } from '../../../src/python/errors';
import type { Doc, PyValue } from '../../../src/python/value';
import type { Answers, Hook } from '../../../src/task/hooks/hook';
import { nativeHook } from '../../../src/task/hooks/registry';

const FOLDER = path.resolve(__dirname, '../../fixtures/hooks/expected');
const never = new AbortController().signal;

type Case = {
  readonly function: string;
  readonly use: Hook['use'];
  readonly docs?: readonly unknown[];
  /** Of each document: [log-likelihood, greedy] a request, log-likelihoods alone, or what the filters left. */
  readonly answers?: readonly (readonly unknown[])[];
  readonly expected: Json;
};

/** JSON as Python reads it: whole numbers are ints. */
function python(value: unknown): PyValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(python);
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, item]) => [key, python(item)]));
  return value as PyValue;
}

async function result(hook: Hook, { docs = [], answers = [] }: Case): Promise<PyValue> {
  const rows = docs.map((doc) => python(doc) as Doc);
  switch (hook.use) {
    case 'docs': {
      const made = await hook.apply(rowsInMemory(rows), never);
      return Array.from({ length: made.length }, (_, index) => made.at(index));
    }
    case 'field':
      return rows.map((doc) => hook.value(doc));
    case 'results':
      return rows.map((doc, index) => new Map(hook.values(doc, answersOf(answers[index] ?? []))));
    case 'samples':
      return hook.samples.map((sample) => new Map(sample));
    default:
      assert.fail(hook.use);
  }
}

/** A Dataset has no tuples: they become lists. */
function asLists(json: Json): Json {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(asLists);
  if (Array.isArray(json['$tuple'])) return json['$tuple'].map(asLists);
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, asLists(item)]));
}

function answersOf(answers: readonly unknown[]): Answers {
  const [first] = answers;
  if (typeof first === 'string') return { kind: 'generated', result: first };
  const scored = answers.map((answer) => (Array.isArray(answer) ? answer : [answer, false]) as [number, boolean]);
  return { kind: 'scores', logLikelihoods: scored.map(([logLikelihood]) => logLikelihood), greedy: scored.map(([, greedy]) => greedy) };
}

/** Equal, floats in all but their last digits: numpy sums in another order. A function's whole score may be an int or a float. */
function same(actual: Json, expected: Json, where: string): void {
  const [a, b] = [numberIn(actual), numberIn(expected)];
  if (a !== null && b !== null) assert.ok(Object.is(a, b) || Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)), `${where}: ${a} is not ${b}`);
  else if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    const entries = Object.entries(expected);
    assert.deepEqual(Object.keys(actual), entries.map(([key]) => key), where);
    for (const [key, item] of entries) same((actual as Readonly<Record<string, Json>>)[key] ?? null, item, `${where}.${key}`);
  } else assert.equal(actual, expected, where);
}

function numberIn(json: Json): number | null {
  if (typeof json === 'number') return json;
  const { $int, $float } = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};
  return typeof $int === 'string' ? Number($int) : typeof $float === 'string' ? Number($float) : null;
}

for (const file of readdirSync(FOLDER)) {
  describe(file.replace('.json', ''), () => {
    const cases = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as readonly Case[];
    for (const [index, one] of cases.entries()) {
      test(`${one.function}, ${index}`, async () => {
        const hook = nativeHook(new PythonHook(one.function));
        assert.equal(hook?.use, one.use);
        const raises = typeof one.expected === 'object' && one.expected !== null && '$raises' in one.expected ? one.expected['$raises'] : null;
        if (raises === null) same(encode(await result(hook, one)), one.use === 'docs' ? asLists(one.expected) : one.expected, one.function);
        else await assert.rejects(async () => result(hook, one), (error: unknown) => error instanceof PyError && error.type === raises);
      });
    }
  });
}
