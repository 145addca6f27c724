import { readFile, stat } from 'node:fs/promises';
import type { MessageArgs } from '../protocol/messages';
import { parseSource, type ConfigSource } from './source';

/** Gives a file's text; the editor puts unsaved texts in front of the disk. Rejects as fs does. */
export type ReadText = (file: string) => Promise<string>;

/** Reads a file, again only when its size or time has changed. */
export const readFromDisk: ReadText = async (file) => {
  const { size, mtimeMs } = await stat(file);
  const cached = fromDisk.get(file);
  if (cached?.size === size && cached.mtimeMs === mtimeMs) return cached.text;
  const text = await readFile(file, 'utf8');
  if (fromDisk.size >= MOST_READ) fromDisk.clear();
  if (size <= SMALL) fromDisk.set(file, { size, mtimeMs, text });
  return text;
};

const fromDisk = new Map<string, { readonly size: number; readonly mtimeMs: number; readonly text: string }>();
const MOST_READ = 20_000;
/** Bytes; task files are far smaller. */
const SMALL = 64 * 1024;

export type ReadSource =
  | { readonly kind: 'read'; readonly source: ConfigSource }
  | { readonly kind: 'failed'; readonly code: 'missing-file' | 'unreadable-file'; readonly args: MessageArgs };

/** Texts seen last, so that a check while typing parses only what changed. */
const parsed = new Map<string, ConfigSource>();
const MOST_KEPT = 2000;

/** Reads and parses a YAML file; an unchanged text is parsed once. */
export async function readSource(file: string, read: ReadText): Promise<ReadSource> {
  let text: string;
  try {
    text = await read(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'failed', code: 'missing-file', args: { path: file } };
    return { kind: 'failed', code: 'unreadable-file', args: { path: file, detail: error instanceof Error ? error.message : String(error) } };
  }
  const known = parsed.get(file);
  if (known?.text === text) return { kind: 'read', source: known };
  if (parsed.size >= MOST_KEPT) parsed.clear();
  const source = parseSource(text, file);
  parsed.set(file, source);
  return { kind: 'read', source };
}
