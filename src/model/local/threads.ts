import { readFileSync } from 'node:fs';
import os from 'node:os';

/**
 * Threads of a model process unless the person says: a physical core each, one left to the editor where there are more than two.
 * On two cores both compute: one thread is half the speed (measured 437 against 802 tokens/s), and the engine does not spin, so
 * the system shares the cores fairly between two runs.
 */
export function defaultThreads(): number {
  const cores = Math.min(physicalCores(), os.availableParallelism());
  return cores <= 2 ? Math.max(1, cores) : cores - 1;
}

/** A second hyperthread of a core adds nothing to a matrix product. */
function physicalCores(): number {
  if (process.platform === 'linux') return linuxCores() ?? os.availableParallelism();
  return process.arch === 'x64' ? Math.ceil(os.availableParallelism() / 2) : os.availableParallelism();
}

function linuxCores(): number | null {
  try {
    const ids = new Set<string>();
    for (const processor of readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')) {
      const socket = /^physical id\s*: (\d+)/m.exec(processor)?.[1];
      const core = /^core id\s*: (\d+)/m.exec(processor)?.[1];
      if (socket !== undefined && core !== undefined) ids.add(`${socket}/${core}`);
    }
    return ids.size === 0 ? null : ids.size;
  } catch {
    return null;
  }
}
