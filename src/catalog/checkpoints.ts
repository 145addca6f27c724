import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { findCheckpoints } from '../checkpoint/find';
import { looksLikeCheckpoint } from '../checkpoint/presence';
import type { CheckpointEntry, ServedCheckpoint } from '../config/definition';
import { hint } from '../config/suggest';
import { isPattern } from '../files/name-pattern';
import { expandPattern, SearchTooLarge } from '../files/path-pattern';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Visit } from './believed';
import { checkpointNames } from './checkpoint-names';

/** A checkpoint a config names; it need not be sound. `configPath` is '' for one found in the workspace. */
export type ResolvedCheckpoint =
  | { readonly kind: 'local'; readonly name: string; readonly path: string; /** Folder of another tokenizer than its own. */ readonly tokenizer: string | null; readonly configPath: string }
  | (ServedCheckpoint & { readonly kind: 'endpoint'; readonly name: string; readonly configPath: string });

/** An entry that names no checkpoint, or a name twice. */
export type CheckpointFailure = { readonly configPath: string; readonly path: string; readonly code: MessageCode; readonly args: MessageArgs };

export type ResolvedCheckpoints = { readonly checkpoints: readonly ResolvedCheckpoint[]; readonly failures: readonly CheckpointFailure[] };

type Found = { readonly entry: CheckpointEntry | null; readonly name: string | null; readonly path: string };

/** Checkpoints in the order of the entries; a pattern's in natural order, without what is no checkpoint. No entries: all of the workspace. `visit` is told the folders that decide it. */
export async function resolveCheckpoints(entries: readonly CheckpointEntry[], workspace: string, visit: Visit = () => Promise.resolve()): Promise<ResolvedCheckpoints> {
  const failures: CheckpointFailure[] = [];
  const found: Found[] = [];
  const seen = new Set<string>();
  const add = async (checkpoint: Found): Promise<void> => {
    const { entry } = checkpoint;
    const place = entry?.kind === 'endpoint' ? [checkpoint.path, entry.model, entry.tokenizer] : [await realpath(checkpoint.path).catch(() => checkpoint.path), entry?.tokenizer ?? null];
    const key = JSON.stringify(place);
    // A folder that an entry names and a pattern matches too is evaluated once.
    if (!seen.has(key)) found.push(checkpoint);
    seen.add(key);
  };
  if (entries.length === 0) for (const folder of await findCheckpoints(workspace, { visit })) await add({ entry: null, name: null, path: folder });
  for (const entry of entries) {
    if (entry.kind === 'endpoint') {
      await add({ entry, name: entry.name ?? entry.model, path: entry.endpoint });
      continue;
    }
    const folders = await foldersOf(entry.pattern, visit);
    if (folders instanceof SearchTooLarge) {
      failures.push({ configPath: entry.configPath, path: entry.pattern, code: 'wrong-value', args: { key: 'checkpoints', detail: `${folders.message}; name a folder further down.` } });
      continue;
    }
    if (folders === null || folders.length === 0) {
      failures.push({ configPath: entry.configPath, path: entry.pattern, code: 'unknown-checkpoint', args: { path: entry.pattern, hint: await nearby(entry.pattern, visit) } });
      continue;
    }
    if (entry.name !== null && folders.length > 1) {
      const detail = `one name cannot be given to the ${folders.length} checkpoints of a pattern.`;
      failures.push({ configPath: entry.configPath, path: entry.pattern, code: 'wrong-value', args: { key: 'name', detail } });
    }
    for (const folder of folders) await add({ entry, name: folders.length === 1 ? entry.name : null, path: folder });
  }
  return named(found, failures);
}

function named(found: readonly Found[], failures: CheckpointFailure[]): ResolvedCheckpoints {
  const names = checkpointNames(found);
  const checkpoints = found.map(({ entry, path: folder }, index): ResolvedCheckpoint => {
    const name = names[index] ?? folder;
    const configPath = entry?.configPath ?? '';
    return entry?.kind === 'endpoint'
      ? { ...entry, name }
      : { kind: 'local', name, path: folder, tokenizer: entry?.tokenizer ?? null, configPath };
  });
  const distinct = checkpoints.filter(({ name, configPath }, index) => {
    const first = names.indexOf(name) === index;
    if (!first) failures.push({ configPath, path: found[index]?.path ?? '', code: 'duplicate-name', args: { name } });
    return first;
  });
  return { checkpoints: distinct, failures };
}

/** Folders of an entry; null for a path that is no checkpoint. A folder that is really called `run[1]` is no pattern. */
async function foldersOf(pattern: string, visit: Visit): Promise<string[] | SearchTooLarge | null> {
  await visit(pattern);
  if (looksLikeCheckpoint(pattern, 'any')) return [pattern];
  if (!isPattern(pattern)) return null;
  try {
    const folders = await expandPattern(pattern, { kind: 'folders', visit });
    for (const folder of folders) await visit(folder);
    return folders.filter((folder) => looksLikeCheckpoint(folder));
  } catch (error) {
    if (error instanceof SearchTooLarge) return error;
    throw error;
  }
}

/** What may have been meant by a path that is no checkpoint. */
async function nearby(pattern: string, visit: Visit): Promise<string> {
  if (isPattern(pattern)) return ' The pattern matches no checkpoint.';
  const names = await foldersIn(pattern, visit);
  const inside = names.filter((name) => looksLikeCheckpoint(path.join(pattern, name)));
  if (inside.length > 0) return ` It holds ${inside.length === 1 ? `one: ${inside[0] ?? ''}` : `${inside.length}: write ${path.basename(pattern)}/*`}.`;
  const parent = path.dirname(pattern);
  const beside = (await foldersIn(parent, visit)).filter((name) => looksLikeCheckpoint(path.join(parent, name)));
  const meant = hint(path.basename(pattern), beside);
  if (meant !== '') return meant;
  const exists = await stat(pattern).catch(() => null);
  if (exists === null) return ' The folder does not exist.';
  return exists.isDirectory() ? ' The folder holds neither config.json nor weights.' : ' It is a file; name the folder that holds config.json.';
}

async function foldersIn(folder: string, visit: Visit): Promise<string[]> {
  await visit(folder);
  return readdir(folder, { withFileTypes: true }).then(
    (entries) => entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name),
    () => [],
  );
}
