import type { ChildProcess } from 'node:child_process';

const alive = new Set<ChildProcess>();
let watching = false;

/** Kills a child when this process exits by itself. A parent that is killed cannot: there the child's own watch ends it. */
export function keepFromOrphaning(child: ChildProcess): void {
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  if (watching) return;
  watching = true;
  process.once('exit', () => alive.forEach((each) => each.kill('SIGKILL')));
}
