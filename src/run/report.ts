/** A finished run as `--json` prints it (contract.md); results file and terminal table are made from it. */
import type { RunReport } from '../protocol/results';
import type { RunResults } from './execute';
import { groupNumbers, leafNames } from './group-results';
import type { RunPlan } from './plan';

export type RunTiming = RunReport['timing'];

export function runTiming(seconds: number, tokens: number): RunTiming {
  return { seconds, tokens, tokens_per_second: seconds > 0 ? tokens / seconds : 0 };
}

export function runReport(plan: RunPlan, results: RunResults, timing: RunTiming): RunReport {
  const finished = [...results.tasks.values()];
  const taskResults = Object.fromEntries(finished.map(({ run, numbers }) => [run.task.name, numbers.results]));
  const shots = Object.fromEntries(finished.map(({ run }) => [run.task.name, run.task.numFewshot]));
  const groups = groupNumbers(plan.groups, taskResults);
  return {
    id: plan.id,
    checkpoint: plan.checkpoint.name,
    path: plan.checkpoint.path,
    precision: plan.options.precision,
    results: { ...taskResults, ...groups.results },
    intervals: Object.fromEntries(finished.map(({ run, numbers }) => [run.task.name, numbers.intervals])),
    groups: groups.groups,
    group_subtasks: groups.subtasks,
    'n-shot': { ...shots, ...groupShots(plan, shots) },
    'n-samples': Object.fromEntries(finished.map(({ run }) => [run.task.name, { original: run.task.original, effective: run.order.length }])),
    timing,
  };
}

/** A group has a number of shots when all its tasks agree. */
function groupShots(plan: RunPlan, shots: Readonly<Record<string, number>>): Record<string, number> {
  const entries = plan.groups.flatMap((group): [string, number][] => {
    const [first, ...others] = new Set(leafNames(group).flatMap((name) => (Object.hasOwn(shots, name) ? (shots[name] ?? []) : [])));
    return first === undefined || others.length > 0 ? [] : [[group.group, first]];
  });
  return Object.fromEntries(entries);
}
