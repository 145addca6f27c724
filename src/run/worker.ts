/** Who works on a run: a process of a machine. Its number alone may belong to another one after a restart, so its start counts too. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export type Worker = {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's own terms; null or absent where that cannot be told. */
  readonly started?: string | null;
};

export function thisWorker(): Worker {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/** Whether the process is alive; only of this machine. */
export function isAlive({ pid, started }: Worker): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const found = startOf(pid);
  return started === null || started === undefined || found === null || found === started;
}

/** Clock ticks from the machine's start to the process's (Linux, proc(5): field 22 of stat). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
