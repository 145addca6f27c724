import { Worker } from 'node:worker_threads';

const INTERVAL_MS = 50;

/**
 * Ends this process when it holds more memory than that, buffers too, which V8's own limit does not count: a thread of its own
 * looks twenty times a second, also while the event loop is blocked. What happened is said on stderr, where the parent reads it.
 * The answer sets another limit.
 */
export function watchMemory(megabytes: number): (megabytes: number) => void {
  const most = new Int32Array(new SharedArrayBuffer(4));
  most[0] = megabytes;
  const worker = new Worker(SOURCE, {
    eval: true,
    workerData: { most, interval: INTERVAL_MS },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  });
  worker.unref();
  return (changed) => (most[0] = changed);
}

const SOURCE = `
const { most, interval } = require('node:worker_threads').workerData;
const { writeSync } = require('node:fs');
setInterval(() => {
  if (process.memoryUsage.rss() <= most[0] * 1048576) return;
  try {
    writeSync(2, 'out of memory: more than ' + most[0] + ' MB\\n');
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, interval);
`;
