/** Paired comparisons of two checkpoints on the documents both answered, whatever their places in the data. */
import type { Comparison } from '../protocol/events';
import { comparePairedSteps } from '../metrics/aggregations/paired';
import { aggregationOf } from '../metrics/aggregations/registry';
import type { Precision } from '../protocol/results';
import type { RunResults } from './execute';
import { metricKey } from './plan';
import { inSteps } from './steps';
import type { FinishedTask } from './task-results';

/** A checkpoint's finished tasks, by name. */
export type ComparedRun = { readonly name: string; readonly precision: Precision; readonly tasks: RunResults['tasks'] };

/**
 * One comparison for each metric of both that can be compared document by document; none without a common document.
 * Leaves the event loop while documents are resampled; rejects with `cancelled`.
 */
export async function compareRuns(baseline: ComparedRun, other: ComparedRun, confidence: number, signal: AbortSignal): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const approximate = baseline.precision === 'int8' || other.precision === 'int8';
  for (const [task, theirs] of other.tasks) {
    const ours = baseline.tasks.get(task);
    if (ours === undefined) continue;
    for (const compared of await compareTasks(ours, theirs, confidence, signal)) comparisons.push({ ...compared, task, baseline: baseline.name, other: other.name, ...(approximate && { approximate }) });
  }
  return comparisons;
}

type ComparedTask = Omit<Comparison, 'task' | 'baseline' | 'other'>;

async function compareTasks(baseline: FinishedTask, other: FinishedTask, confidence: number, signal: AbortSignal): Promise<ComparedTask[]> {
  const pairs = baseline.run.hashes.pairsWith(other.run.hashes);
  const comparisons: ComparedTask[] = [];
  if (pairs.baseline.length === 0) return comparisons;
  for (const [column, metric] of other.facts.metrics.entries()) {
    const place = baseline.facts.metrics.findIndex(({ name, filter, aggregation }) => name === metric.name && filter === metric.filter && aggregation === metric.aggregation);
    const [ours, theirs] = [baseline.run.columns[place], other.run.columns[column]];
    if (ours === undefined || theirs === undefined) continue;
    const compared = await inSteps(comparePairedSteps(aggregationOf(metric.aggregation), ours, theirs, pairs, confidence), signal);
    if (compared !== null) comparisons.push({ ...compared, metric: metricKey(metric), unpaired: pairs.unpaired });
  }
  return comparisons;
}
