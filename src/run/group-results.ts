/** Aggregates of groups over their leaf tasks (lm-evaluation-harness 0.4.13, group aggregation and pooled standard error). */
import type { BenchmarkPart } from '../config/definition';
import type { TaskResults } from '../protocol/results';
import { groupMean, pooledStderr, unweightedStderr } from '../statistics/group';
import { type GroupFacts, leafNames } from './plan';

export type GroupNumbers = {
  /** Every group, also those that aggregate nothing. */
  readonly results: Readonly<Record<string, TaskResults>>;
  readonly groups: Readonly<Record<string, TaskResults>>;
  readonly subtasks: Readonly<Record<string, readonly string[]>>;
};

/** All groups, those inside others after them. */
export function allGroups(groups: readonly GroupFacts[]): GroupFacts[] {
  return groups.flatMap((group) => [group, ...allGroups(group.children.filter((child) => typeof child !== 'string'))]);
}

/** `tasks`: results of finished leaf tasks by name. Tasks without a metric are left out of its aggregate. */
export function groupNumbers(groups: readonly GroupFacts[], tasks: ReadonlyMap<string, TaskResults>): GroupNumbers {
  const every = allGroups(groups).map((group) => ({ group, entry: aggregate(group, tasks) }));
  return {
    results: Object.fromEntries(every.map(({ group, entry }) => [group.group, entry])),
    groups: Object.fromEntries(every.filter(({ group }) => (group.aggregate ?? []).length > 0).map(({ group, entry }) => [group.group, entry])),
    subtasks: Object.fromEntries(every.map(({ group }) => [group.group, group.children.map((child) => (typeof child === 'string' ? child : child.group))])),
  };
}

type Leaf = { readonly value: number; readonly stderr: number | string; readonly size: number };

function aggregate(group: GroupFacts, tasks: ReadonlyMap<string, TaskResults>): TaskResults {
  const leaves = leafNames(group).flatMap((name): TaskResults[] => {
    const results = tasks.get(name);
    return results === undefined ? [] : [results];
  });
  const entry: Record<string, number | string | Record<string, number>> = { alias: group.alias ?? group.group, name: group.group };
  if (group.aggregate === null || group.aggregate.length === 0) return entry;
  entry['sample_len'] = sum(leaves.map(sizeOf));
  const counts: Record<string, number> = {};
  for (const { metric, weightBySize, filters, meanOf } of group.aggregate) {
    if (meanOf !== undefined) {
      const score = benchmarkScore(meanOf, tasks);
      if (score === null) continue;
      entry[`${metric},none`] = score;
      entry[`${metric}_stderr,none`] = 'N/A';
      counts[`${metric},none`] = sum(leaves.map(sizeOf));
      continue;
    }
    for (const filter of filters ?? filtersOf(metric, leaves)) {
      const key = `${metric},${filter}`;
      const parts = leaves.flatMap((leaf): Leaf[] => {
        const value = leaf[key];
        const stderr = leaf[`${metric}_stderr,${filter}`];
        return typeof value === 'number' ? [{ value, stderr: typeof stderr === 'number' ? stderr : 'N/A', size: sizeOf(leaf) }] : [];
      });
      if (parts.length === 0) continue;
      const sizes = parts.map(({ size }) => size);
      entry[key] = groupMean(parts.map(({ value }) => value), weightBySize ? sizes : null);
      const stderrs = parts.map(({ stderr }) => stderr).filter((stderr) => typeof stderr === 'number');
      entry[`${metric}_stderr,${filter}`] =
        stderrs.length < parts.length ? 'N/A' : weightBySize ? pooledStderr(stderrs, sizes) : unweightedStderr(stderrs);
      counts[key] = sum(sizes);
    }
  }
  entry['sample_count'] = counts;
  return entry;
}

/** The mean of the parts, each the mean of its tasks' metrics; null where one of them has no number: a part of a benchmark has no score. */
function benchmarkScore(parts: readonly BenchmarkPart[], tasks: ReadonlyMap<string, TaskResults>): number | null {
  const means = parts.map((part) => meanOrNull(part.flatMap(({ task, metrics }) => metrics.map((metric) => valueOf(tasks.get(task), metric)))));
  return meanOrNull(means);
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : groupMean(known, null);
}

/** A task's number by its metric alone: of the first filter that has it. */
function valueOf(results: TaskResults | undefined, metric: string): number | null {
  const key = Object.keys(results ?? {}).find((name) => name.startsWith(`${metric},`));
  const value = key === undefined ? undefined : results?.[key];
  return typeof value === 'number' ? value : null;
}

function filtersOf(metric: string, leaves: readonly TaskResults[]): string[] {
  const found = leaves.flatMap((leaf) => Object.keys(leaf).filter((key) => key.startsWith(`${metric},`)).map((key) => key.slice(metric.length + 1)));
  return [...new Set(found)].sort();
}

function sizeOf(results: TaskResults): number {
  const size = results['sample_len'];
  return typeof size === 'number' ? size : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
