/**
 * `npm start`: builds, and opens the example workspace in VS Code with the extension loaded: `code` where it is on
 * the PATH, else the browser VS Code from npm. Stays until Ctrl-C, which leaves nothing running.
 * ASSAY_NO_BROWSER=1 takes the browser VS Code and only prints its address.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isExecutable } from '../../src/processes/node-chooser';
import { startCodeServer } from './code-server';
import { installEditor } from './install';

const repository = path.resolve(__dirname, '../..');
const examples = path.join(repository, 'examples');
const firstFile = path.join(examples, 'language-basics.eval.yaml');
const showBrowser = process.env['ASSAY_NO_BROWSER'] !== '1';

async function main(): Promise<void> {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: repository, stdio: 'inherit' });
  const code = showBrowser ? onPath('code') : null;
  if (code) openDesktop(code);
  else await openInBrowser();
}

function openDesktop(code: string): void {
  const child = spawn(code, ['--wait', '--new-window', `--extensionDevelopmentPath=${repository}`, examples, firstFile], { stdio: 'inherit' });
  console.log('VS Code opens on the example workspace. Press Ctrl-C here when you are done.');
  child.once('exit', (status) => process.exit(status ?? 0));
}

async function openInBrowser(): Promise<void> {
  const installation = installEditor();
  const root = mkdtempSync(path.join(tmpdir(), 'assay-start-'));
  const extensions = path.join(root, 'extensions');
  mkdirSync(extensions);
  symlinkSync(repository, path.join(extensions, 'assay.assay-0.1.0'), 'dir');
  const server = await startCodeServer(installation, { data: path.join(root, 'data'), extensions, settings: {}, trust: true, development: false });
  const payload = JSON.stringify([['skipWelcome', 'true'], ['openFile', `vscode-remote://localhost:${server.port}${firstFile}`]]);
  const address = `http://localhost:${server.port}/?folder=${encodeURI(examples)}&payload=${encodeURIComponent(payload)}`;
  const browser = showBrowser ? openBrowser(address, root) : null;
  console.log(`\nAssay is open at\n\n  ${address}\n\nClick "Run" above a task. Ctrl-C ends.`);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    browser?.kill();
    await server.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

/** The person's own browser where the desktop says which, else Chromium; nothing to open in is no error. */
function openBrowser(address: string, root: string): ChildProcess | null {
  const opener = process.platform === 'darwin' ? onPath('open') : process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? onPath('xdg-open') : null;
  const chromium = opener || !process.env['DISPLAY'] ? null : onPath('chromium');
  const command = opener ?? chromium;
  if (!command) return null;
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = command === chromium ? [`--user-data-dir=${path.join(root, 'browser')}`, '--no-first-run', ...asRoot, address] : [address];
  return spawn(command, args, { stdio: 'ignore' }).once('error', () => undefined);
}

function onPath(name: string): string | null {
  const candidates = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

main().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exit(1);
});
