/** Who works on a run: a process of a machine. Its number alone may belong to another one after a restart, so its start counts too. */
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

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
export function isAlive({ pid, started }: Worker, startNow: (pid: number) => string | null = startOf): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const found = startNow(pid);
  return started === null || started === undefined || found === null || isSameStart(started, found);
}

/** Seconds by which two readings of the machine's start may differ: clocks are set. */
const CLOCK_IS_SET = 120;
const BOOT = 'boot ';

function isSameStart(a: string, b: string): boolean {
  if (!a.startsWith(BOOT) || !b.startsWith(BOOT)) return a === b;
  return Math.abs(Number(a.slice(BOOT.length)) - Number(b.slice(BOOT.length))) < CLOCK_IS_SET;
}

/**
 * Clock ticks from the machine's start to the process's (Linux, proc(5): field 22 of stat). Elsewhere the machine's start, in
 * seconds: a number that came again is almost always one of before a restart.
 */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return `${BOOT}${Math.round(Date.now() / 1000 - uptime())}`;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
