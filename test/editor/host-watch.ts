/**
 * What the extension does to the process it is a guest in: how long it keeps it from answering, which processes it starts and
 * which files it touches. Loaded with the bridge; tests read it through `globalThis.assayHost`.
 */
import { ChildProcess } from 'node:child_process';
import fs from 'node:fs';

export type HostRecord = {
  /** Processor milliseconds of the main thread in the longest time without a turn of the event loop. */
  busiest: number;
  /** The longest time between two turns by the clock: on a loaded machine most of it is somebody else's. */
  longest: number;
  /** Command lines of processes that our code started. */
  readonly started: string[];
  /** Paths that our code asked the file system for. */
  readonly touched: string[];
};

export function watchHost(): HostRecord {
  const record: HostRecord = { busiest: 0, longest: 0, started: [], touched: [] };
  watchTurns(record);
  const spawn = (ChildProcess.prototype as unknown as { spawn: (options: { args?: readonly string[]; file?: string }) => unknown }).spawn;
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, options: { args?: readonly string[]; file?: string }): unknown {
      if (isOurs()) record.started.push(`${options.file} ${options.args?.slice(1).join(' ')}`);
      return spawn.call(this, options);
    },
  });
  for (const api of [fs, fs.promises] as unknown as Record<string, unknown>[]) {
    for (const name of Object.keys(api)) if (/^(open|read|stat|lstat|access|exists|realpath|write|mk|rm|unlink|rename|copy|cp|symlink|append|watch)/.test(name)) watchFunction(api, name, record);
  }
  return record;
}

function watchTurns(record: HostRecord): void {
  const thread = process as unknown as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const used = (): number => {
    const { user, system } = (thread.threadCpuUsage ?? process.cpuUsage).call(process);
    return (user + system) / 1_000;
  };
  let [cpu, clock] = [used(), performance.now()];
  setInterval(() => {
    const [cpuNow, clockNow] = [used(), performance.now()];
    record.busiest = Math.max(record.busiest, cpuNow - cpu);
    record.longest = Math.max(record.longest, clockNow - clock);
    [cpu, clock] = [cpuNow, clockNow];
  }, 10).unref();
}

function watchFunction(api: Record<string, unknown>, name: string, record: HostRecord): void {
  const original = api[name];
  if (typeof original !== 'function' || name === 'realpath' || name === 'realpathSync') return;
  api[name] = function (this: unknown, ...args: unknown[]): unknown {
    const [first] = args;
    if ((typeof first === 'string' || first instanceof URL) && isOurs()) record.touched.push(String(first));
    return (original as (...all: unknown[]) => unknown).apply(this, args);
  };
}

function isOurs(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /[\\/]dist[\\/]extension\.js/.test(stack);
}
