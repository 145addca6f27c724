/** What `datasets` has prepared of a data set: Arrow files, with a description of their splits beside them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetSource } from '../config/definition';
import { MOST, ReadFailure, readTextLimited } from '../files/read-limited';
import { AssayError } from '../protocol/errors';
import { unknownConfig } from './folder-layout';
import type { HeldLayout } from './hub-layout';
import { NO_FEATURES, type SplitFiles } from './split-files';

const INFO = 'dataset_info.json';

type Prepared = { readonly folder: string; readonly config: string; readonly hash: string; readonly time: number };

/** `commit`: of the hub's cache, which says which of several is meant; else the newest. null: nothing is here. Rejects with an AssayError: missing-data-config, unknown-data-config. */
export async function arrowCacheLayout(source: DatasetSource, cache: string, id: string, commit: string | null): Promise<HeldLayout | null> {
  const folder = join(cache, folderName(id));
  const prepared = foldersIn(folder).flatMap((config) => foldersIn(join(folder, config)).flatMap((version) => preparedIn(join(folder, config, version), config)));
  const names = [...new Set(prepared.map(({ config }) => config))].sort();
  if (names.length === 0) return null;
  const name = source.name ?? (names.includes('default') ? 'default' : names.length === 1 ? (names[0] ?? '') : null);
  if (name === null) throw new AssayError('missing-data-config', { path: source.path, names: names.join(', ') }, { file: folder });
  if (!names.includes(name)) {
    // More configs than were prepared here may exist.
    if (commit === null) return null;
    throw unknownConfig(source.path, name, names, folder);
  }
  const own = prepared.filter(({ config }) => config === name).sort((a, b) => Number(b.hash === commit) - Number(a.hash === commit) || b.time - a.time);
  for (const { folder: place } of own) {
    const held = await splitsOf(source, place, name);
    if (held !== null) return held;
  }
  return null;
}

async function splitsOf(source: DatasetSource, folder: string, config: string): Promise<HeldLayout | null> {
  const info = await infoOf(join(folder, INFO));
  if (info === null || info['config_name'] !== config) return null;
  const { splits: listed, dataset_name: name, builder_name: builder } = info;
  if (typeof listed !== 'object' || listed === null) return null;
  const splits = new Map<string, SplitFiles>();
  const missing = new Map<string, string>();
  for (const [split, described] of Object.entries(listed as Readonly<Record<string, unknown>>)) {
    const stems = [name, builder].filter(isStem).map((stem) => join(folder, `${stem}-${split}`));
    if (!isStem(split) || stems.length === 0) return null;
    const candidates = stems.map((stem) => shardsOf(stem, described));
    const files = candidates.find((own) => own.every((file) => existsSync(file))) ?? candidates[0] ?? [];
    splits.set(split, { files, patterns: [] });
    const absent = files.find((file) => !existsSync(file));
    if (absent !== undefined) missing.set(split, absent);
  }
  return { layout: { builder: 'arrow', splits, options: source.kwargs, isFound: true, features: NO_FEATURES }, missing, isWhole: true };
}

/** One file, or as many as `shard_lengths` counts. */
function shardsOf(stem: string, described: unknown): readonly string[] {
  const lengths = typeof described === 'object' && described !== null ? (described as { readonly shard_lengths?: unknown }).shard_lengths : null;
  const count = Array.isArray(lengths) ? lengths.length : 0;
  if (count <= 1) return [`${stem}.arrow`];
  const number = (value: number): string => String(value).padStart(5, '0');
  return Array.from({ length: count }, (_, shard) => `${stem}-${number(shard)}-of-${number(count)}.arrow`);
}

function preparedIn(folder: string, config: string): Prepared[] {
  return foldersIn(folder).flatMap((hash) => {
    const place = join(folder, hash);
    const info = statSync(join(place, INFO), { throwIfNoEntry: false });
    return info === undefined || hash.endsWith('.incomplete') ? [] : [{ folder: place, config, hash, time: info.mtimeMs }];
  });
}

/** `owner___name`, the name in snake case. */
function folderName(id: string): string {
  const [owner, name] = id.includes('/') ? id.split('/') : [null, id];
  const snake = (name ?? '').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return owner === null ? snake : `${owner}___${snake}`;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function isStem(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/[\\/\0]/.test(value);
}

async function infoOf(file: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const value: unknown = JSON.parse(await readTextLimited(file, MOST.json));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch (error) {
    if (error instanceof ReadFailure || error instanceof SyntaxError) return null;
    throw error;
  }
}
