import type { PlannedMetric } from './events';

/**
 * The metric that stands for a task where there is room for one: perplexity per byte, which tokenizers do not change, else the first.
 */
export function headlineMetric<M extends Pick<PlannedMetric, 'metric'>>(metrics: readonly M[]): M | undefined {
  return metrics.find(({ metric }) => metric.startsWith('byte_perplexity,')) ?? metrics[0];
}
