/** Splits of a folder whose card does not name them, by the names of folders and files: the rules of `datasets` 5. */

const KEYWORDS: readonly (readonly [split: string, words: string])[] = [
  ['train', 'train|training'],
  ['validation', 'validation|valid|dev|val'],
  ['test', 'test|testing|eval|evaluation'],
];
const SHARD = /^data\/(\w+(?:\.\w+)*)-[0-9]{5}-of-[0-9]{5}[^/]*\.[^/]*$/;

/** Split -> paths. The first rule that matches any file decides for all; files it does not match are left out. */
export function defaultSplits(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const shards = group(paths, (path) => SHARD.exec(path)?.[1] ?? null);
  if (shards.size > 0) return new Map([...shards].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
  const byFolder = keyworded(paths, (words) => new RegExp(`(?:^|/)(?:[^/]*[-._ 0-9])?(?:${words})(?:[-._ 0-9][^/]*)?/`));
  if (byFolder.size > 0) return byFolder;
  const byName = keyworded(paths, (words) => new RegExp(`(?:^|/)(?:[^/]*[-._ 0-9])?(?:${words})[-._ 0-9][^/]*$`));
  if (byName.size > 0) return byName;
  return new Map([['train', [...paths]]]);
}

function keyworded(paths: readonly string[], pattern: (words: string) => RegExp): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  for (const [split, words] of KEYWORDS) {
    const matcher = pattern(words);
    const matched = paths.filter((path) => matcher.test(path));
    if (matched.length > 0) splits.set(split, matched);
  }
  return splits;
}

function group(paths: readonly string[], splitOf: (path: string) => string | null): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  for (const path of paths) {
    const split = splitOf(path);
    if (split === null) continue;
    const files = splits.get(split);
    if (files === undefined) splits.set(split, [path]);
    else files.push(path);
  }
  return splits;
}

function rank(split: string): number {
  const place = KEYWORDS.findIndex(([name]) => name === split);
  return place === -1 ? KEYWORDS.length : place;
}
