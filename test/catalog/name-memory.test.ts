import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkConfig } from '../../src/catalog/check';
import { memoryPlace, NameMemory } from '../../src/catalog/name-memory';
import { buildTaskIndex, indexAtHand } from '../../src/catalog/task-index';
import { seenFile } from '../../src/files/files-below';
import { folderWith } from '../config/temporary-folder';

const NOW = 10_000;
const seen = (index: number, stamp = 'then') => ({ file: `/t/${index}.yaml`, stamp, changedMs: 0 });
const named = (name: string) => new Map([['task', name]]);

function remembered(place: string, count = 600): NameMemory {
  const memory = new NameMemory(place);
  for (let index = 0; index < count; index += 1) memory.set(seen(index), new Map<string, string | string[] | null>([['task', `t${index}`], ['tag', ['x', 'y']], ['class', null]]), NOW);
  memory.ended();
  return memory;
}

test('names of many files are there again in the next process, as long as a file is as it was', () => {
  const place = path.join(folderWith({}), 'names.json');
  remembered(place);
  const next = new NameMemory(place);
  assert.deepEqual([...(next.get(seen(7)) ?? [])], [['task', 't7'], ['tag', ['x', 'y']], ['class', null]]);
  assert.equal(next.get(seen(7, 'now')), null);
  assert.equal(next.get(seen(600)), null);
});

test('what a look at the folder does not meet is forgotten; few files and files of a moment ago are not kept', () => {
  const folder = folderWith({});
  const place = path.join(folder, 'names.json');
  const memory = remembered(place);
  for (let index = 0; index < 550; index += 1) memory.get(seen(index));
  memory.ended();
  assert.notEqual(new NameMemory(place).get(seen(549)), null);
  assert.equal(new NameMemory(place).get(seen(550)), null);
  remembered(path.join(folder, 'few.json'), 10);
  assert.equal(existsSync(path.join(folder, 'few.json')), false);
  memory.set({ ...seen(700), changedMs: NOW - 1_000 }, named('young'), NOW);
  assert.equal(memory.get(seen(700)), null);
});

test('damaged memories are empty ones; entries that are none are left out; a place that cannot be written to is passed over', () => {
  const folder = folderWith({});
  const place = path.join(folder, 'names.json');
  remembered(place);
  const whole = readFileSync(place, 'utf8');
  for (const damaged of ['', '{', 'null', '[]', whole.slice(0, -5), '{"version":0,"files":[]}', '{"version":1,"files":{}}']) {
    writeFileSync(place, damaged);
    assert.equal(new NameMemory(place).get(seen(1)), null, damaged.slice(0, 30));
  }
  writeFileSync(place, JSON.stringify({ version: 1, files: [null, 5, ['/t/1.yaml', 'then', { task: 5 }], ['/t/2.yaml', 'then', null], [{}, 'then', {}], ['/t/3.yaml', 'then', { task: 'ok' }]] }));
  const memory = new NameMemory(place);
  assert.deepEqual([1, 2, 3].map((index) => memory.get(seen(index))?.get('task') ?? null), [null, null, 'ok']);
  mkdirSync(path.join(folder, 'taken.json'));
  assert.equal(remembered(path.join(folder, 'taken.json')).get(seen(3))?.get('task'), 't3');
});

function withCache(context: TestContext): void {
  const before = process.env['ASSAY_CACHE'];
  process.env['ASSAY_CACHE'] = folderWith({});
  context.after(() => (before === undefined ? delete process.env['ASSAY_CACHE'] : (process.env['ASSAY_CACHE'] = before)));
}

const SOUND = 'dataset_path: json\ntest_split: test\noutput_type: loglikelihood\ndoc_to_text: "{{a}}"\ndoc_to_target: "{{b}}"\n';

test('a forged memory names no task that its file does not name, and is gone then', async (context) => {
  withCache(context);
  const folder = folderWith({ 'a.yaml': `task: a\n${SOUND}` });
  const file = path.join(folder, 'a.yaml');
  const place = memoryPlace(folder) ?? '';
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, JSON.stringify({ version: 1, files: [[file, seenFile(file)?.stamp, { task: 'b' }]] }));
  const check = async (name: string) => {
    const config = path.join(folder, 'c.eval.yaml');
    const { problems, tasks } = await checkConfig({ file: config, text: `include_path: .\ntasks: [${name}]\n`, workspace: folder });
    return { codes: problems.filter(({ file: where }) => where === config).map(({ code }) => code), runnables: tasks.flatMap(({ runnables }) => runnables.length) };
  };
  assert.deepEqual(await check('b'), { codes: ['unknown-task'], runnables: [0] });
  assert.deepEqual((await check('a')).runnables, [1]);
  assert.equal(readFileSync(place, 'utf8'), '');
});

test('whoever does not wait gets what is known, and the whole index once it is there', async () => {
  const folder = folderWith({ 'a.yaml': 'task: a', 'b.yaml': 'task: b' });
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const read = async (file: string): Promise<string> => {
    await held;
    return `task: ${path.basename(file, '.yaml')}`;
  };
  const early = await indexAtHand([folder], read, 0);
  assert.deepEqual([early.isComplete, early.index.names], [false, []]);
  const config = path.join(folder, 'c.eval.yaml');
  const text = 'include_path: .\ntasks: [a, nobody]\n';
  const { problems } = await checkConfig({ file: config, text, workspace: folder, readFile: read, patience: 0 });
  assert.deepEqual(problems.map(({ code, severity }) => [code, severity]), [['still-indexing', 'information']]);
  go();
  const { index, isComplete } = await indexAtHand([folder], read, 1e9);
  assert.deepEqual([isComplete, index.names], [true, ['a', 'b']]);
  assert.deepEqual((await buildTaskIndex([folder], read)).names, ['a', 'b']);
});
