import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupNumbers } from '../../src/run/group-results';
import type { GroupFacts } from '../../src/run/plan';
import type { TaskResults } from '../../src/protocol/results';

const group = (name: string, children: GroupFacts['children'], weightBySize = true): GroupFacts => ({
  group: name,
  alias: null,
  version: 'N/A',
  children,
  aggregate: [{ metric: 'acc', weightBySize, filters: ['none'] }],
});

test('groups and tasks may be called like what every object has', () => {
  const finished = new Map([['__proto__', { alias: '', 'acc,none': 0.25, 'acc_stderr,none': 0.1, sample_len: 4 }]]);
  const { results, groups, subtasks } = groupNumbers([group('__proto__', ['__proto__', 'constructor']), group('constructor', ['toString'])], finished);
  assert.deepEqual(Object.keys(results), ['__proto__', 'constructor']);
  assert.deepEqual(Object.keys(groups), ['__proto__', 'constructor']);
  assert.deepEqual(Object.getOwnPropertyDescriptor(subtasks, '__proto__')?.value, ['__proto__', 'constructor']);
  const entry = Object.getOwnPropertyDescriptor(results, '__proto__')?.value as Record<string, unknown>;
  assert.equal(entry['acc,none'], 0.25);
  assert.equal(entry['sample_len'], 4);
});

test('a group inside a group: direct children are its subtasks, all tasks below count', () => {
  const finished = new Map([['a', { 'acc,none': 0.5, 'acc_stderr,none': 0.1, sample_len: 10 }], ['b', { 'acc,none': 1, 'acc_stderr,none': 0.1, sample_len: 30 }]]);
  const { results, subtasks } = groupNumbers([group('outer', ['a', group('inner', ['b'], false)])], finished);
  assert.deepEqual(subtasks, { outer: ['a', 'inner'], inner: ['b'] });
  assert.equal(results['outer']?.['acc,none'], (0.5 * 10 + 1 * 30) / 40);
  assert.equal(results['inner']?.['acc,none'], 1);
});

test('a benchmark that has a score of its own: tasks with two metrics count by their mean, and without one of them there is none', () => {
  const meanOf = [[{ task: 'a', metrics: ['mcc'] }], [{ task: 'b', metrics: ['acc', 'f1'] }], [{ task: 'c', metrics: ['acc'] }, { task: 'd', metrics: ['acc'] }]];
  const bench: GroupFacts = { ...group('bench', ['a', 'b', 'c', 'd']), aggregate: [{ metric: 'score', weightBySize: true, filters: null, meanOf }] };
  const tasks = new Map<string, TaskResults>([['a', { 'mcc,none': 0.25, sample_len: 10 }], ['b', { 'acc,none': 0.5, 'f1,none': 1, sample_len: 30 }], ['c', { 'acc,strict': 0.5, sample_len: 1 }], ['d', { 'acc,none': 1, sample_len: 1 }]]);
  const entry = groupNumbers([bench], tasks).groups['bench'];
  assert.equal(entry?.['score,none'], (0.25 + 0.75 + 0.75) / 3);
  assert.equal(entry?.['score_stderr,none'], 'N/A');
  tasks.delete('d');
  assert.equal(groupNumbers([bench], tasks).groups['bench']?.['score,none'], undefined);
});
