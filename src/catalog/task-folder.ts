/** What lies below one folder of task files: each file with the names it says, as on disk or open with changes. */
import { type ReadText, readFromDiskSync } from '../config/text-files';
import { filesBelow, pause, type SeenFile, seenFile } from '../files/files-below';
import { SearchTooLarge } from '../files/path-pattern';
import { Believed, type Visit } from './believed';
import { memoryPlace, NameMemory, type Names } from './name-memory';
import { namesIn, type ReadHeader, taskHeader, taskHeaderSync } from './task-header';

/** `header` null: it says no name, or cannot be read. */
export type HeadedFile = ReadHeader & { readonly file: string };

export type IndexFailure = { readonly path: string; readonly detail: string; readonly isMissing: boolean };

/** Files by path. The same object again means that nothing has changed. */
export type TaskFolder = { readonly files: readonly HeadedFile[]; readonly failures: readonly IndexFailure[] };

const SKIPPED = new Set(['__pycache__', '.ipynb_checkpoints', 'node_modules', '.git', '.assay']);
/** Files that are read at a time. */
const AT_ONCE = 64;

const onDisk = new Believed<TaskFolder>();

/** `most`: entries that are looked at. Never rejects: what cannot be looked at is among the failures. */
export async function taskFolder(folder: string, read: ReadText, most: number): Promise<TaskFolder> {
  if (read.disk === undefined) return look(folder, most, (files) => headed(files.map(({ file }) => file), read));
  const { open, revision } = read.disk;
  const found = await onDisk.get(JSON.stringify([folder, most]), revision, (visit) => lookOnDisk(folder, most, visit));
  return withOpen(found, open, read);
}

/** Looks at one folder come one after the other: two at a time would read everything twice. */
const looking = new Map<string, Promise<TaskFolder>>();
const memories = new Map<string, NameMemory>();
const MOST_MEMORIES = 8;

async function lookOnDisk(folder: string, most: number, visit: Visit): Promise<TaskFolder> {
  while (looking.has(folder)) await looking.get(folder);
  const done = look(folder, most, (files) => headedOnDisk(folder, files), visit);
  looking.set(folder, done);
  return done.finally(() => looking.get(folder) === done && looking.delete(folder));
}

/** What is kept in this process and beside it is not believed again. */
export function forgetNames(): void {
  for (const memory of memories.values()) memory.forget();
  onDisk.clear();
}

/** Files as they lie there: what is known of them in their present state is not read again. */
async function headedOnDisk(folder: string, files: readonly SeenFile[]): Promise<Read[]> {
  const memory = memories.get(folder) ?? new NameMemory(memoryPlace(folder));
  memories.delete(folder);
  memories.set(folder, memory);
  for (const [oldest] of [...memories].slice(0, -MOST_MEMORIES)) memories.delete(oldest);
  const seen = new Map<string, Names | null>();
  const namesOf = (found: SeenFile): Names => {
    const known = memory.get(found);
    if (known !== null) return known;
    const names = namesIn(readFromDiskSync(found.file), found.file);
    memory.set(found, names, Date.now());
    return names;
  };
  const included = (file: string): Names | null => {
    const known = seen.get(file);
    if (known !== undefined) return known;
    const names = namesOrNull(file, namesOf);
    seen.set(file, names);
    return names;
  };
  const found: Read[] = [];
  for (const [index, one] of files.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await pause();
    found.push(headedAtOnce(one.file, (file) => (file === one.file ? namesOf(one) : included(file))));
  }
  memory.ended();
  return found;
}

function namesOrNull(file: string, namesOf: (found: SeenFile) => Names): Names | null {
  const found = seenFile(file);
  try {
    return found === null ? null : namesOf(found);
  } catch {
    return null;
  }
}

function headedAtOnce(file: string, namesOf: (file: string) => Names | null): Read {
  try {
    return { file, ...taskHeaderSync(file, namesOf) };
  } catch (error) {
    return { file, header: null, reads: [file], failure: messageOf(error) };
  }
}

/** The files that read an open one once more, with its text as it is now. */
async function withOpen(found: TaskFolder, open: ReadonlySet<string>, read: ReadText): Promise<TaskFolder> {
  if (open.size === 0) return found;
  const concerned = found.files.filter(({ reads }) => reads.some((file) => open.has(file)));
  const again = new Map((await headed(concerned.map(({ file }) => file), read)).map((result) => [result.file, result]));
  const isNew = ({ file, header }: HeadedFile): boolean => JSON.stringify(again.get(file)?.header) !== JSON.stringify(header);
  const failed = (file: string): boolean => found.failures.some((failure) => failure.path === file);
  if (concerned.every((one) => !isNew(one) && !failed(one.file))) return found;
  const failures = [...found.failures.filter((failure) => !again.has(failure.path)), ...failuresOf([...again.values()])];
  return { files: found.files.map((one) => again.get(one.file) ?? one), failures };
}

async function look(folder: string, most: number, headedOf: (files: readonly SeenFile[]) => Promise<Read[]>, visit?: Visit): Promise<TaskFolder> {
  try {
    const files = await headedOf(await filesBelow(folder, { ending: '.yaml', skipped: SKIPPED, most, ...(visit && { visit }) }));
    return { files, failures: failuresOf(files) };
  } catch (error) {
    const isMissing = !(error instanceof SearchTooLarge);
    return { files: [], failures: [{ path: folder, detail: isMissing ? 'the folder is not there' : messageOf(error), isMissing }] };
  }
}

type Read = HeadedFile & { readonly failure?: string };

async function headed(files: readonly string[], read: ReadText): Promise<Read[]> {
  const found: Read[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) found.push(...(await Promise.all(files.slice(at, at + AT_ONCE).map((file) => headedFile(file, read)))));
  return found;
}

async function headedFile(file: string, read: ReadText): Promise<Read> {
  try {
    return { file, ...(await taskHeader(file, read)) };
  } catch (error) {
    return { file, header: null, reads: [file], failure: messageOf(error) };
  }
}

function failuresOf(files: readonly Read[]): IndexFailure[] {
  return files.flatMap(({ file, failure }) => (failure === undefined ? [] : [{ path: file, detail: failure, isMissing: false }]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
