/** The tasks that come with Assay, as files of a folder that is on no disk: what reads task files reads them too. */
import path from 'node:path';
import type { ReadText } from '../config/text-files';
import { ReadFailure } from '../files/read-limited';
import { builtIns } from '../task/builtin/built-ins';
import type { HeadedFile, TaskFolder } from './task-folder';
import { taskHeader } from './task-header';

/** Nothing below it is ever read from disk. */
const ROOT = path.resolve(path.sep, 'assay built-in tasks');

export function isBuiltIn(file: string | null): boolean {
  return file?.startsWith(ROOT + path.sep) === true;
}

const files = new Map([...builtIns].map(([name, { folder, text }]) => [path.join(ROOT, ...folder.split('/'), `${name}.yaml`), text]));

/** `read` for whatever is on disk. */
export function withBuiltIns(read: ReadText): ReadText {
  return Object.assign(
    (file: string): Promise<string> => {
      if (!isBuiltIn(file)) return read(file);
      const text = files.get(file);
      return text === undefined ? Promise.reject(missing(file)) : Promise.resolve(text);
    },
    {
      version: (file: string) => (isBuiltIn(file) ? Promise.resolve('built in') : (read.version?.(file) ?? Promise.resolve(null))),
      ...(read.disk !== undefined && { disk: read.disk }),
    },
  );
}

function missing(file: string): ReadFailure {
  return new ReadFailure(file, 'missing', 0, undefined);
}

let known: Promise<TaskFolder> | null = null;

/** Read once. */
export function builtInFolder(): Promise<TaskFolder> {
  known ??= headed();
  return known;
}

async function headed(): Promise<TaskFolder> {
  const read = withBuiltIns((file) => Promise.reject(missing(file)));
  const found = await Promise.all([...files.keys()].map(async (file): Promise<HeadedFile> => ({ file, ...(await taskHeader(file, read)) })));
  return { files: found, failures: [] };
}
