import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What is asked of a machine; tests put their own in. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  /** Logical processors this process may run on. */
  readonly parallelism: number;
  /** A file's text, or null. */
  readonly read: (file: string) => string | null;
  /** A number of `sysctl` (macOS), or null. */
  readonly sysctl: (name: string) => number | null;
};

/**
 * Threads of a model process unless the person says: a physical core each, one left to the editor where there are more than two.
 * On two cores both compute: one thread is half the speed (measured 437 against 802 tokens/s), and the engine does not spin, so
 * the system shares the cores fairly between two runs. Efficiency cores are left out: a matrix product waits for its slowest part.
 * A container's share of processor time counts as so many cores.
 */
export function defaultThreads(machine: Machine = here()): number {
  const quota = machine.platform === 'linux' ? cgroupQuota(machine) : null;
  const cores = Math.min(fastCores(machine), machine.parallelism);
  if (quota !== null && quota < cores) return Math.max(1, Math.floor(quota));
  return cores <= 2 ? Math.max(1, cores) : cores - 1;
}

/** A second hyperthread of a core adds nothing to a matrix product. */
function fastCores(machine: Machine): number {
  const { platform, architecture, parallelism } = machine;
  if (platform === 'linux') return linuxCores(machine) ?? parallelism;
  if (platform === 'darwin') return machine.sysctl('hw.perflevel0.physicalcpu') ?? machine.sysctl('hw.physicalcpu') ?? parallelism;
  return architecture === 'x64' ? Math.ceil(parallelism / 2) : parallelism;
}

function linuxCores({ read }: Machine): number | null {
  // Only hybrid processors have this list: those of their processors that are no efficiency cores.
  const fast = processorList(read('/sys/devices/cpu_core/cpus'));
  const ids = new Set<string>();
  for (const processor of (read('/proc/cpuinfo') ?? '').split('\n\n')) {
    const number = /^processor\s*: (\d+)/m.exec(processor)?.[1];
    const socket = /^physical id\s*: (\d+)/m.exec(processor)?.[1];
    const core = /^core id\s*: (\d+)/m.exec(processor)?.[1];
    if (fast !== null && !fast.has(Number(number))) continue;
    if (socket !== undefined && core !== undefined) ids.add(`${socket}/${core}`);
  }
  return ids.size === 0 ? null : ids.size;
}

/** `0-3,8` */
function processorList(text: string | null): ReadonlySet<number> | null {
  if (text === null || text.trim() === '') return null;
  return new Set(
    text.trim().split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
}

/** Processors a container may use on average, by the tightest of the groups this process is in; null: no limit. */
function cgroupQuota({ read }: Machine): number | null {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const quotas: number[] = [];
  for (const [, controllers = '', group = '/'] of groups) {
    if (controllers === '') for (const folder of upwards(group)) quotas.push(ratio(...((read(path.posix.join('/sys/fs/cgroup', folder, 'cpu.max')) ?? '').trim().split(' ') as [string, string?])));
    else if (controllers.split(',').includes('cpu')) {
      const ofGroup = (name: string): string => (read(path.posix.join('/sys/fs/cgroup/cpu', group, name)) ?? read(`/sys/fs/cgroup/cpu/${name}`) ?? '').trim();
      quotas.push(ratio(ofGroup('cpu.cfs_quota_us'), ofGroup('cpu.cfs_period_us')));
    }
  }
  const tightest = Math.min(...quotas);
  return Number.isFinite(tightest) ? tightest : null;
}

function upwards(group: string): string[] {
  const folders = [group];
  for (let folder = group; folder !== '/' && folder !== '.'; ) folders.push((folder = path.posix.dirname(folder)));
  return folders;
}

/** `max`, -1 and nothing are no limit. */
function ratio(quota: string, period = ''): number {
  const value = Number(quota) / Number(period);
  return quota !== '' && value > 0 ? value : Infinity;
}

function here(): Machine {
  return {
    platform: process.platform,
    architecture: process.arch,
    parallelism: os.availableParallelism(),
    read: (file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return null;
      }
    },
    sysctl: (name) => {
      try {
        const value = Number(execFileSync('/usr/sbin/sysctl', ['-n', name], { encoding: 'utf8', timeout: 1000, env: {}, stdio: ['ignore', 'pipe', 'ignore'] }));
        return value > 0 ? value : null;
      } catch {
        return null;
      }
    },
  };
}
