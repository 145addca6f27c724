/** Metrics whose values a task's own function makes (`process_results`): they come as Python has them, and their aggregation says what they are. */
import { PyError } from '../python/errors';
import { numeric, toFloat } from '../python/number';
import { repr } from '../python/print';
import { PyTuple, type PyValue } from '../python/value';
import { type AggregationName, aggregationOf } from './aggregations/registry';
import type { Metric, MetricForm, OwnOutcome } from './metric';
import { findMetric } from './registry';
import type { MetricValue } from './score';

/** `name` as the function names it. Throws PyError where a document has no such value, or one that the aggregation does not take. */
export function ownMetric(name: string, aggregation: AggregationName, higherIsBetter: boolean): Metric {
  const known = findMetric(name, 'multiple_choice') ?? findMetric(name, 'generate_until');
  const form: MetricForm = known?.aggregation === aggregation ? known.form : 'score';
  return {
    name,
    outputTypes: ['own'],
    aggregation,
    higherIsBetter,
    form,
    value: (outcome) => {
      if (outcome.kind !== 'own') throw new TypeError(`${name} is made by the task's own function, not of ${outcome.kind}`);
      return ownValue(name, aggregation, outcome);
    },
  };
}

function ownValue(name: string, aggregation: AggregationName, { values }: OwnOutcome): MetricValue {
  const value = values.get(name);
  if (value === undefined) throw new PyError('KeyError', `process_results gives no ${repr(name)}, but ${[...values.keys()].join(', ')}`);
  return aggregatedValue(aggregation, value);
}

/** A value as Python has it, as the aggregation takes it. Throws PyError for one that it does not. */
export function aggregatedValue(aggregation: AggregationName, value: PyValue): MetricValue {
  const { takes, read } = aggregationOf(aggregation);
  if (read !== undefined) return read(value);
  const [first = null, second = null] = value instanceof PyTuple ? value.items : Array.isArray(value) ? value : [];
  switch (takes) {
    case 'number':
      return { kind: 'number', value: numberOf(value) };
    case 'pair':
      return { kind: 'pair', gold: numberOf(first), prediction: numberOf(second) };
    case 'weighted':
      return { kind: 'weighted', logLikelihood: numberOf(first), weight: numberOf(second) };
    case 'probabilities':
      return { kind: 'probabilities', gold: numberOf(first), probabilities: Array.isArray(second) ? second.map(numberOf) : [] };
    default:
      return countedText(aggregation, first, second);
  }
}

/** BLEU and its kin take target and answer. */
function countedText(aggregation: AggregationName, gold: PyValue, result: PyValue): MetricValue {
  const metric = findMetric(aggregation, 'generate_until');
  if (metric === null) throw new PyError('TypeError', `${aggregation} cannot be made of ${repr(result)}`);
  return metric.value({ kind: 'generate_until', result, gold, severalTargets: Array.isArray(gold) });
}

function numberOf(value: PyValue): number {
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', `a number was expected, not ${repr(value)}`);
  return toFloat(number);
}
