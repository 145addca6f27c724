import { Worker } from 'node:worker_threads';

const INTERVAL_MS = 100;

/**
 * Ends this process when its parent is gone, also while the engine blocks the event loop: a thread of its own looks ten times
 * a second. POSIX hands orphans to another parent; on Windows the number stays and signal 0 fails. The thread never touches the
 * engine, which could not be stopped from there.
 */
export function watchParent(): void {
  const worker = new Worker(SOURCE, {
    eval: true,
    workerData: { parent: process.ppid, interval: INTERVAL_MS },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  });
  worker.unref();
}

const SOURCE = `
const { parent, interval } = require('node:worker_threads').workerData;
function parentIsGone() {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
setInterval(() => {
  if (parentIsGone()) process.kill(process.pid, 'SIGKILL');
}, interval);
`;
