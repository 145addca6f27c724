/** Native functions against the harness's own, on made-up documents (test/fixtures/hooks/make.py). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { PythonHook } from '../../../src/config/python-hook';
import { rowsInMemory } from '../../../src/dataset/rows-in-memory';
import { decode, encode, type Json } from '../../../src/python/codec';
import { PyError } from '../../../src/python/errors';
import type { Doc, PyValue } from '../../../src/python/value';
import type { Hook } from '../../../src/task/hooks/hook';
import { nativeHook } from '../../../src/task/hooks/registry';

const FOLDER = path.resolve(__dirname, '../../fixtures/hooks/expected');
const never = new AbortController().signal;

type Case = {
  readonly function: string;
  readonly use: Hook['use'];
  readonly docs?: readonly unknown[];
  readonly expected: Json;
};

/** JSON as Python reads it: whole numbers are ints. */
function python(value: unknown): PyValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(python);
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, item]) => [key, python(item)]));
  return value as PyValue;
}

async function result(hook: Hook, { docs = [] }: Case): Promise<PyValue> {
  const rows = docs.map((doc) => python(doc) as Doc);
  switch (hook.use) {
    case 'docs': {
      const made = await hook.apply(rowsInMemory(rows), never);
      return Array.from({ length: made.length }, (_, index) => made.at(index));
    }
    case 'field':
      return rows.map((doc) => hook.value(doc));
    default:
      assert.fail(hook.use);
  }
}

for (const file of readdirSync(FOLDER)) {
  describe(file.replace('.json', ''), () => {
    const cases = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as readonly Case[];
    for (const [index, one] of cases.entries()) {
      test(`${one.function}, ${index}`, async () => {
        const hook = nativeHook(new PythonHook(one.function));
        assert.equal(hook?.use, one.use);
        const raises = typeof one.expected === 'object' && one.expected !== null && '$raises' in one.expected ? one.expected['$raises'] : null;
        if (raises === null) assert.deepEqual(encode(await result(hook, one)), encode(decode(one.expected)));
        else await assert.rejects(async () => result(hook, one), (error: unknown) => error instanceof PyError && error.type === raises);
      });
    }
  });
}
