/** Paired comparisons of two checkpoints on the documents both answered. */
import type { Comparison } from '../protocol/events';
import type { AggregationName, MetricValue } from '../metrics/metric';
import { compareLists as comparePaired } from '../statistics/comparison';

/** A metric's values of one checkpoint, by document. */
export type ComparedMetric = { readonly task: string; readonly metric: string; readonly aggregation: AggregationName; readonly values: readonly MetricValue[] };

/** One comparison for each metric of both that can be compared document by document. */
export function compareMetrics(
  baseline: { readonly name: string; readonly metrics: readonly ComparedMetric[] },
  other: { readonly name: string; readonly metrics: readonly ComparedMetric[] },
  confidence: number,
): Comparison[] {
  return other.metrics.flatMap((theirs) => {
    const ours = baseline.metrics.find(({ task, metric }) => task === theirs.task && metric === theirs.metric);
    if (ours === undefined || ours.values.length !== theirs.values.length) return [];
    const paired = comparePaired(theirs.aggregation, ours.values, theirs.values, confidence);
    if (paired === null) return [];
    return [{ task: theirs.task, metric: theirs.metric, baseline: baseline.name, other: other.name, ...paired }];
  });
}
