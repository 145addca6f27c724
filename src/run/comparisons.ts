/** Paired comparisons of two checkpoints on the documents both answered, whatever their places in the data. */
import type { Comparison } from '../protocol/events';
import { comparePaired } from '../statistics/comparison';
import type { RunResults } from './execute';
import { metricKey } from './plan';
import type { FinishedTask } from './task-results';

/** A checkpoint's finished tasks, by name. */
export type ComparedRun = { readonly name: string; readonly tasks: RunResults['tasks'] };

/** One comparison for each metric of both that can be compared document by document; none without a common document. */
export function compareRuns(baseline: ComparedRun, other: ComparedRun, confidence: number): Comparison[] {
  return [...other.tasks].flatMap(([task, theirs]) => {
    const ours = baseline.tasks.get(task);
    return ours === undefined ? [] : compareTasks(ours, theirs, confidence).map((compared) => ({ ...compared, task, baseline: baseline.name, other: other.name }));
  });
}

type ComparedTask = Omit<Comparison, 'task' | 'baseline' | 'other'>;

function compareTasks(baseline: FinishedTask, other: FinishedTask, confidence: number): ComparedTask[] {
  const pairs = baseline.run.hashes.pairsWith(other.run.hashes);
  if (pairs.baseline.length === 0) return [];
  return other.facts.filters.flatMap((filter) =>
    other.facts.metrics.flatMap((metric, column): ComparedTask[] => {
      const place = baseline.facts.metrics.findIndex(({ name, aggregation }) => name === metric.name && aggregation === metric.aggregation);
      const [ours, theirs] = [baseline.run.columns[place], other.run.columns[column]];
      if (ours === undefined || theirs === undefined || !baseline.facts.filters.includes(filter)) return [];
      const compared = comparePaired(metric.aggregation, ours, theirs, pairs, confidence);
      return compared === null ? [] : [{ ...compared, metric: metricKey(metric, filter), unpaired: pairs.unpaired }];
    }),
  );
}
