import type { ExpectEntry, Runnable, TaskDefinition } from '../config/definition';
import { hint } from '../config/suggest';
import { PythonHook } from '../config/python-hook';
import type { PyValue } from '../python/value';
import type { ProblemSink } from '../config/schema';
import { findMetric, metricNames } from '../metrics/registry';
import { filterNames } from '../task/filters/pipeline';
import { outputTypes } from '../task/output-types/output-types';
import { leavesOf, runnableName } from '../config/runnable';
import type { TaskSink } from './task-sink';

/** Metrics and filters that the task's output type does not have. */
export function checkScoring(definition: TaskDefinition, sink: TaskSink): void {
  const { outputType, raw } = definition;
  // Python of the task's own makes its values, under any name.
  if (raw.get('process_results') instanceof PythonHook || raw.has('class')) return;
  const names = metricNames(outputType);
  const list = raw.get('metric_list');
  for (const [index, entry] of (Array.isArray(list) ? list : []).entries()) {
    const name = entry instanceof Map ? entry.get('metric') : null;
    if (typeof name !== 'string' || hasHook(entry) || findMetric(name, outputType) !== null) continue;
    const near = hint(name, names);
    sink.at('metric_list', [index, 'metric'], 'unsupported-metric', { metric: name, type: outputType, hint: near === '' ? ` Available: ${names.join(', ')}.` : near });
  }
  const known = outputTypes[outputType].filtersTexts ? filterNames : ['take_first'];
  for (const [index, { steps }] of (definition.filters ?? []).entries()) {
    for (const [step, { function: filter, options }] of steps.entries()) {
      if (filter instanceof PythonHook || options['filter_fn'] instanceof PythonHook || known.includes(filter)) continue;
      const near = hint(filter, known);
      sink.at('filter_list', [index, 'filter', step, 'function'], 'unsupported-filter', { filter, type: outputType, hint: near === '' ? ` Available: ${known.join(', ')}.` : near });
    }
  }
}

function hasHook(entry: PyValue): boolean {
  return entry instanceof Map && [...entry.values()].some((value) => value instanceof PythonHook);
}

/** Expectations about metrics or filters that none of the entry's tasks and groups has. */
export function checkExpect(expect: readonly ExpectEntry[], runnables: readonly Runnable[], sink: ProblemSink): void {
  if (runnables.length === 0) return;
  const known = new Set(runnables.flatMap(resultNames));
  for (const { metric, configPath } of expect) {
    if (known.has(metric)) continue;
    const wanted = metric.includes(',') ? [...known].filter((name) => name.includes(',')) : [...known].filter((name) => !name.includes(','));
    const near = hint(metric, wanted);
    const task = runnables.length === 1 && runnables[0] !== undefined ? `"${runnableName(runnables[0])}"` : 'None of these tasks';
    sink.at(configPath, 'unknown-metric', { task, metric, hint: near === '' ? ` Known: ${wanted.join(', ')}.` : near }, 'key');
  }
}

/** `acc` and `acc,none` for each metric, as results name them. */
function resultNames(runnable: Runnable): string[] {
  const leaves = leavesOf(runnable);
  const own = leaves.flatMap((leaf) => metricsOf(leaf).flatMap((metric) => [metric, ...filtersOf(leaf).map((filter) => `${metric},${filter}`)]));
  return runnable.kind === 'task' ? own : [...own, ...(runnable.aggregate ?? []).map(({ metric }) => metric)];
}

function metricsOf({ metrics, outputType }: TaskDefinition): readonly string[] {
  return metrics?.map(({ metric }) => metricName(metric)) ?? outputTypes[outputType].defaultMetrics.map(({ name }) => name);
}

/** A function's own name is its metric's. */
const metricName = (metric: string | PythonHook): string => (typeof metric === 'string' ? metric : (metric.name.split('.').at(-1) ?? ''));

function filtersOf({ filters }: TaskDefinition): readonly string[] {
  return filters === null || filters.length === 0 ? ['none'] : filters.map(({ name }) => name);
}
