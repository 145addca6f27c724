/** lock.json in a run's folder: who works on it. Made exclusively; the lock of a process that is gone is taken over. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, renameSync, rmSync, statSync, unlinkSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { openNew, writeFully } from '../files/write-whole';
import { AssayError } from '../protocol/errors';
import { isAlive, thisWorker, type Worker } from './worker';

export const LOCK_FILE = 'lock.json';

/** `since`: when the lock was taken, ISO 8601. */
export type LockHolder = Worker & { readonly since: string };

/** A process of another machine cannot be asked; its lock is touched while it lives. */
const TOUCHED_EVERY_MS = 30_000;
const FOREIGN_SILENCE_MS = 150_000;

export type LockPorts = { readonly worker: () => Worker; readonly isAlive: (worker: Worker) => boolean; readonly host: () => string; readonly now: () => number };

const SYSTEM: LockPorts = { worker: thisWorker, isAlive, host: hostname, now: Date.now };

export class RunLock {
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(private readonly file: string) {
    this.heartbeat = setInterval(() => this.touch(), TOUCHED_EVERY_MS).unref();
  }

  /** Throws AssayError `run-active` where somebody works on the run, `cannot-write` where no lock can be made. */
  static take(folder: string, ports: LockPorts = SYSTEM): RunLock {
    const file = join(folder, LOCK_FILE);
    const own = join(folder, `${LOCK_FILE}.${randomBytes(6).toString('hex')}`);
    try {
      const holder: LockHolder = { ...ports.worker(), since: new Date(ports.now()).toISOString() };
      const descriptor = openNew(own);
      try {
        writeFully(descriptor, Buffer.from(`${JSON.stringify(holder, null, 2)}\n`));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      for (;;) {
        if (isLinked(own, file)) return new RunLock(file);
        const current = holderOf(folder, ports);
        if (current !== null) throw active(folder, current);
        putAside(file, ports);
      }
    } catch (error) {
      if (error instanceof AssayError) throw error;
      throw new AssayError('cannot-write', { path: file, detail: (error as Error).message }, { file }, { cause: error });
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** The lock moved with its folder. */
  movedTo(folder: string): RunLock {
    clearInterval(this.heartbeat);
    return new RunLock(join(folder, LOCK_FILE));
  }

  release(): void {
    clearInterval(this.heartbeat);
    rmSync(this.file, { force: true });
  }

  private touch(): void {
    try {
      const now = new Date();
      utimesSync(this.file, now, now);
    } catch {
      // The folder is gone; who notices is the journal.
    }
  }
}

/** Who works on a run; null where nobody does: no lock, or one of a process that is gone. */
export function holderOf(folder: string, ports: LockPorts = SYSTEM): LockHolder | null {
  const file = join(folder, LOCK_FILE);
  const holder = readLock(file);
  if (holder === null) return null;
  if (holder.host !== ports.host()) {
    const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return ports.now() - touched < FOREIGN_SILENCE_MS ? holder : null;
  }
  return ports.isAlive(holder) ? holder : null;
}

/** Fails where the lock is there already: a link is made by one process only. File systems without links make the file itself. */
function isLinked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error;
  }
  try {
    const text = readTextLimitedSync(own, MOST.run);
    const descriptor = openNew(file);
    writeFully(descriptor, Buffer.from(text));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead lock away. Another process may have done so and locked in the meantime: then its lock goes back. */
function putAside(file: string, ports: LockPorts): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readLock(aside);
  if (taken !== null && taken.host === ports.host() && ports.isAlive(taken)) isLinked(aside, file);
  unlinkSync(aside);
}

/** null where there is none that can be read. */
function readLock(file: string): LockHolder | null {
  try {
    const holder = JSON.parse(readTextLimitedSync(file, MOST.run)) as Partial<LockHolder>;
    const { pid, host, started, since } = holder;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string') return null;
    return { pid, host, since, ...((typeof started === 'string' || started === null) && { started }) };
  } catch {
    return null;
  }
}

function active(folder: string, { pid, host, since }: LockHolder): AssayError {
  return new AssayError('run-active', { path: folder, pid, host, since }, { file: folder });
}
