import { PythonHook } from '../config/python-hook';
import type { MetricEntry, TaskDefinition } from '../config/definition';
import type { Metric } from '../metrics/metric';
import { type AggregationName, aggregationOf, aggregations } from '../metrics/aggregations/registry';
import { ownMetric } from '../metrics/own';
import { findMetric, metricNames } from '../metrics/registry';
import { AssayError } from '../protocol/errors';
import { PyError } from '../python/errors';
import { hookFor, hookProblem } from './hooks/uses';
import { outputTypes } from './output-types/output-types';
import type { TaskMetric } from './prepared';

/** The order in which the harness gives a document's values, whatever the task file's order. */
const ORDER = [
  'acc', 'f1', 'mcc', 'acc_norm', 'acc_bytes', 'exact_match', 'brier_score', 'expected_calibration_error', 'likelihood', 'acc_mutual_info',
  'perplexity', 'word_perplexity', 'byte_perplexity', 'bits_per_byte', 'token_perplexity',
];
/** `perplexity` comes before `acc` where there are no choices. */
function rank(name: string, { outputType }: TaskDefinition): number {
  // Values of texts come in the order of the task file.
  if (outputType === 'generate_until') return 0;
  return outputType === 'loglikelihood' && name === 'perplexity' ? -1 : ORDER.indexOf(name);
}

/** A task's metrics, or its output type's defaults. Throws AssayError `unsupported-metric`. */
export function taskMetrics(definition: TaskDefinition): TaskMetric[] {
  const { metrics, outputType } = definition;
  const resolved =
    metrics === null
      ? outputTypes[outputType].defaultMetrics.map((metric) => ({
          metric: definition.process_results === null ? metric : ownMetric(metric.name, metric.aggregation, metric.higherIsBetter),
          higherIsBetter: metric.higherIsBetter,
          options: {},
        }))
      : metrics.map((entry) => resolve(definition, entry));
  return definition.process_results !== null ? resolved : resolved.sort((a, b) => rank(a.metric.name, definition) - rank(b.metric.name, definition));
}

function resolve(definition: TaskDefinition, entry: MetricEntry): TaskMetric {
  if (definition.process_results !== null) return resolveOwn(definition, entry);
  const name = ownName(entry.metric);
  const metric = findMetric(name, definition.outputType);
  if (metric === null) throw unsupported(definition, name, ` Available: ${metricNames(definition.outputType).join(', ')}.`);
  return { metric: aggregatedBy(definition, configured(definition, metric, entry), entry.aggregation), higherIsBetter: entry.higherIsBetter ?? metric.higherIsBetter, options: entry.options };
}

/** A metric whose values the task's own function makes: any name, with an aggregation that is named where the name itself has none. */
function resolveOwn(definition: TaskDefinition, { metric, aggregation, higherIsBetter }: MetricEntry): TaskMetric {
  const name = ownName(metric);
  const known = findMetric(name, 'multiple_choice') ?? findMetric(name, 'generate_until') ?? findMetric(name, 'loglikelihood_rolling');
  const found = aggregation === null ? (known?.aggregation ?? null) : aggregationNamed(aggregation);
  if (found === null) throw unsupported(definition, name, ` Say its aggregation: ${aggregations.map((one) => one.name).join(', ')}.`);
  const better = higherIsBetter ?? known?.higherIsBetter ?? true;
  return { metric: ownMetric(name, found, better), higherIsBetter: better, options: {} };
}

/** null for a name that no aggregation has. */
function aggregationNamed(source: string | PythonHook): AggregationName | null {
  if (source instanceof PythonHook) return hookFor(source, 'aggregation').name;
  return aggregations.find(({ name }) => name === source)?.name ?? null;
}

/** A metric or an aggregation that is named, not a function. */
function ownName(source: string | PythonHook): string {
  if (source instanceof PythonHook) throw new AssayError('python-hook', hookProblem({ hook: source }).args);
  return source;
}

function configured({ file }: TaskDefinition, metric: Metric, { options }: MetricEntry): Metric {
  if (metric.configure === undefined) return metric;
  try {
    return metric.configure(options);
  } catch (error) {
    if (error instanceof PyError) throw new AssayError('bad-metric-option', { metric: metric.name, detail: error.message }, file === null ? {} : { file }, { cause: error });
    throw error;
  }
}

function aggregatedBy(definition: TaskDefinition, metric: Metric, source: string | PythonHook | null): Metric {
  if (source === null || source === metric.aggregation) return metric;
  const { takes } = aggregationOf(metric.aggregation);
  const fitting = aggregations.filter((candidate) => candidate.takes === takes).map((candidate) => candidate.name);
  const name = aggregationNamed(source);
  const aggregation = fitting.find((candidate) => candidate === name);
  if (aggregation === undefined) throw unsupported(definition, metric.name, ` Its aggregation can be ${fitting.join(', ')}, not ${source instanceof PythonHook ? source.str() : source}.`);
  return { ...metric, aggregation };
}

function unsupported({ outputType, file }: TaskDefinition, metric: string, hint: string): AssayError {
  return new AssayError('unsupported-metric', { metric, type: outputType, hint }, file === null ? {} : { file });
}
