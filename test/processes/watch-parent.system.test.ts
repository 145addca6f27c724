import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildSync } from 'esbuild';
import { isRunning, until } from '../run/running-assay';

const folder = mkdtempSync(join(tmpdir(), 'assay-watch-parent-'));
after(() => rmSync(folder, { recursive: true }));

test('a process that never comes to its events again dies with its parent', { skip: process.platform === 'win32' }, async () => {
  const built = join(folder, 'watch-parent.cjs');
  buildSync({ entryPoints: [join(__dirname, '../../src/processes/watch-parent.ts')], outfile: built, bundle: true, platform: 'node', format: 'cjs' });
  const child = `require(${JSON.stringify(built)}).watchParent(); setImmediate(() => { console.log(process.pid); for (;;); })`;
  const parent = spawn(process.execPath, ['-e', `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'inherit', 'ignore'] })`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  assert.ok(isRunning(pid));
  parent.kill('SIGKILL');
  try {
    await until('its end', () => !isRunning(pid));
  } finally {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
});
