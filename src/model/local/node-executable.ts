import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PROBE_MS = 5000;
const OLDEST_NODE = 20;

/**
 * The Node that runs a model process: the one asked for, else this one. Inside Electron a real Node from the PATH is better
 * (Electron's allocator ends the process where one weight needs gigabytes); without one Electron's binary does.
 */
export async function nodeExecutable(asked?: string): Promise<string> {
  if (asked !== undefined) return asked;
  if (!runsInElectron()) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, name);
    if (path.isAbsolute(folder) && (await isUsable(candidate))) return candidate;
  }
  return process.execPath;
}

export function runsInElectron(): boolean {
  return process.versions['electron'] !== undefined;
}

/** New enough, and of the architecture the engine's binary here was made for. */
async function isUsable(file: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(file, ['-p', 'process.versions.node + " " + process.arch'], {
      env: childEnvironment(),
      timeout: PROBE_MS,
    });
    const [version = '', architecture] = stdout.trim().split(' ');
    return Number.parseInt(version, 10) >= OLDEST_NODE && architecture === process.arch;
  } catch {
    return false;
  }
}

const KEPT = [
  'PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TMP', 'TEMP', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH',
  'USERPROFILE', 'SystemRoot', 'windir', 'LOCALAPPDATA',
];

/**
 * What a child may see of the environment. A debugged extension host carries NODE_OPTIONS with a debugger's loader, and a dozen
 * variables of the editor. ELECTRON_RUN_AS_NODE makes Electron's binary a Node, and means nothing to a real one.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
