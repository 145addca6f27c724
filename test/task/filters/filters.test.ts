// Expectations are what lm-evaluation-harness 0.4.13 (lm_eval/filters) gives for the same answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError } from '../../../src/protocol/errors';
import type { Doc, PyValue } from '../../../src/python/value';
import { pipelinesOf } from '../../../src/task/filters/pipeline';

type Step = { readonly function: string } & Readonly<Record<string, PyValue>>;

function filtered(answers: readonly string[], steps: readonly Step[], doc: Doc = new Map()): PyValue | undefined {
  const filters = [{ name: 'x', steps: steps.map(({ function: name, ...options }) => ({ function: name, options })) }];
  return pipelinesOf({ filters, outputType: 'generate_until', file: null })[0]?.apply(answers, doc);
}

const first = { function: 'take_first' };

test('without a list of filters the first answer counts, under the name none', () => {
  const pipelines = pipelinesOf({ filters: null, outputType: 'generate_until', file: null });
  assert.deepEqual(pipelines.map(({ name, apply }) => [name, apply(['a', 'b'], new Map())]), [['none', 'a']]);
});

test('regex: the chosen match, of several groups the first that is not empty, else the fallback', () => {
  const flexible = { function: 'regex', group_select: -1n, regex_pattern: '(-?[$0-9.,]{2,})|(-?[0-9]+)' };
  assert.equal(filtered(['He has 12 and then 7'], [flexible, first]), '7');
  assert.equal(filtered(['#### -1,234 and'], [{ function: 'regex', regex_pattern: '#### (\\-?[0-9\\.\\,]+)' }, first]), '-1,234');
  assert.equal(filtered(['#### 5\n#### 6'], [{ function: 'regex' }, first]), '5');
  assert.equal(filtered(['nothing'], [{ function: 'regex' }, first]), '[invalid]');
  assert.equal(filtered(['nothing'], [{ function: 'regex', fallback: 'none' }, first]), 'none');
  assert.equal(filtered(['a  b '], [{ function: 'regex', regex_pattern: '.*' }, first]), 'a  b');
  assert.equal(filtered(['x'], [{ function: 'regex', regex_pattern: '(a)?(b)?x', fallback: ' f ' }, first]), 'f');
  assert.throws(() => filtered(['#### 5'], [{ function: 'regex', group_select: 1n }, first]), /group_select 1/);
});

test('text is changed, mapped, and voted on', () => {
  assert.deepEqual(filtered([' A b\n'], [{ function: 'remove_whitespace' }, { function: 'lowercase' }]), ['a b']);
  assert.equal(filtered(['ab'], [{ function: 'uppercase' }, first]), 'AB');
  const mapping = { function: 'map', mapping_dict: new Map<PyValue, PyValue>([['yes', 1n], ['no', 0n]]), default_value: -1n };
  assert.deepEqual(filtered(['yes', 'no', 'perhaps'], [mapping]), [1n, 0n, -1n]);
  assert.equal(filtered(['b', 'a', 'a', 'b', 'c'], [{ function: 'majority_vote' }, first]), 'b');
  assert.deepEqual(filtered(['b', 'a', 'c'], [{ function: 'take_first_k', k: 2n }]), ['b', 'a']);
  assert.throws(() => filtered(['b'], [{ function: 'take_first_k', k: 2n }]), /at least 2 answers/);
});

test('multi_choice_regex: by the pattern, by the text of a choice, by a letter behind a colon', () => {
  const doc: Doc = new Map([['choices', ['Paris (France)', 'Rome', 'Oslo']]]);
  const letter = { function: 'multi_choice_regex', regex_pattern: '(\\([A-Z]\\))', ignore_case: true, ignore_punctuation: true };
  const answer = (text: string): PyValue | undefined => filtered([text], [letter, first], doc);
  assert.equal(answer('It is (B), I think'), '(B)');
  assert.equal(answer('surely ROME!'), '(B)');
  assert.equal(answer('paris france'), '(A)');
  assert.equal(answer('The answer is: C.'), '(C)');
  assert.equal(answer('who knows'), '[invalid]');
  assert.throws(() => filtered(['x'], [letter, first]), /needs a column of that name/);
  // An empty choice is no answer; of two choices that begin alike the longer one is looked for first.
  assert.equal(filtered(['E'], [letter, first], new Map([['choices', ['new', '']]])), '[invalid]');
  assert.equal(filtered(['it is New York'], [letter, first], new Map([['choices', ['new', 'x', 'New York']]])), '(C)');
});

test('what is no filter, or no option of one, is refused by name', () => {
  const refused = (step: Step, code: string): void => assert.throws(() => filtered(['a'], [step]), (error) => error instanceof AssayError && error.code === code, step.function);
  refused({ function: 'decontaminate' }, 'unsupported-filter');
  refused({ function: 'regex', regex: 'a' }, 'bad-filter');
  refused({ function: 'regex', regex_pattern: '(' }, 'bad-filter');
  refused({ function: 'regex', group_select: 'first' }, 'bad-filter');
  refused({ function: 'lowercase', k: 2n }, 'bad-filter');
  refused({ function: 'take_first_k' }, 'bad-filter');
});

test('a pattern that runs away ends', () => {
  assert.throws(() => filtered([`${'a'.repeat(60)}!`], [{ function: 'regex', regex_pattern: '(a+)+$' }, first]), /million steps/);
});

test('format_span: labels in short, one entity a piece', () => {
  const spans: readonly (readonly [string, string])[] = [
    ['Person: Ada Lovelace, Bob $$ location: Nairobi $$ organization: none', 'per: ada lovelace $ per: bob $ loc: nairobi'],
    ['PERSON: x\nDATE: 3 May, 4 May\nLOC: none', 'per: x $ date: 3 may $ date: 4 may'],
    ['per: a $ org: b$$', 'per: a $ org: b'],
    ['the person met', ''],
    ['time : noon $$ Countries: x, country: Kenya', 'date: noon $ loc: kenya'],
    ['ΑΣ person: İ $$ places: none, Rome,', 'per: i̇ $ loc: rome $ loc: '],
    ['xperson: y', ''],
    ['LOC:: a: b', 'loc: : a: b'],
    ['person:a person:b', 'per: a PER:b'],
    ['loc: a$$$$org: b $$$', 'loc: a $ org: b'],
  ];
  for (const [answer, expected] of spans) assert.equal(filtered([answer], [{ function: 'format_span' }, first]), expected, answer);
});

test('regex_pos: the tags of the pairs, else the fallback', () => {
  const tags = (answer: string, options = {}): PyValue | undefined => filtered([answer], [{ function: 'regex_pos', ...options }, first]);
  assert.deepEqual(tags("[('I', 'PRON'), ('run', 'VERB')]"), ['PRON', 'VERB']);
  assert.deepEqual(tags("('a', '')"), ['']);
  assert.deepEqual(tags("('a','X')"), ['invalid']);
  assert.deepEqual(tags("('it's', 'X') ('b', 'Y')"), ['Y']);
  assert.equal(tags('', { fallback: 'X' }), 'X');
  assert.throws(() => tags('', { regex_pattern: '(' }), AssayError);
});
