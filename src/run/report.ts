/** A finished run as `--json` prints it (contract.md); results file and terminal table are made from it. */
import type { RunReport } from '../protocol/results';
import type { RunResults } from './execute';
import { groupNumbers } from './group-results';
import { type GroupFacts, metricKey, type RunPlan } from './plan';

export type RunTiming = RunReport['timing'];

/** Where the answers of a run come from: what an earlier start gave, or all of a run that had finished. */
export type Origin = Pick<RunReport, 'reported' | 'taken_over'>;

export function runTiming(seconds: number, tokens: number): RunTiming {
  return { seconds, tokens, tokens_per_second: seconds > 0 ? tokens / seconds : 0 };
}

export function runReport(plan: RunPlan, results: RunResults, timing: RunTiming, origin: Origin): RunReport {
  const finished = [...results.tasks.values()];
  const taskResults = new Map(finished.map(({ facts, numbers }) => [facts.name, numbers.results]));
  const shots = new Map(finished.map(({ facts }) => [facts.name, facts.numFewshot]));
  const groups = groupNumbers(plan.groups, taskResults);
  return {
    id: plan.id,
    checkpoint: plan.checkpoint.name,
    path: plan.checkpoint.path,
    ...plan.checkpoint.served,
    precision: plan.options.precision,
    ...(plan.options.precision === 'int8' && { approximate: true as const }),
    results: { ...Object.fromEntries(taskResults), ...groups.results },
    intervals: Object.fromEntries(finished.map(({ facts, numbers }) => [facts.name, numbers.intervals])),
    signatures: Object.fromEntries(finished.map(({ facts }) => [facts.name, Object.fromEntries(facts.metrics.flatMap((metric) => (metric.signature === undefined ? [] : [[metricKey(metric), metric.signature]])))])),
    groups: groups.groups,
    group_subtasks: groups.subtasks,
    'n-shot': Object.fromEntries([...shots, ...plan.groups.flatMap((group) => groupShots(group, shots).entries)]),
    'n-samples': Object.fromEntries(finished.map(({ facts, run }) => [facts.name, { original: facts.original, effective: run.order.length }])),
    timing,
    ...origin,
  };
}

/** A group has a number of shots when all its direct children have the same. */
function groupShots(group: GroupFacts, shots: ReadonlyMap<string, number>): { readonly own: number | null; readonly entries: readonly [string, number][] } {
  const children = group.children.map((child) => (typeof child === 'string' ? { own: shots.get(child) ?? null, entries: [] } : groupShots(child, shots)));
  const [first = null, ...others] = new Set(children.map(({ own }) => own));
  const own = others.length > 0 ? null : first;
  return { own, entries: [...(own === null ? [] : [[group.group, own] as [string, number]]), ...children.flatMap(({ entries }) => entries)] };
}
