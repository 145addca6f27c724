import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isPattern, namePattern, naturalOrder } from './patterns';

const MAX_DEPTH = 12;

/** Folders that match an absolute pattern of `*`, `?`, `[…]` and `**`, in natural order. Hidden folders only where the pattern names them. */
export async function globFolders(pattern: string): Promise<string[]> {
  const { root } = path.parse(pattern);
  const segments = pattern.slice(root.length).split(/[\\/]+/).filter((segment) => segment !== '');
  const found = new Set(await walk(root, segments, 0));
  return [...found].sort(naturalOrder);
}

async function walk(folder: string, segments: readonly string[], depth: number): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [folder];
  if (!isPattern(segment)) {
    const next = path.join(folder, segment);
    return (await isFolder(next)) ? walk(next, rest, depth) : [];
  }
  const names = await foldersIn(folder);
  if (segment === '**') {
    const deeper = depth < MAX_DEPTH ? await all(names, (name) => walk(path.join(folder, name), segments, depth + 1)) : [];
    return [...(await walk(folder, rest, depth)), ...deeper];
  }
  const matches = namePattern(segment);
  const fitting = (segment.startsWith('.') ? await foldersIn(folder, true) : names).filter((name) => matches.test(name));
  return all(fitting, (name) => walk(path.join(folder, name), rest, depth));
}

async function all(names: readonly string[], each: (name: string) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(names.map(each))).flat();
}

async function foldersIn(folder: string, hidden = false): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const kept = entries.filter((entry) => (hidden || !entry.name.startsWith('.')) && entry.name !== 'node_modules');
    const folders = await Promise.all(kept.map(async (entry) => entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path.join(folder, entry.name))))));
    return kept.filter((_, index) => folders[index] === true).map(({ name }) => name);
  } catch {
    return [];
  }
}

async function isFolder(candidate: string): Promise<boolean> {
  return stat(candidate).then((found) => found.isDirectory(), () => false);
}
