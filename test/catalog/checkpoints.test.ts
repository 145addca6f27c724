import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { checkpointNames } from '../../src/catalog/checkpoint-names';
import { resolveCheckpoints, type ResolvedCheckpoints } from '../../src/catalog/checkpoints';
import { parseEvalConfig } from '../../src/config/eval-config';
import { folderWith } from '../config/temporary-folder';

const MODEL = path.resolve(__dirname, '../../examples/checkpoints/model-a');

/** Folders that look like checkpoints, each with its own weights file. */
function workspaceWith(...folders: readonly string[]): string {
  return folderWith(Object.fromEntries([...folders.flatMap((folder) => [[`${folder}/config.json`, '{}'], [`${folder}/model.safetensors`, folder]]), ['notes/readme.txt', '']]) as Record<string, string>);
}

async function resolve(folder: string, entries: string): Promise<ResolvedCheckpoints> {
  const { config } = parseEvalConfig(`checkpoints: ${entries}\n`, path.join(folder, 'evals', 'c.eval.yaml'));
  return resolveCheckpoints(config.checkpoints, folder);
}

const named = ({ checkpoints }: ResolvedCheckpoints): string[] => checkpoints.map(({ name }) => name);

test('paths from the config, patterns in natural order without what is no checkpoint', async () => {
  const folder = workspaceWith('run/checkpoint-92', 'run/checkpoint-272', 'run/checkpoint-1000', 'base');
  mkdirSync(path.join(folder, 'run/logs'));
  const found = await resolve(folder, '[../base, ../run/*]');
  assert.deepEqual(named(found), ['base', 'checkpoint-92', 'checkpoint-272', 'checkpoint-1000']);
  assert.deepEqual(found.checkpoints.map(({ configPath }) => configPath), ['checkpoints[0]', 'checkpoints[1]', 'checkpoints[1]', 'checkpoints[1]']);
  assert.deepEqual(named(await resolve(folder, '[../**/checkpoint-*2]')), ['checkpoint-92', 'checkpoint-272']);
});

test('equal last segments get their parents; given names stay', async () => {
  const folder = workspaceWith('run1/checkpoint-500', 'run2/checkpoint-500', 'run2/checkpoint-600');
  assert.deepEqual(named(await resolve(folder, '[../run*/*]')), ['run1/checkpoint-500', 'run2/checkpoint-500', 'checkpoint-600']);
  assert.deepEqual(named(await resolve(folder, '[{path: ../run1/checkpoint-500, name: mine}, ../run2/checkpoint-500]')), ['mine', 'checkpoint-500']);
  assert.deepEqual(checkpointNames([{ name: null, path: '/x/a/m/c' }, { name: null, path: '/x/b/m/c' }, { name: 'c', path: '/q' }]), ['a/m/c', 'b/m/c', 'c']);
});

test('a folder named twice is evaluated once, also through a link; a name twice is a failure', async () => {
  const folder = workspaceWith('a', 'b');
  symlinkSync(path.join(folder, 'a'), path.join(folder, 'link'));
  assert.deepEqual(named(await resolve(folder, '[../a, ../*, ../link]')), ['a', 'b']);
  const twice = await resolve(folder, '[{path: ../a, name: x}, {path: ../b, name: x}]');
  assert.deepEqual([named(twice), twice.failures.map(({ code, configPath }) => [code, configPath])], [['x'], [['duplicate-name', 'checkpoints[1]']]]);
});

test('what is no checkpoint, with what may have been meant', async () => {
  const folder = workspaceWith('model-a', 'many/one', 'many/two');
  const { failures } = await resolve(folder, '[../modle-a, ../nowhere, ../many, ../notes, ../notes/readme.txt, ../x*, {path: ../many/*, name: n}]');
  assert.deepEqual(failures.map(({ code, args }) => [code, args['hint']]), [
    ['unknown-checkpoint', ' Did you mean "model-a"?'],
    ['unknown-checkpoint', ' The folder does not exist.'],
    ['unknown-checkpoint', ' It holds 2: write many/*.'],
    ['unknown-checkpoint', ' The folder holds neither config.json nor weights.'],
    ['unknown-checkpoint', ' It is a file; name the folder that holds config.json.'],
    ['unknown-checkpoint', ' The pattern matches no checkpoint.'],
    ['wrong-value', undefined],
  ]);
});

test('endpoints, and a folder whose name looks like a pattern', async () => {
  const folder = workspaceWith('run[1]');
  const found = await resolve(folder, '["../run[1]", {endpoint: "http://h/v1", model: m}]');
  assert.deepEqual(found.checkpoints.map(({ kind, name }) => [kind, name]), [['local', 'run[1]'], ['endpoint', 'm']]);
});

test('no entries: those of the workspace', async () => {
  const folder = workspaceWith('z', 'deep/er/a');
  assert.deepEqual(named(await resolveCheckpoints([], folder)).sort(), ['a', 'z']);
  assert.deepEqual(named(await resolveCheckpoints([{ kind: 'path', pattern: MODEL, name: null, tokenizer: null, configPath: '' }], folder)), ['model-a']);
});
