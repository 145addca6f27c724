import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPath, parsePath } from '../../src/config/config-path';
import { lineColumn } from '../../src/config/line-column';
import { parseSource } from '../../src/config/source';

const at = (text: string, path: string): { key: string | null; value: string } | null => {
  const place = parseSource(text, '/c.yaml').rangeOf(path);
  if (place === null) return null;
  const cut = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
  return { key: place.key === null ? null : cut(place.key), value: cut(place.value) };
};

test('ranges of keys and values, also with CRLF, comments, umlauts and a byte order mark', () => {
  const lines = ['﻿# für', 'tasks:', '  - "größe 😀"   # c', '  - task: arc', '    expect: { acc: ">= 0.3" , "acc,none": [0, 1] }', '', 'limit: 3'];
  for (const newline of ['\n', '\r\n']) {
    const text = lines.join(newline);
    assert.deepEqual(at(text, 'tasks[0]'), { key: null, value: '"größe 😀"' });
    assert.deepEqual(at(text, 'tasks[1].task'), { key: 'task', value: 'arc' });
    assert.deepEqual(at(text, 'tasks[1].expect.acc'), { key: 'acc', value: '">= 0.3"' });
    assert.deepEqual(at(text, 'tasks[1].expect.acc,none'), { key: '"acc,none"', value: '[0, 1]' });
    assert.deepEqual(at(text, 'limit'), { key: 'limit', value: '3' });
    assert.equal(at(text, 'tasks[2]'), null);
    assert.equal(at(text, 'nothing.here'), null);
    assert.equal(at(text, ']['), null);
  }
});

test('a block ends with its text, not with the line break or the comment behind it', () => {
  assert.equal(at('a:\r\n  - b\r\n  - c\r\n\r\nd: 1', 'a')?.value, '- b\r\n  - c');
  assert.equal(at('a: |\n  x\n  y\n\nb: 1', 'a')?.value, '|\n  x\n  y');
});

test('a value that is left out has an empty range behind its key', () => {
  assert.deepEqual(at('a:\nb: 1', 'a'), { key: 'a', value: '' });
});

test('YAML 1.1 scalars, merge keys, aliases and hooks', () => {
  const { root, problems, hooks } = parseSource('a: &x {n: no, o: 017}\nb: {<<: *x, n: 1}\nc: *x\nd: !function m.f\ne: "no"\nf: !!str 3\n', '/c.yaml');
  const inner = new Map<unknown, unknown>([['n', false], ['o', 15n]]);
  assert.ok(root instanceof Map);
  assert.deepEqual(root.get('a'), inner);
  assert.deepEqual(root.get('b'), new Map<unknown, unknown>([['n', 1n], ['o', 15n]]));
  assert.deepEqual(root.get('c'), inner);
  assert.equal(root.get('e'), 'no');
  assert.equal(root.get('f'), '3');
  assert.deepEqual(problems, []);
  assert.deepEqual(hooks.map(({ path, hook, range }) => [path, hook.name, range.end - range.start]), [['d', 'm.f', '!function m.f'.length]]);
});

test('syntax problems stand where the text is wrong', () => {
  const cases: readonly [string, string][] = [
    ['a:\n\t- b', '\t'],
    ['a: [1, 2\nb: 3', 'b'],
    ['a: >= 0.3', '='],
    ['a: *nowhere', '*nowhere'],
    ['a: !!unknown x', '!!unknown x'],
    ['a: 1\n---\nb: 2', '---'],
  ];
  for (const [text, expected] of cases) {
    const { problems } = parseSource(text, '/c.yaml');
    const first = problems[0];
    assert.ok(first !== undefined, text);
    assert.equal(first.code, 'yaml-syntax');
    const shown = text.slice(first.range.start, first.range.end);
    assert.ok(shown !== '' && (shown.includes(expected) || expected.includes(shown)), `${JSON.stringify(text)}: ${JSON.stringify(shown)}`);
  }
  const twice = parseSource('limit: 1\r\nlimit: 3\r\n', '/c.yaml').problems[0];
  assert.deepEqual(twice?.range, { start: 10, end: 15 });
});

test('hostile texts end as one problem, whatever they are made of', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)].join('\n');
  const merges = `a: &a {${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ')}}\nb: {<<: [${'*a, '.repeat(4000)}]}`;
  const refused = [bomb, merges, 'a: &a [1, *a]', 'a: &a {<<: *a}', '['.repeat(50_000), '- '.repeat(20_000), '{a: '.repeat(5_000), `a: ${'!'.repeat(40_000)}`, `a: [${'1, '.repeat(100_000)}]`, `a: ${'9'.repeat(100_000)}`, `a: 1${':0'.repeat(100_000)}`, `a: "${'\\"'.repeat(100_000)}`, `a: ${'x'.repeat(2 << 20)}`];
  for (const text of refused) {
    const problems = parseSource(text, '/c.yaml').problems.filter(({ severity }) => severity === 'error');
    assert.deepEqual(problems.map(({ code }) => code), ['yaml-syntax'], text.slice(0, 30));
  }
});

test('4 000 aliases of one value share it; 20 000 keys are read', () => {
  const { root, problems } = parseSource(`a: &a {b: [1, 2]}\nc: [${'*a, '.repeat(4000)}]\n${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')}`, '/c.yaml');
  assert.deepEqual(problems, []);
  assert.ok(root instanceof Map);
  assert.equal(root.size, 20_002);
  const list = root.get('c');
  assert.ok(Array.isArray(list) && list.length === 4000 && list.every((item) => item === root.get('a')));
});

test('an unchanged text is parsed once', () => {
  assert.equal(parseSource('a: 1', '/x/once.yaml'), parseSource(['a', '1'].join(': '), '/x/once.yaml'));
  assert.notEqual(parseSource('a: 1', '/x/once.yaml'), parseSource('a: 2', '/x/once.yaml'));
});

test('what stands at an offset', () => {
  const text = 'tasks:\n  - task: arc\n    limit: 5\n';
  const source = parseSource(text, '/c.yaml');
  assert.deepEqual(source.nodeAt(text.indexOf('arc') + 1), { path: 'tasks[0].task', part: 'value' });
  assert.deepEqual(source.nodeAt(text.indexOf('limit')), { path: 'tasks[0].limit', part: 'key' });
  assert.equal(parseSource('', '/c.yaml').nodeAt(0), null);
});

test('config paths there and back', () => {
  for (const steps of [['tasks', 1, 'expect', 'acc,none'], ['a.b', 0], ['x"y', 'z]'], ['', 'a b']]) {
    assert.deepEqual(parsePath(steps.reduce<string>((path, step) => joinPath(path, step), '')), steps);
  }
});

test('line and column are 1-based, with all three line breaks', () => {
  assert.deepEqual(lineColumn('a\r\nbc\nd', 0), { line: 1, column: 1 });
  assert.deepEqual(lineColumn('a\r\nbc\nd', 4), { line: 2, column: 2 });
  assert.deepEqual(lineColumn('a\r\nbc\nd', 6), { line: 3, column: 1 });
  assert.deepEqual(lineColumn('a\rb', 2), { line: 2, column: 1 });
  assert.deepEqual(lineColumn('a\r\nb', 2), { line: 1, column: 2 });
  assert.deepEqual(lineColumn('ab', 99), { line: 1, column: 3 });
});
