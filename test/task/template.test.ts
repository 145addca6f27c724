import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AssayError } from '../../src/protocol/errors';
import { parseJson } from '../../src/python/json';
import type { Doc, PyValue } from '../../src/python/value';
import { compileTemplate, variablesOf } from '../../src/task/template/template';

const fixture = parseJson(readFileSync(join(__dirname, '../fixtures/templates.json'), 'utf8'));

function field(value: PyValue | undefined, name: string): PyValue | undefined {
  assert.ok(value instanceof Map);
  return value.get(name);
}

function docOf(value: PyValue | undefined): Doc {
  assert.ok(value instanceof Map);
  return new Map([...value].map(([key, item]) => [String(key), item]));
}

const cases = field(fixture, 'cases');
assert.ok(Array.isArray(cases));
assert.equal(cases.length, 95);

for (const entry of cases) {
  const source = field(entry, 'template');
  const expected = field(entry, 'expected');
  assert.equal(typeof source, 'string');
  // The cases were made with Jinja2's default of cutting a template's last line end; the harness keeps it.
  const text = String(source).replace(/\n$/, '');
  test(`as Python renders: ${JSON.stringify(source).slice(0, 100)}`, () => {
    if (expected !== undefined) {
      assert.equal(compileTemplate(text).render(docOf(field(fixture, 'doc'))), expected);
      return;
    }
    assert.throws(
      () => compileTemplate(text).render(docOf(field(fixture, 'doc'))),
      (error: unknown) => {
        assert.ok(error instanceof AssayError);
        assert.equal(error.code, 'template-error');
        assert.equal(error.args['kind'], field(entry, 'error'));
        assert.equal(error.args['detail'], field(entry, 'message'));
        return true;
      },
    );
  });
}
