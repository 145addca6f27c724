import type { TaskDefinition } from '../config/definition';
import { hookProblem, hookUses, standsIn } from '../task/hooks/uses';
import type { TaskSink } from './task-sink';

/** Python functions that nothing stands for; whether there is none. */
export function checkHooks(definition: TaskDefinition, sink: TaskSink): boolean {
  const unknown = hookUses(definition).filter((use) => standsIn(use) === null);
  for (const use of unknown) {
    const { code, args } = hookProblem(use);
    sink.at(use.key, use.inner, code, args);
  }
  return unknown.length === 0;
}

/** Its rows and columns are known only when its functions have made them. */
export function makesRows({ process_docs, fewshot }: TaskDefinition): boolean {
  return process_docs !== null || fewshot.process_docs !== null;
}
