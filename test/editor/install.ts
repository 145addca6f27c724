/**
 * Installs a browser VS Code (code-server, from npm) and the Node it runs on into `.editor/`, once.
 * Needs the npm registry, and g++, make and python3 for four small native modules; about a minute.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const codeServer = '4.139.1';
const nodeVersion = '24.21.0';
/** Modules that VS Code's server loads as soon as it starts, without a binary in their package. */
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher'];

export type Installation = { readonly node: string; readonly entry: string };

/** `ASSAY_EDITOR` names an installation made earlier, in a folder outside the repository. */
export function installEditor(): Installation {
  const folder = process.env['ASSAY_EDITOR'] ?? path.resolve(__dirname, '../../.editor');
  const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const nodeFolder = path.join(folder, 'node_modules', nodePackage);
  const installation: Installation = {
    node: path.join(nodeFolder, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
  const ready = path.join(folder, 'node_modules/.ready');
  if (existsSync(ready) || (process.env['ASSAY_EDITOR'] && existsSync(installation.entry))) return installation;

  process.stderr.write(`Installing VS Code for the browser (code-server ${codeServer}) into ${folder}\n`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(folder, 'package.json'))) writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  // The packages' own install steps want to download; what they would build is built below, against Node 24.
  npm(folder, ['install', '--ignore-scripts', `${nodePackage}@${nodeVersion}`, `code-server@${codeServer}`]);
  const server = path.join(folder, 'node_modules/code-server/lib/vscode');
  const withNode24 = { PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`, npm_config_nodedir: nodeFolder };
  npm(server, ['install', '--omit=dev', '--ignore-scripts'], withNode24);
  npm(server, ['rebuild', ...nativeModules], withNode24);
  writeFileSync(ready, `${codeServer}\n`);
  return installation;
}

function npm(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', [...args, ...quiet], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
}

if (require.main === module) installEditor();
