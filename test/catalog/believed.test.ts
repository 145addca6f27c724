import assert from 'node:assert/strict';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Believed } from '../../src/catalog/believed';
import { checkConfig } from '../../src/catalog/check';
import { buildTaskIndex, type TaskIndex } from '../../src/catalog/task-index';
import { textsBefore } from '../../src/config/text-files';
import { folderWith } from '../config/temporary-folder';

/** Writes over a file; its time differs also where the clock has not moved. */
let times = 1_000;
function writeOver(file: string, text: string): void {
  writeFileSync(file, text);
  utimesSync(file, times, times++);
}

test('what was found is believed until a folder, the revision or the clock says otherwise', async () => {
  const folder = folderWith({ 'a.yaml': '' });
  let time = 0;
  let looks = 0;
  const believed = new Believed<number>(() => time);
  const look = (revision: number | null, takes = 0): Promise<number> =>
    believed.get('key', revision, async (visit) => {
      await visit(folder);
      time += takes;
      return ++looks;
    });
  assert.deepEqual([await look(1), await look(1)], [1, 1]);
  assert.equal(await look(2), 2, 'a file was written over');
  writeFileSync(path.join(folder, 'b.yaml'), '');
  utimesSync(folder, times, times++);
  assert.deepEqual([await look(2), await look(2)], [3, 3], 'a file has come');
  time += 4_999;
  assert.equal(await look(2), 3);
  time += 1;
  assert.equal(await look(2, 1_000), 4, 'nothing is believed for long');
  time += 19_999;
  assert.equal(await look(2), 4, 'but longer, the more a look costs');
  time += 1;
  assert.equal(await look(2), 5);
  rmSync(folder, { recursive: true });
  assert.equal(await look(2), 6, 'the folder is gone');
  assert.deepEqual([await look(null), await look(null), await look(2)], [7, 8, 6], 'nothing is known of files: a look each time');
});

test('an index that is believed is true of open texts, of their includes, and of what comes and goes', async () => {
  const folder = folderWith({ 'a.yaml': 'task: a\n', 'b.yaml': 'include: base_yaml\ntask: b\n', base_yaml: 'tag: old\n', 'sub/c.yaml': 'task: c\n', 'broken.yaml': 'x' });
  const at = (name: string): string => path.join(folder, name);
  const index = (revision: number | null, texts: [string, string][] = []): Promise<TaskIndex> => buildTaskIndex([folder], textsBefore(texts, revision));
  const first = await index(1);
  assert.deepEqual([first.names, await index(1) === first], [['a', 'b', 'c', 'old'], true]);
  assert.deepEqual((await index(1, [[at('a.yaml'), 'task: typed\n']])).names, ['b', 'c', 'old', 'typed']);
  assert.deepEqual((await index(1, [[at('base_yaml'), 'tag: new\n']])).names, ['a', 'b', 'c', 'new']);
  assert.equal(await index(1, [[at('a.yaml'), 'task: a\ndescription: typed\n']]), first, 'nothing is made again while the names stay');
  writeFileSync(at('sub/d.yaml'), 'task: d\n');
  rmSync(at('a.yaml'));
  for (const name of ['sub', '.']) utimesSync(at(name), times, times++);
  assert.deepEqual((await index(1)).names, ['b', 'c', 'd', 'old']);
  writeOver(at('sub/c.yaml'), 'task: renamed\n');
  assert.deepEqual((await index(2)).names, ['b', 'd', 'old', 'renamed']);
});

test('a check that believes sees a checkpoint come and go, and a config that is written over', async () => {
  const folder = folderWith({ 'task.yaml': 'task: t\noutput_type: loglikelihood\n' });
  const codes = async (revision: number): Promise<string[]> => {
    const { problems } = await checkConfig({ file: path.join(folder, 'a.eval.yaml'), text: 'checkpoints: [models/*]\ntasks: []\n', workspace: folder, readFile: textsBefore([], revision) });
    return [...new Set(problems.map(({ code }) => code))].filter((code) => !code.startsWith('engine'));
  };
  const unknown = await codes(1);
  assert.ok(unknown.includes('unknown-checkpoint'), unknown.join());
  mkdirSync(path.join(folder, 'models/one'), { recursive: true });
  writeFileSync(path.join(folder, 'models/one/config.json'), '{"model_type": "nothing"}');
  writeFileSync(path.join(folder, 'models/one/model.safetensors'), '');
  for (const name of ['models/one', 'models', '.']) utimesSync(path.join(folder, name), times, times++);
  const broken = await codes(1);
  assert.ok(!broken.includes('unknown-checkpoint') && broken.length > 0, broken.join());
  rmSync(path.join(folder, 'models/one'), { recursive: true });
  utimesSync(path.join(folder, 'models'), times, times++);
  assert.deepEqual(await codes(1), unknown);
});
