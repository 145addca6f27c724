import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AssayError } from '../../src/protocol/errors';
import { parseJson } from '../../src/python/json';
import type { Doc, PyValue } from '../../src/python/value';
import { compileTemplate, variablesOf } from '../../src/jinja/template';

function field(value: PyValue | undefined, name: string): PyValue | undefined {
  assert.ok(value instanceof Map);
  return value.get(name);
}

function docOf(value: PyValue | undefined): Doc {
  assert.ok(value instanceof Map);
  return new Map([...value].map(([key, item]) => [String(key), item]));
}

function casesOf(file: string): { doc: () => Doc; cases: readonly PyValue[] } {
  const text = readFileSync(join(__dirname, '../fixtures', file), 'utf8');
  const cases = field(parseJson(text), 'cases');
  assert.ok(Array.isArray(cases));
  // Templates may change lists of the document, so each gets its own.
  return { doc: () => docOf(field(parseJson(text), 'doc')), cases };
}

function failure(body: () => unknown): AssayError {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof AssayError);
    assert.equal(error.code, 'template-error');
    return error;
  }
  throw new assert.AssertionError({ message: 'no error' });
}

const shared = casesOf('jinja/templates.json');
test('all 95 cases are there', () => assert.equal(shared.cases.length, 95));
for (const entry of shared.cases) {
  const source = String(field(entry, 'template'));
  // These were made with Jinja2's default of cutting a template's last line end; the harness keeps it.
  const text = source.replace(/\n$/, '');
  test(`as Python renders: ${JSON.stringify(source).slice(0, 100)}`, () => {
    const expected = field(entry, 'expected');
    if (expected !== undefined) {
      assert.equal(compileTemplate(text).render(shared.doc()), expected);
      return;
    }
    const error = failure(() => compileTemplate(text).render(shared.doc()));
    assert.deepEqual([error.args['kind'], error.args['detail']], [field(entry, 'error'), field(entry, 'message')]);
  });
}

const more = casesOf('jinja/expressions.json');
for (const entry of more.cases) {
  const source = String(field(entry, 'template'));
  test(`as Python renders: ${JSON.stringify(source).slice(0, 100)}`, () => {
    const expected = field(entry, 'expected');
    if (expected !== undefined) assert.equal(compileTemplate(source).render(more.doc()), expected);
    else assert.equal(failure(() => compileTemplate(source).render(more.doc())).args['kind'], field(entry, 'error'));
  });
}

test('the last line end of a template is kept', () => {
  assert.equal(compileTemplate('{{ 1 }}\n').render(new Map()), '1\n');
});

test('errors have a place in the template', () => {
  const place = (source: string): unknown => failure(() => compileTemplate(source).render(new Map())).place;
  assert.deepEqual(place('ab\n {{ 1 +}}'), { line: 2, column: 8 });
  assert.deepEqual(place('{{ 1 }}\n{% if x %}'), { line: 2, column: 11 });
  assert.deepEqual(place('one\ntwo {{ "a" ~ (1 / 0) }}'), { line: 2, column: 17 });
  assert.deepEqual(place('{{ 1 | nosuch }}'), { line: 1, column: 8 });
  assert.deepEqual(place('a {{ missing }}'), { line: 1, column: 6 });
});

test('variables: what a document must have', () => {
  const names = (source: string): string[] => [...variablesOf(compileTemplate(source)).keys()];
  assert.deepEqual(names('{{ a }} {{ b.c }} {% for x in d %}{{ x }}{{ loop.index }}{{ e }}{% endfor %}'), ['a', 'b', 'd', 'e']);
  assert.deepEqual(names('{% set a = 1 %}{{ a }}{{ range(3) }}'), []);
  assert.deepEqual(names('{{ a if a is defined }}{{ b|default("x") }}{{ b }}'), []);
  assert.deepEqual(names('{% macro m(x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}'), ['y']);
  assert.deepEqual(names('{{ x[i:j] }}{{ {k: v} }}{{ f(*g, **h) }}'), ['x', 'i', 'j', 'k', 'v', 'f', 'g', 'h']);
  assert.deepEqual(variablesOf(compileTemplate('a\n {{ col }}')).get('col'), { line: 2, column: 5 });
});

test('a rendering leaves no trace: neither in the document nor in the next rendering', () => {
  const template = compileTemplate('{{ label }}{% set label = 3 %}{% set range = "mine" %}{{ label }}{{ range }}{% for label in [1] %}{{ loop.index }}{% endfor %}');
  const doc: Doc = new Map([['label', 'x']]);
  assert.equal(template.render(doc), 'x3mine1');
  assert.deepEqual([...doc], [['label', 'x']]);
  assert.equal(template.render(doc), 'x3mine1');
  assert.equal(compileTemplate('{{ range(2)|list }}').render(doc), '[0, 1]');
});
