import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chooseNode, type NodeSurroundings } from '../../src/processes/node-chooser';
import { probeNode } from '../../src/processes/node-probe';
import { AssayError } from '../../src/protocol/errors';

const work = mkdtempSync(join(tmpdir(), 'assay-nodes-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** A file called `node` in a folder of its own that does what a shell script says. */
function fakeNode(name: string, script: string): string {
  const file = join(work, name, 'node');
  mkdirSync(join(work, name), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const says = (version: string, architecture: string = process.arch): string =>
  `echo '{"version":"${version}","architecture":"${architecture}","executable":"'"$0"'"}' >&3; cat <&3 > /dev/null`;

const old = fakeNode('16', says('16.20.2'));
const shim = fakeNode('asdf', 'echo "No version is set for command node" >&2; exit 126');
const foreign = fakeNode('x64', says('22.1.0', 'foreign'));
const mute = fakeNode('mute', 'exit 0');
const good = fakeNode('good', says('22.3.0'));
/** A version manager that hands over to a real Node. */
const manager = fakeNode('manager', `exec "${process.execPath}" "$@"`);

const electron = (...files: string[]): Partial<NodeSurroundings> => ({
  isElectron: true,
  own: '/opt/editor',
  searchPath: files.map((file) => join(file, '..')).join(':'),
});

const refuses = (code: string, words: RegExp) => (error: unknown) => error instanceof AssayError && error.code === code && words.test(error.message);

test('of the PATH the first that is new enough, of this architecture, and answers', async () => {
  const chosen = await chooseNode('', electron(old, shim, foreign, mute, join(work, 'nothing', 'node'), good));
  assert.deepEqual([chosen.node, chosen.from, chosen.version], [good, 'path', '22.3.0']);
  assert.deepEqual(chosen.passedOver.map(({ file, probe }) => [file, probe.kind]), [
    [old, 'too-old'], [shim, 'no-answer'], [foreign, 'wrong-architecture'], [mute, 'no-answer'],
  ]);
});

test("without a usable one the editor's own binary, and outside an editor always this one", async () => {
  assert.deepEqual(await chooseNode('', electron(old)).then(({ node, from }) => [node, from]), ['/opt/editor', 'own']);
  assert.equal((await chooseNode('', { ...electron(good), isElectron: false, own: process.execPath })).node, process.execPath);
});

test('a setting is probed too, and says what is wrong with it', async () => {
  assert.equal((await chooseNode(good, electron(old))).node, good);
  await assert.rejects(chooseNode(old, electron(good)), refuses('node-too-old', /16\.20\.2.*20 or newer/));
  await assert.rejects(chooseNode(foreign, electron(good)), refuses('node-wrong-architecture', /foreign/));
  await assert.rejects(chooseNode(shim, electron(good)), refuses('node-no-answer', /126.*No version is set/));
  await assert.rejects(chooseNode(join(work, 'nowhere'), electron(good)), refuses('node-no-answer', /ENOENT/));
});

test('behind a shim the Node itself is taken', async () => {
  assert.equal((await chooseNode(manager)).node, process.execPath);
});

test('a file is asked once, and again when it has changed', async () => {
  const log = join(work, 'log');
  writeFileSync(log, '');
  const counted = fakeNode('counted', `echo asked >> '${log}'; ${says('16.0.0')}`);
  const asked = async (): Promise<string> => (await probeNode(counted)).kind;
  assert.deepEqual([await asked(), await asked()], ['too-old', 'too-old']);
  fakeNode('counted', says('24.0.0'));
  utimesSync(counted, 1, 1);
  assert.equal(await asked(), 'usable');
});

test('on Windows node.exe is looked for, between semicolons', async () => {
  const asked: string[] = [];
  const isExecutable = (file: string): boolean => asked.push(file) > 0 && file.startsWith('D:');
  const probe: NodeSurroundings['probe'] = (file) => Promise.resolve({ kind: 'usable', facts: { version: '22.0.0', architecture: 'x64', executable: file } });
  const chosen = await chooseNode('', { isElectron: true, own: 'Code.exe', platform: 'win32', searchPath: 'C:\\Windows;relative;D:\\nodejs', isExecutable, probe });
  assert.equal(chosen.node, 'D:\\nodejs\\node.exe');
  assert.deepEqual(asked, ['C:\\Windows\\node.exe', 'D:\\nodejs\\node.exe']);
});
