import { renameSync } from 'node:fs';

/** What virus scanners and syncing folders answer while they hold a file. */
const PASSING: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const PATIENCE_MS = 2_000;
const PAUSE_MS = 50;

export type RenamePorts = { readonly rename: (from: string, to: string) => void; readonly now: () => number; readonly pause: (milliseconds: number) => void };

const SYSTEM: RenamePorts = {
  rename: renameSync,
  now: () => performance.now(),
  pause: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
};

/** Renames; on Windows a refusal that may pass is tried again for two seconds. Throws the system's last error. */
export function renamePatiently(from: string, to: string, { rename, now, pause }: RenamePorts = SYSTEM, platform: NodeJS.Platform = process.platform): void {
  const start = now();
  for (;;) {
    try {
      return rename(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (platform !== 'win32' || code === undefined || !PASSING.has(code) || now() - start >= PATIENCE_MS) throw error;
      pause(PAUSE_MS);
    }
  }
}
