import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultThreads, type Machine } from '../../../src/model/local/threads';

function machine(parallelism: number, changes: Partial<Machine> & { readonly files?: Readonly<Record<string, string>> } = {}): Machine {
  const { files = {}, ...rest } = changes;
  return { platform: 'linux', architecture: 'x64', parallelism, read: (file) => files[file] ?? null, sysctl: () => null, ...rest };
}

/** `cores` of a hyperthreaded processor, two logical processors each; then single ones. */
function cpuinfo(cores: number, single = 0): string {
  const processor = (number: number, core: number): string => `processor\t: ${number}\nphysical id\t: 0\ncore id\t\t: ${core}\n`;
  const doubled = Array.from({ length: cores * 2 }, (_, index) => processor(index, Math.floor(index / 2)));
  return [...doubled, ...Array.from({ length: single }, (_, index) => processor(cores * 2 + index, cores + index))].join('\n');
}

test('a thread for every physical core but one; both of two', () => {
  assert.equal(defaultThreads(machine(16, { files: { '/proc/cpuinfo': cpuinfo(8) } })), 7);
  assert.equal(defaultThreads(machine(4, { files: { '/proc/cpuinfo': cpuinfo(2) } })), 2);
  assert.equal(defaultThreads(machine(2, { files: { '/proc/cpuinfo': cpuinfo(8) } })), 2, 'bound to two processors');
  assert.equal(defaultThreads(machine(1)), 1);
  assert.equal(defaultThreads(machine(16, { platform: 'win32' })), 7);
});

test('efficiency cores do not count', () => {
  const files = { '/proc/cpuinfo': cpuinfo(6, 8), '/sys/devices/cpu_core/cpus': '0-11\n' };
  assert.equal(defaultThreads(machine(20, { files })), 5);
  const cores: Record<string, number> = { 'hw.perflevel0.physicalcpu': 4, 'hw.physicalcpu': 8 };
  assert.equal(defaultThreads(machine(8, { platform: 'darwin', architecture: 'arm64', sysctl: (name) => cores[name] ?? null })), 3);
});

test("a container's share of processor time is so many cores, whichever group above sets it", () => {
  const files = { '/proc/cpuinfo': cpuinfo(32) };
  const v2 = (...limits: [string, string][]): Machine => machine(64, { files: { ...files, '/proc/self/cgroup': '0::/pod/box\n', ...Object.fromEntries(limits) } });
  assert.equal(defaultThreads(v2(['/sys/fs/cgroup/pod/box/cpu.max', 'max 100000\n'], ['/sys/fs/cgroup/pod/cpu.max', '250000 100000\n'])), 2);
  assert.equal(defaultThreads(v2(['/sys/fs/cgroup/cpu.max', '50000 100000\n'])), 1);
  assert.equal(defaultThreads(v2(['/sys/fs/cgroup/pod/box/cpu.max', 'max 100000\n'])), 31);
  const v1 = { ...files, '/proc/self/cgroup': '4:cpu,cpuacct:/docker/x\n', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' };
  assert.equal(defaultThreads(machine(64, { files: v1 })), 4);
  assert.equal(defaultThreads(machine(64, { files: { ...v1, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' } })), 31);
});
