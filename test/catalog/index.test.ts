import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
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

test('of two equal names a later folder’s wins, inside a folder the earlier path’s; only .yaml counts', async () => {
  const one = folderWith({ 'b.yaml': 'task: same\ntag: late', 'a/a.yaml': 'task: same\ntag: early', 'x.yml': 'task: yml', '_x_yaml': 'task: template', '__pycache__/c.yaml': 'task: cached' });
  const two = folderWith({ 'a.yaml': 'task: same', 'only.yaml': 'task: only_here' });
  const index = await buildTaskIndex([one, two]);
  assert.deepEqual([...index.entries.keys()], ['same', 'only_here']);
  assert.equal(index.entries.get('same')?.file, path.join(two, 'a.yaml'));
  assert.equal((await buildTaskIndex([one])).entries.get('same')?.file, path.join(one, 'a/a.yaml'));
  assert.deepEqual([...index.tags.keys()], ['early']);
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

test('a key that says nothing counts over an include’s; a class makes a task of a group’s file', async () => {
  const folder = folderWith({
    'base_yaml': 'tag: [inherited]\ngroup: g\n',
    'a.yaml': 'include: base_yaml\ntask: a\ntag: null\nclass: !function m.C\n',
    'b.yaml': 'include: base_yaml\ntask: b\ntag: []\nclass: !function m.C\n',
    'c.yaml': 'include: base_yaml\ntask: c\nclass:\n',
    'd.yaml': 'group: d\ntask: old_form\ndataset_path: json\n',
    'e.yaml': 'group: null\ntask: e\n',
  });
  const { entries, tags } = await buildTaskIndex([folder]);
  assert.deepEqual([...entries.values()].map(({ kind, name }) => `${kind} ${name}`).sort(), ['group d', 'task a', 'task b', 'task c', 'task old_form']);
  assert.deepEqual([...tags], [['inherited', ['c']]]);
});

test('a tag and a group or task of one name: the first by path; a later folder replaces both', async () => {
  const one = folderWith({ 'a.yaml': 'task: a\ntag: [x, y]\n', 'b.yaml': 'group: x\ntask: [a]\n', 'c.yaml': 'task: y', '0.yaml': 'group: z\ntask: [a]', 'd.yaml': 'task: d\ntag: [z, __proto__, constructor]' });
  const index = await buildTaskIndex([one]);
  assert.deepEqual([...index.tags].sort(), [['__proto__', ['d']], ['constructor', ['d']], ['x', ['a']], ['y', ['a']]]);
  assert.deepEqual([...index.entries.keys()].sort(), ['a', 'd', 'z']);
  const two = folderWith({ 'b.yaml': 'task: x', 'a.yaml': 'task: other\ntag: z' });
  const both = await buildTaskIndex([one, two]);
  assert.deepEqual([both.entries.get('x')?.kind, both.tags.get('x'), both.tags.get('z'), both.entries.has('z')], ['task', undefined, ['other'], false]);
});

test('names inside texts are none, wherever those begin', async () => {
  const folder = folderWith({
    'a.yaml': 'description: "one\ntask: no\n"\ntask: a\n',
    'b.yaml': "metadata:\n  note: 'it''s\ntask: no\n'\ntask: b\n",
    'c.yaml': 'metric_list: [\ntask: no ]\ntask: c\n',
    'd.yaml': '<<: {task: d}\ntag: t\n',
    'e.yaml': 'task: e\ntag: [\nt ]\nbroken: "\n',
  });
  const { entries, tags } = await buildTaskIndex([folder]);
  assert.deepEqual([...entries.keys()].sort(), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(tags.get('t'), ['d', 'e']);
});

test('files that have not changed are not read again; those that have are', async () => {
  const folder = folderWith(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.yaml`, `task: t${index}\n`])));
  let reads = 0;
  const versions = new Map<string, string>();
  const read = Object.assign((file: string) => {
    reads += 1;
    return Promise.resolve(`task: ${path.basename(file, '.yaml')}${versions.get(file) ?? ''}\n`);
  }, { version: (file: string) => Promise.resolve(versions.get(file) ?? '') });
  await buildTaskIndex([folder], read);
  assert.equal(reads, 200);
  versions.set(path.join(folder, '7.yaml'), 'x');
  const { entries } = await buildTaskIndex([folder], read);
  assert.equal(reads, 201);
  assert.ok(entries.has('7x'));
});

test('a folder that holds half a disk is not searched, and links to it end', async () => {
  const folder = folderWith({ 'a.yaml': 'task: a', 'b.yaml': 'task: b', 'in/c.yaml': 'task: c' });
  symlinkSync(folder, path.join(folder, 'in/again'));
  assert.deepEqual([...(await buildTaskIndex([folder])).entries.keys()], ['a', 'b', 'c']);
  const { entries, failures } = await buildTaskIndex([folder], undefined, null, 2);
  assert.equal(entries.size, 0);
  assert.deepEqual(failures.map(({ isMissing, detail }) => [isMissing, /more than 2 entries/.test(detail)]), [[false, true]]);
});

test('a folder that is not there is remembered', async () => {
  const index = await buildTaskIndex([path.join(TASKS, 'nowhere')]);
  assert.equal(index.failures.length, 1);
  assert.equal(index.entries.size, 0);
});

test('files that include each other twice over are read once', async () => {
  const files: Record<string, string> = { 'top.yaml': 'include: [a15, b15]\ntask: top\n' };
  for (let level = 0; level < 16; level += 1) for (const name of ['a', 'b']) files[`${name}${level}`] = level === 0 ? 'tag: deep\n' : `include: [a${level - 1}, b${level - 1}]\n`;
  const folder = folderWith(files);
  let reads = 0;
  const { tags } = await buildTaskIndex([folder], (file) => {
    reads += 1;
    return Promise.resolve(files[path.basename(file)] ?? '');
  });
  assert.deepEqual([...tags], [['deep', ['top']]]);
  assert.equal(reads, 33);
});
