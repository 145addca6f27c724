/**
 * Names that task files say, by file and state: kept in this process and, for a folder of many files, in the person's cache folder. Losing it costs time,
 * nothing else; what is damaged in it is read again from the task files.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { cacheFolder } from '../files/cache-folder';
import type { SeenFile } from '../files/files-below';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { writeWhole } from '../files/write-whole';

/** What a file says under the keys that name it: a text, texts, or something else (null). */
export type Names = ReadonlyMap<string, NameValue>;
export type NameValue = string | readonly string[] | null;

/** A file that says nothing else is written in a moment; fewer files are read as fast as remembered. */
const LEAST_FILES = 500;
/** File systems keep times to within this: a younger file may still be written to without its times changing. */
const YOUNG_MS = 2_000;
const VERSION = 1;

type Known = { readonly stamp: string; readonly names: Names };

export class NameMemory {
  private known: Map<string, Known>;
  /** Files of the last look; null: none has ended yet. */
  private used = new Map<string, Known>();
  private isChanged = false;

  /** `place`: the file it is kept in, null: in this process alone. */
  constructor(private readonly place: string | null) {
    this.known = place === null ? new Map() : read(place);
  }

  /** Null: not known as it is now. */
  get({ file, stamp }: SeenFile): Names | null {
    const known = this.used.get(file) ?? this.known.get(file);
    if (known?.stamp !== stamp) return null;
    this.used.set(file, known);
    return known.names;
  }

  /** `now` in milliseconds: a file that was changed a moment before is read again next time. */
  set({ file, stamp, changedMs }: SeenFile, names: Names, now: number): void {
    if (now - changedMs < YOUNG_MS) return;
    this.used.set(file, { stamp, names });
    this.isChanged = true;
  }

  /** What is known is read again from the task files. */
  forget(): void {
    this.known = new Map();
    this.write([]);
  }

  /** A look at the whole folder has ended: what it did not meet is forgotten, what is new is written down. A place that cannot be written to is passed over. */
  ended(): void {
    const isSmaller = this.known.size > this.used.size;
    this.known = this.used;
    this.used = new Map();
    if (this.known.size < LEAST_FILES || !(this.isChanged || isSmaller)) return;
    this.isChanged = false;
    this.write(chunks(this.known));
  }

  private write(text: Iterable<string>): void {
    try {
      if (this.place !== null) writeWhole(this.place, text);
    } catch {
      // A full disk or a home that cannot be written to: the next process reads the task files again.
    }
  }
}

/** Where the names of a folder's files are kept; null: there is no cache folder. */
export function memoryPlace(folder: string): string | null {
  const cache = cacheFolder();
  return cache === null ? null : path.join(cache, 'task-names', `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`);
}

function* chunks(known: ReadonlyMap<string, Known>): Generator<string> {
  yield `{"version":${VERSION},"files":[`;
  let isFirst = true;
  for (const [file, { stamp, names }] of known) {
    yield `${isFirst ? '' : ','}\n${JSON.stringify([file, stamp, Object.fromEntries(names)])}`;
    isFirst = false;
  }
  yield '\n]}\n';
}

/** Nothing where the file is missing, damaged or of another version; entries that are none are left out. */
function read(place: string): Map<string, Known> {
  let stored: unknown;
  try {
    stored = JSON.parse(readTextLimitedSync(place, MOST.json));
  } catch {
    return new Map();
  }
  if (typeof stored !== 'object' || stored === null || !('files' in stored) || !('version' in stored) || stored.version !== VERSION || !Array.isArray(stored.files)) return new Map();
  return new Map(stored.files.flatMap((entry: unknown) => entryOf(entry)));
}

function entryOf(entry: unknown): [string, Known][] {
  if (!Array.isArray(entry)) return [];
  const [file, stamp, said] = entry as readonly unknown[];
  if (typeof file !== 'string' || typeof stamp !== 'string' || typeof said !== 'object' || said === null) return [];
  const names = new Map<string, NameValue>();
  for (const [key, value] of Object.entries(said)) {
    if (!isNameValue(value)) return [];
    names.set(key, value);
  }
  return [[file, { stamp, names }]];
}

function isNameValue(value: unknown): value is NameValue {
  return value === null || typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
