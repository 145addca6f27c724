import type { Metric, Outcome } from './metric';

/** Opens a metric of some output types to the registry, where outcomes of every type meet. */
export function define<O extends Outcome>(metric: Metric<O>): Metric {
  const kinds: readonly Outcome['kind'][] = metric.outputTypes;
  const { configure, ...plain } = metric;
  const accepts = (outcome: Outcome): outcome is O => kinds.includes(outcome.kind);
  return {
    ...plain,
    outputTypes: kinds,
    ...(configure !== undefined && { configure: (options) => define(configure(options)) }),
    value: (outcome) => {
      if (!accepts(outcome)) throw new TypeError(`${metric.name} is not defined for ${outcome.kind}`);
      return metric.value(outcome);
    },
  };
}
