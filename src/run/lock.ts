/** lock.json in a run's folder: who works on it. Made exclusively; the lock of a process that is gone is taken over. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { MOST, readTextLimitedSync } from '../files/read-limited';
import { renamePatiently } from '../files/renaming';
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
        const text = lockText(file);
        if (text === null) continue;
        const current = holderIn(file, text, ports);
        if (current !== null) throw active(folder, current);
        if (isReplaced(file, text, own, ports)) return new RunLock(file);
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
  return holderIn(file, lockText(file), ports);
}

function holderIn(file: string, text: string | null, ports: LockPorts): LockHolder | null {
  const holder = text === null ? null : parsed(text);
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

/**
 * Puts `own` in the place of the dead lock with this text; false where it is not there any more. Only one process at a time may
 * replace a lock: the one whose own stands under a name made of the dead one's text. Throws `run-active` where another is at it.
 */
function isReplaced(file: string, dead: string, own: string, ports: LockPorts): boolean {
  const guard = `${file}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  while (!isLinked(own, guard)) {
    const text = lockText(guard);
    if (text === null) return false;
    const other = holderIn(guard, text, ports);
    if (other !== null) throw active(dirname(file), other);
    // It died between two calls of the system.
    if (isReplaced(guard, text, own, ports)) break;
  }
  try {
    if (lockText(file) !== dead) return false;
    const again = `${own}.${randomBytes(3).toString('hex')}`;
    isLinked(own, again);
    renamePatiently(again, file);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** What stands for a lock that cannot be read, such as a link. */
const UNREADABLE = 'unreadable';

/** null: there is none. */
function lockText(file: string): string | null {
  try {
    return readTextLimitedSync(file, MOST.run);
  } catch {
    return lstatSync(file, { throwIfNoEntry: false }) === undefined ? null : UNREADABLE;
  }
}

/** null where the text is no lock. */
function parsed(text: string): LockHolder | null {
  try {
    const { pid, host, started, since } = JSON.parse(text) as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof since !== 'string') return null;
    return { pid, host, since, ...((typeof started === 'string' || started === null) && { started }) };
  } catch {
    return null;
  }
}

function active(folder: string, { pid, host, since }: LockHolder): AssayError {
  return new AssayError('run-active', { path: folder, pid, host, since }, { file: folder });
}
