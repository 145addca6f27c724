import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { namePattern, naturalOrder } from '../../src/catalog/patterns';
import { buildTaskIndex, matchingNames } from '../../src/catalog/task-index';
import { folderWith } from '../config/temporary-folder';

const TASKS = path.resolve(__dirname, '../fixtures/config/tasks');

test('the fixtures by name, group and tag', async () => {
  const index = await buildTaskIndex([TASKS]);
  assert.equal(index.entries.get('sst2_local_4shot')?.file, path.join(TASKS, 'sst2_4shot.yaml'));
  assert.equal(index.entries.get('language_basics')?.kind, 'group');
  assert.deepEqual(index.tags.get('grammar'), ['cola_local']);
  assert.deepEqual(matchingNames(index, 'sst2_local*'), ['sst2_local', 'sst2_local_4shot', 'sst2_local_first_n']);
  assert.deepEqual(index.failures, []);
});

test('the first of two equal names wins: earlier folder, then earlier path; only .yaml counts', async () => {
  const one = folderWith({ 'b.yaml': 'task: same\ntag: late', 'a/a.yaml': 'task: same\ntag: early', 'x.yml': 'task: yml', '_x_yaml': 'task: template', '__pycache__/c.yaml': 'task: cached' });
  const two = folderWith({ 'a.yaml': 'task: same', 'only.yaml': 'task: only_here' });
  const index = await buildTaskIndex([one, two]);
  assert.deepEqual([...index.entries.keys()], ['same', 'only_here']);
  assert.equal(index.entries.get('same')?.file, path.join(one, 'a/a.yaml'));
  assert.deepEqual([...index.tags.keys()], ['early']);
  assert.equal((await buildTaskIndex([two], undefined, one)).entries.get('same')?.file, path.join(two, 'a.yaml'));
});

test('names and tags that an include gives; lists of tags; odd layouts', async () => {
  const folder = folderWith({
    'base_yaml': 'task: base\ntag: [inherited]\n',
    'a.yaml': 'include: base_yaml\ntask: a\n',
    'b.yaml': 'include: base_yaml\ntask: b\ntag:\n- one\n- two\n',
    'flow.yaml': '{task: flow, tag: one}',
    'crlf.yaml': 'description: "task: no"\r\ntask: crlf\r\ntag: one # c\r\n',
    'quoted.yaml': '"task": "quoted"\n',
    'group.yaml': 'group: g\ntask:\n  - a\n  - {task: b, tag: nested}\n',
    'block.yaml': 'doc_to_text: |\n  task: hidden\ntask: block\n',
    'self.yaml': 'include: self.yaml\ntag: x\n',
    'broken.yaml': 'task: [\n',
    'notes.yaml': 'hello: world\n',
  });
  const { entries, tags } = await buildTaskIndex([folder]);
  assert.deepEqual([...entries.keys()].sort(), ['a', 'b', 'block', 'crlf', 'flow', 'g', 'quoted']);
  assert.deepEqual([...tags].sort(), [['inherited', ['a']], ['one', ['b', 'crlf', 'flow']], ['two', ['b']]]);
});

test('a folder that is not there is remembered', async () => {
  const index = await buildTaskIndex([path.join(TASKS, 'nowhere')]);
  assert.equal(index.failures.length, 1);
  assert.equal(index.entries.size, 0);
});

test('name patterns are fnmatch’s', () => {
  const cases: readonly [string, string, boolean][] = [
    ['mmlu_*', 'mmlu_law', true], ['mmlu_*', 'xmmlu_law', false], ['a?c', 'abc', true], ['a?c', 'ac', false], ['[ab]x', 'bx', true], ['[!ab]x', 'cx', true], ['[!ab]x', 'ax', false],
    ['[]]x', ']x', true], ['a[', 'a[', true], ['a.b', 'axb', false], ['[z-a]', 'm', false], ['*', 'group::task', true], ['(a|b)', 'a', false],
  ];
  for (const [pattern, name, expected] of cases) assert.equal(namePattern(pattern).test(name), expected, `${pattern} ${name}`);
});

test('natural order', () => {
  assert.deepEqual(['c-272', 'c-92', 'c-1000', 'b', 'c-92b', 'c-092'].sort(naturalOrder), ['b', 'c-092', 'c-92', 'c-92b', 'c-272', 'c-1000']);
});
