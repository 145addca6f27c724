/** What lies below one folder of task files: each file with the names it says, as on disk or open with changes. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type ReadText, readFromDisk } from '../config/text-files';
import { entriesBelow, SearchTooLarge } from '../files/path-pattern';
import { Believed, type Visit } from './believed';
import { type ReadHeader, taskHeader } from './task-header';

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
  if (read.disk === undefined) return look(folder, read, most);
  const { open, revision } = read.disk;
  const found = await onDisk.get(JSON.stringify([folder, most]), revision, (visit) => look(folder, readFromDisk, most, visit));
  return withOpen(found, open, read);
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

async function look(folder: string, read: ReadText, most: number, visit?: Visit): Promise<TaskFolder> {
  try {
    const files = await headed(await taskFilesBelow(folder, most, visit), read);
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

/** All `.yaml` below a folder, sorted by path with `/`. Rejects where the folder is not there or holds too much. */
async function taskFilesBelow(folder: string, most: number, visit?: Visit): Promise<string[]> {
  await visit?.(folder);
  if (!(await stat(folder)).isDirectory()) throw new Error('it is no folder');
  const files = await entriesBelow(folder, { kind: 'files', most, ...(visit && { visit }) });
  return files.filter((file) => file.endsWith('.yaml') && !file.split('/').some((segment) => SKIPPED.has(segment))).map((file) => path.join(folder, file));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
