import { fake } from './fake-vscode';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { workspaceFiles } from '../../src/editor/workspace-files';

const [file, folder, link] = [1, 2, 64];

afterEach(() => {
  fake.isTrusted = true;
  fake.folders.clear();
});

async function found(most?: number): Promise<string[]> {
  return (await workspaceFiles((name) => name.endsWith('.yaml'), most)).map(({ path }) => path);
}

test('files are found by name and listed by path; what nobody means to evaluate is not looked into', async () => {
  fake.folders.set('/w', [['b.yaml', file], ['a', folder], ['x.txt', file], ['node_modules', folder], ['pipe.yaml', 0], ['gone', folder]]);
  fake.folders.set('/w/a', [['c.yaml', file], ['d.yaml', file | link], ['e.yaml', folder]]);
  fake.folders.set('/w/node_modules', [['n.yaml', file]]);
  assert.deepEqual(await found(), ['/w/a/c.yaml', '/w/a/d.yaml', '/w/b.yaml']);
  assert.deepEqual(await found(1), ['/w/b.yaml']);
});

test('a link to a folder is followed once, after all else, and only in a trusted workspace', async () => {
  fake.folders.set('/w', [['here', folder | link], ['own', folder]]);
  fake.folders.set('/w/own', [['a.yaml', file]]);
  fake.folders.set('/w/here', [['b.yaml', file], ['again', folder | link], ['below', folder]]);
  fake.folders.set('/w/here/below', [['c.yaml', file]]);
  fake.folders.set('/w/here/again', [['no.yaml', file]]);
  assert.deepEqual(await found(), ['/w/here/b.yaml', '/w/here/below/c.yaml', '/w/own/a.yaml']);
  assert.deepEqual(await found(1), ['/w/own/a.yaml']);
  fake.isTrusted = false;
  assert.deepEqual(await found(), ['/w/own/a.yaml']);
});

test('a link to something endless ends after a number of folders', async () => {
  let read = 0;
  fake.folders.set('/w', [['root', folder | link], ['a.yaml', file]]);
  const { get } = fake.folders;
  fake.folders.get = (path) => (path === '/w' ? get.call(fake.folders, path) : [['d', folder], [`${++read}.yaml`, file]]);
  try {
    assert.equal((await found()).length, 501);
  } finally {
    fake.folders.get = get;
  }
});
