import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupDefinition } from '../../src/config/definition';
import { groupNumbers } from '../../src/run/group-results';
import { definition } from '../task/definition';

const group = (name: string, tasks: readonly string[]): GroupDefinition => ({
  kind: 'group',
  group: name,
  alias: null,
  children: tasks.map((task) => ({ ...definition({ task }) })),
  aggregate: [{ metric: 'acc', weightBySize: true, filters: ['none'] }],
  metadata: new Map(),
  file: null,
});

test('groups and tasks may be called like what every object has', () => {
  const finished = Object.fromEntries([['__proto__', { alias: '', 'acc,none': 0.25, 'acc_stderr,none': 0.1, sample_len: 4 }]]);
  const { results, groups, subtasks } = groupNumbers([group('__proto__', ['__proto__', 'constructor']), group('constructor', ['toString'])], finished);
  assert.deepEqual(Object.keys(results), ['__proto__', 'constructor']);
  assert.deepEqual(Object.keys(groups), ['__proto__', 'constructor']);
  assert.deepEqual(Object.getOwnPropertyDescriptor(subtasks, '__proto__')?.value, ['__proto__', 'constructor']);
  const entry = Object.getOwnPropertyDescriptor(results, '__proto__')?.value as Record<string, unknown>;
  assert.equal(entry['acc,none'], 0.25);
  assert.equal(entry['sample_len'], 4);
});
