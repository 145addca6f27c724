import { homedir } from 'node:os';
import path from 'node:path';

/** Where Assay keeps what it may lose: `ASSAY_CACHE`, else the person's cache folder by the habits of the system. null: there is none. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string | null {
  const own = environment['ASSAY_CACHE'];
  if (own !== undefined && own !== '') return path.resolve(own);
  const named = environment[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME'];
  // A relative path means nothing here (XDG base directory specification).
  if (platform !== 'darwin' && named !== undefined && path.isAbsolute(named)) return path.join(named, 'assay');
  const home = homeFolder();
  if (home === null) return null;
  const habits: Partial<Record<NodeJS.Platform, readonly string[]>> = { win32: ['AppData', 'Local'], darwin: ['Library', 'Caches'] };
  return path.join(home, ...(habits[platform] ?? ['.cache']), 'assay');
}

/** A process may have neither HOME nor an entry among the users. */
function homeFolder(): string | null {
  try {
    return path.isAbsolute(homedir()) ? homedir() : null;
  } catch {
    return null;
  }
}
