/** File patterns as fsspec expands them: `*`, `?`, `[…]` inside a name, `**` over folders. Results in sorted order. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Files an absolute pattern stands for; a name that exists as it is stands for itself. Hidden files only where the pattern names them. */
export async function expand(pattern: string): Promise<string[]> {
  if (existsSync(pattern) || !/[*?[]/.test(pattern)) return [pattern];
  const parts = pattern.split(/[/\\]/);
  const fixed = parts.findIndex((part) => /[*?[]/.test(part));
  const root = parts.slice(0, fixed).join(sep) || sep;
  const matcher = patternRegExp(parts.slice(fixed).join('/'));
  const depth = parts.includes('**') ? Infinity : parts.length - fixed;
  const found = await filesBelow(root, depth, parts.slice(fixed).some((part) => part.startsWith('.')));
  return found.filter((path) => matcher.test(path)).map((path) => join(root, path));
}

/** Paths below a folder with `/` between names, sorted; without hidden ones and folders that begin with `__` unless asked for. */
export async function filesBelow(root: string, depth = Infinity, hidden = false): Promise<string[]> {
  const found: string[] = [];
  const visit = async (below: string, level: number): Promise<void> => {
    const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!hidden && (entry.name.startsWith('.') || entry.name.startsWith('__'))) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (level < depth) await visit(path, level + 1);
      } else found.push(path);
    }
  };
  await visit('', 1);
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function patternRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\[!?[^\]]*\]|[\\^$.|+(){}]/g, (mark) => {
    if (mark === '**/') return '(?:.*/)?';
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    if (mark === '?') return '[^/]';
    if (mark.length > 1) return mark.replace(/^\[!/, '[^');
    return `\\${mark}`;
  });
  return new RegExp(`^${source}$`, 's');
}
