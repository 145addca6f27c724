import { stat } from 'node:fs/promises';
import { fileHint } from './near-file';
import { MOST, ReadFailure, readLimited, readLimitedSync } from '../files/read-limited';
import type { MessageArgs } from '../protocol/messages';
import { parseSource, type ConfigSource } from './source';

/** Gives a file's text; the editor puts unsaved texts in front of the disk. Rejects with a ReadFailure. */
export type ReadText = {
  (file: string): Promise<string>;
  /** Changes when the text does, so that an unchanged file is not read again; null: not known without reading. */
  readonly version?: (file: string) => Promise<string | null>;
  /** All files but the open ones are as on disk; the same `revision` as last time: and none of them was written over since. null: not known. */
  readonly disk?: { readonly open: ReadonlySet<string>; readonly revision: number | null };
};

type Version = { readonly size: number; readonly mtimeMs: number; readonly ino: number };

async function versionOnDisk(file: string): Promise<Version | null> {
  return stat(file).then(({ size, mtimeMs, ino }) => ({ size, mtimeMs, ino }), () => null);
}

function versionText(version: Version | null): string | null {
  return version === null ? null : `${version.size} ${version.mtimeMs} ${version.ino}`;
}

/** Reads a plain file of at most 1 MB, again only when its size or time has changed. */
export const readFromDisk: ReadText = Object.assign(
  async (file: string): Promise<string> => {
    const version = versionText(await versionOnDisk(file));
    const cached = fromDisk.get(file);
    if (cached !== undefined && cached.version === version) return cached.text;
    const text = decoded(await readLimited(file, MOST.yaml));
    if (fromDisk.size >= MOST_READ) fromDisk.clear();
    if (version !== null && text.length <= SMALL) fromDisk.set(file, { version, text });
    return text;
  },
  {
    version: async (file: string): Promise<string | null> => versionText(await versionOnDisk(file)),
    disk: { open: new Set<string>(), revision: null },
  },
);

/** As it is on disk, at once; for thousands of files, which one by one take ten times as long to wait for. Throws a ReadFailure, or an error that says it is no text. */
export function readFromDiskSync(file: string): string {
  return decoded(readLimitedSync(file, MOST.yaml));
}

/** Texts that are open with changes, before those on disk. `revision`: as in ReadText's `disk`. */
export function textsBefore(texts: Iterable<readonly [string, string]>, revision: number | null = null): ReadText {
  return withTexts(readFromDisk, new Map(texts), revision);
}

/** Other texts before what `read` gives. */
export function withTexts(read: ReadText, texts: ReadonlyMap<string, string>, revision = read.disk?.revision ?? null): ReadText {
  return Object.assign((file: string) => (texts.has(file) ? Promise.resolve(texts.get(file) ?? '') : read(file)), {
    version: (file: string) => (texts.has(file) ? Promise.resolve(null) : (read.version?.(file) ?? Promise.resolve(null))),
    ...(read.disk !== undefined && { disk: { open: new Set([...read.disk.open, ...texts.keys()]), revision } }),
  });
}

/** Made once: making one takes longer than reading a small file. */
const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

/** As PyYAML decodes a file: by its byte order mark, else UTF-8; anything else is refused. */
function decoded(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    let decoder = decoders.get(encoding);
    if (decoder === undefined) decoders.set(encoding, (decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })));
    return decoder.decode(bytes);
  } catch {
    throw new NotText(encoding);
  }
}

class NotText extends Error {
  constructor(encoding: string) {
    super(`it is no ${encoding.toUpperCase()} text`);
  }
}

const fromDisk = new Map<string, { readonly version: string; readonly text: string }>();
const MOST_READ = 20_000;
/** UTF-16 units; task files are far smaller. */
const SMALL = 64 * 1024;

/** Why a file's text is not there. */
export type Unread = { readonly code: 'missing-file' | 'unreadable-file'; readonly args: MessageArgs };

export type ReadSource = { readonly kind: 'read'; readonly source: ConfigSource } | ({ readonly kind: 'failed' } & Unread);

/** What reading `path` failed with. */
export function unread(path: string, error: unknown): Unread {
  const isMissing = error instanceof ReadFailure ? error.reason === 'missing' : error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  if (isMissing) return { code: 'missing-file', args: { path } };
  return { code: 'unreadable-file', args: { path, detail: error instanceof Error ? error.message : String(error) } };
}

/** Reads and parses a YAML file; an unchanged text is parsed once. */
export async function readSource(file: string, read: ReadText): Promise<ReadSource> {
  try {
    return { kind: 'read', source: parseSource(await read(file), file) };
  } catch (error) {
    const { code, args } = unread(file, error);
    return { kind: 'failed', code, args: code === 'missing-file' ? { ...args, hint: await fileHint(file) } : args };
  }
}
