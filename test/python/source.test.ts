import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionOf, type SourceFunction } from '../../src/python/source/function';

const fingerprint = (text: string, name: string): string => {
  const found = functionOf(text, name);
  return found.kind === 'here' ? found.fingerprint : assert.fail(JSON.stringify(found));
};

const MODULE = `import re
from functools import partial

LETTERS = ["A", "B"]


def clean(text):
    return re.sub(r"\\s+", " ", text)


def process(doc, subject):
    return [clean(doc[letter]) for letter in LETTERS if doc["subject"] == subject]


process_law = partial(process, subject="law")
again = process_law
`;

test('a function is the same however it is laid out', () => {
  const written = fingerprint(MODULE, 'process');
  const others = [
    MODULE.replaceAll('"', "'"),
    MODULE.replaceAll('\n', '\r\n'),
    MODULE.replaceAll('    ', '\t'),
    `"""A module."""\n# Ours.\n${MODULE}`,
    MODULE.replace('["A", "B"]', '[\n    "A",  # first\n    "B",\n]'),
    MODULE.replace('def process(doc, subject):\n', 'def process(\n    doc: dict[str, str],\n    subject: "str",\n) -> list[str]:\n    """Cleans\n\n    all."""\n'),
    MODULE.replace('import re\n', 'import re, json\n'),
    MODULE.replace('r"\\s+"', "'\\\\s\\x2b'"),
    MODULE.replace('[clean(doc', '\\\n        [clean(doc'),
    `${MODULE}\n\ndef other():\n    return {}\n`,
  ];
  for (const [index, text] of others.entries()) assert.equal(fingerprint(text, 'process'), written, `case ${index}: ${text}`);
});

test('what it depends on is part of it', () => {
  const written = fingerprint(MODULE, 'process');
  const others = [
    MODULE.replace('"B"', '"C"'),
    MODULE.replace('" ", text', '"", text'),
    MODULE.replace('import re\n', 'import regex as re\n'),
    `${MODULE}LETTERS.append("C")\n`,
    `${MODULE}for letter in "CD":\n    LETTERS.append(letter)\n`,
    MODULE.replace('def process(doc, subject):', 'def process(doc, subject="law"):'),
    MODULE.replace('if doc["subject"] == subject', 'if doc["subject"] != subject'),
    MODULE.replace('["A", "B"]', '("A",)'),
    MODULE.replace('["A", "B"]', '("A")'),
  ];
  const seen = new Set([written, ...others.map((text) => fingerprint(text, 'process'))]);
  assert.equal(seen.size, others.length + 1);
});

test('names that stand for others', () => {
  const inner = fingerprint(MODULE, 'process');
  const bound = (found: SourceFunction): unknown => found.kind === 'here' && [found.fingerprint, found.bound, found.needs, found.source.slice(0, 12)];
  assert.deepEqual(bound(functionOf(MODULE, 'process_law')), [inner, { subject: 'law' }, ['re'], 'def process(']);
  assert.deepEqual(functionOf(MODULE, 'again'), functionOf(MODULE, 'process_law'));
  assert.deepEqual(functionOf('from lm_eval.utils import weighted_f1_score as f\n', 'f'), { kind: 'imported', name: 'lm_eval.utils.weighted_f1_score', bound: {} });
  assert.deepEqual(functionOf('from a.b import (\n    c,\n    d,\n)\n', 'd'), { kind: 'imported', name: 'a.b.d', bound: {} });
  assert.notEqual(fingerprint('from functools import partial\nf = partial(g, key=make())\ndef g(key): pass\n', 'f'), fingerprint('def g(key): pass\n', 'g'));
});

test('names that only a running module has', () => {
  const text = 'from functools import partial\ndef f(rows, subject): return rows\nfor one in ["a", "b"]:\n    globals()[f"process_{one}"] = partial(f, subject=one)\n';
  const [a, b] = [functionOf(text, 'process_a'), functionOf(text, 'process_b')];
  assert.ok(a.kind === 'here' && b.kind === 'here');
  assert.deepEqual([a.member, b.member, a.fingerprint], ['process_a', 'process_b', b.fingerprint]);
  assert.notEqual(fingerprint(text.replace('"b"', '"c"'), 'process_a'), a.fingerprint);
  assert.deepEqual(functionOf('def f(): pass\n', 'g'), { kind: 'missing' });
});

test('decorators, classes, one-line bodies and blocks at the top', () => {
  const text = 'try:\n    import json\nexcept ImportError:\n    json = None\n@register_filter("x")\nclass A(B):\n    def apply(self): return json\n\n@a\n@b\ndef f(): return 1\ndef g(): return 2\n';
  assert.notEqual(fingerprint(text, 'A'), fingerprint(text.replace('"x"', '"y"'), 'A'));
  assert.notEqual(fingerprint(text, 'A'), fingerprint(text.replace('json = None', 'json = 1'), 'A'));
  assert.notEqual(fingerprint(text, 'f'), fingerprint(text.replace('@a\n', ''), 'f'));
  assert.equal(fingerprint(text, 'g'), fingerprint('def g(): return 2', 'g'));
});

test('what is no Python is told, whatever it is', () => {
  for (const text of ['def f(:\n', 'x = "open', 'def f():\n    a\n  b\n', '§', 'x = (1', "x = '''", ')', 'def', '\\', 'class']) {
    const found = functionOf(text, 'f');
    assert.ok(found.kind === 'no-python' || found.kind === 'missing' || found.kind === 'here', text);
  }
  assert.deepEqual(functionOf('x = "open\ndef f(): pass\n', 'f'), { kind: 'no-python' });
});
