import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PythonHook } from '../../../src/config/python-hook';
import { parseSource } from '../../../src/config/source';
import { PyDate, PyDatetime } from '../../../src/python/datetime';
import type { PyValue } from '../../../src/python/value';

/** Recorded from PyYAML 6.0.3 with libyaml 0.2.5 (`CSafeLoader` and `!function`, the loader of lm-evaluation-harness). */
type Recorded = { readonly text: string } & ({ readonly error: true } | { readonly value: unknown });
const RECORDED = JSON.parse(readFileSync(path.resolve(__dirname, '../../fixtures/config/pyyaml.json'), 'utf8')) as readonly Recorded[];

function written(value: PyValue): unknown {
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') return { float: Number.isFinite(value) ? value : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
  if (Array.isArray(value)) return value.map(written);
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [written(key), written(item)]) };
  if (value instanceof PythonHook) return { function: value.name };
  if (value instanceof PyDate || value instanceof PyDatetime) return { date: value.repr() };
  return value;
}

const errorsOf = (text: string): string[] => parseSource(text, '/c.yaml').problems.filter(({ severity, code }) => severity === 'error' && code !== 'python-hook').map(({ code }) => code);

test('every text gives the value PyYAML gives, or is refused where PyYAML refuses it', () => {
  assert.ok(RECORDED.length > 350);
  for (const recorded of RECORDED) {
    const shown = JSON.stringify(recorded.text);
    const refused = errorsOf(recorded.text);
    // What only Python can hold (sets, bytes) is refused too.
    if ('error' in recorded || JSON.stringify(recorded.value).includes('"other"')) assert.ok(refused.length > 0, `refused: ${shown}`);
    else {
      assert.deepEqual(refused, [], shown);
      assert.deepEqual(written(parseSource(recorded.text, '/c.yaml').root), recorded.value, shown);
    }
  }
});

test('what cannot be ended, or would be told apart otherwise, says what to do', () => {
  const cases: readonly [string, RegExp][] = [
    ['a: "C:\\Users"', /single quotes/],
    ['a: {{b}}', /in quotes/],
    ['a: "b\nc: d', /never closed/],
    ['a: [b\nc: d', /comma or \]/],
    ['a: b: c', /in quotes/],
    ['a:\n\tb: 1', /use spaces/],
    ['a: @b', /in quotes/],
    ['a: 2020-13-01', /in quotes/],
    ['a\nb: 1', /colon/],
    ['a: \u0007', /U\+0007/],
  ];
  for (const [text, expected] of cases) {
    const problem = parseSource(text, '/c.yaml').problems[0];
    assert.equal(problem?.code, 'yaml-syntax');
    assert.match(String(problem?.args['detail']), expected, text);
  }
});

test('a Windows path in double quotes is told, also where its escapes exist', () => {
  const { problems, root } = parseSource('a: "C:\\temp\\new"\nb: \'C:\\temp\'\nc: "a\\tb"\n', '/c.yaml');
  assert.deepEqual(problems.map(({ code, severity, args }) => [code, severity, args]), [['backslash-path', 'warning', { text: '"C:\\temp\\new"' }]]);
  assert.ok(root instanceof Map);
  assert.equal(root.get('a'), 'C:\temp\new');
});
