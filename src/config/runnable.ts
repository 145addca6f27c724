/** What a task or a group is made of. */
import type { Runnable, TaskDefinition } from './definition';

/** Tasks below a runnable, groups unfolded. */
export function leavesOf(runnable: Runnable): TaskDefinition[] {
  return runnable.kind === 'task' ? [runnable] : runnable.children.flatMap(leavesOf);
}

export function runnableName(runnable: Runnable): string {
  return runnable.kind === 'task' ? runnable.task : runnable.group;
}
