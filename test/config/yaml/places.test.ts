import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSource } from '../../../src/config/source';
import type { PyValue } from '../../../src/python/value';

const TEXT = `# a comment
tasks:
- 'it''s' # one
-
- { perplexity: "x
  y.txt", name: }
- &anchor
  task: !!str piqa   # two
  list: [ a ,
b ]
  block: >-
    folded

    text

  # three
- *anchor
"quoted key": {a: {b: [1, {c: 😀}]}}
plain: over
  two lines
? complex
: value
empty:
last: |
  no break`;

const cut = (text: string, configPath: string): string | null => {
  const place = parseSource(text, '/c.yaml').rangeOf(configPath);
  return place === null ? null : `${place.key === null ? '' : `${text.slice(place.key.start, place.key.end)} = `}${text.slice(place.value.start, place.value.end)}`;
};

test('every value stands where it is written, whatever its form', () => {
  const expected: readonly [string, string][] = [
    ['tasks[0]', "'it''s'"],
    ['tasks[1]', ''],
    ['tasks[2].perplexity', 'perplexity = "x\n  y.txt"'],
    ['tasks[2].name', 'name = '],
    ['tasks[3].task', 'task = !!str piqa'],
    ['tasks[3].list', 'list = [ a ,\nb ]'],
    ['tasks[3].list[1]', 'b'],
    ['tasks[3].block', 'block = >-\n    folded\n\n    text'],
    ['tasks[4]', '*anchor'],
    ['quoted key.a.b[1].c', 'c = 😀'],
    ['plain', 'plain = over\n  two lines'],
    ['complex', 'complex = value'],
    ['empty', 'empty = '],
    ['last', 'last = |\n  no break'],
  ];
  for (const newline of ['\n', '\r\n']) {
    const text = TEXT.replaceAll('\n', newline);
    assert.deepEqual(parseSource(text, '/c.yaml').problems, []);
    for (const [at, wanted] of expected) assert.equal(cut(text, at), wanted.replaceAll('\n', newline), at);
    assert.equal(cut(text, 'tasks')?.endsWith('*anchor'), true);
  }
});

test('of two equal keys the last one counts, and the second is told', () => {
  const text = 'a: 1\nb: {c: 1, c: 2}\na: 3\n';
  const { problems, root } = parseSource(text, '/c.yaml');
  assert.deepEqual(problems.map(({ code, severity }) => [code, severity]), [['duplicate-key', 'warning'], ['duplicate-key', 'warning']]);
  assert.deepEqual(problems.map(({ range }) => text.slice(range.start, range.end + 3)), ['c: 2', 'a: 3']);
  assert.ok(root instanceof Map);
  assert.equal(root.get('a'), 3n);
  assert.equal(cut(text, 'a'), 'a = 3');
});

test('while one line is wrong, the entries around it are still there', () => {
  const keys = (root: PyValue): unknown => (root instanceof Map ? [...root.keys()] : null);
  const cases: readonly [string, readonly string[], number][] = [
    ['checkpoints:\n  - a\ntasks:\n  - sst2\n  - task: piqa\n    limit: [\n  - perplexity: x.txt\nseed: 1\n', ['checkpoints', 'tasks', 'seed'], 3],
    ['tasks:\n- "open\n- b\n- c\nseed: 1', ['tasks', 'seed'], 2],
    ['tasks:\n  - a: b: c\n  - d\nseed: 1', ['tasks', 'seed'], 2],
    ['tasks:\n  - a\n  - { b: 1\n  - c\nseed: 1', ['tasks', 'seed'], 3],
    ['tasks:\n  - a\nche\nseed: 1', ['tasks', 'seed'], 1],
    ['tasks:\n  - a\n  - @b\n  - c\nseed: 1', ['tasks', 'seed'], 2],
  ];
  for (const [text, expected, tasks] of cases) {
    const { root, problems, rangeOf } = parseSource(text, '/c.yaml');
    assert.equal(problems.filter(({ severity }) => severity === 'error').length, 1, text);
    assert.deepEqual(keys(root), expected, text);
    assert.ok(root instanceof Map);
    const list = root.get('tasks');
    assert.ok(Array.isArray(list));
    assert.ok(list.length >= tasks, `${text}: ${String(list.length)}`);
    assert.equal(rangeOf('seed')?.key?.start, text.indexOf('seed'), text);
  }
});
