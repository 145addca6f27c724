import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/**
 * The Node that computes: the setting, else, inside Electron, the first on the PATH (Electron's own
 * allocator ends the process where one weight needs gigabytes). undefined: the one this host runs on.
 */
export function chooseNode(setting: string, isElectron: boolean, searchPath: string): string | undefined {
  if (setting !== '') return setting;
  if (!isElectron) return undefined;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

/** Whether the file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
