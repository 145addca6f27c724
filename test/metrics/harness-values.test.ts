/** Values of scikit-learn, numpy and lm-evaluation-harness 0.4.13 (test/fixtures/metrics/cases.json). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aggregate } from '../../src/metrics/aggregation';
import { findMetric } from '../../src/metrics/registry';
import type { AggregationName, MetricValue, Outcome } from '../../src/metrics/metric';
import { pooledStderr, unweightedStderr } from '../../src/statistics/group';
import { columnOf, harnessStderrOf } from '../statistics/values';

type Gold = number | readonly number[];
type Item = number | 'NaN' | readonly [Gold, number] | readonly [number, readonly number[]];
type Sample = Readonly<Record<string, number | readonly [Gold, number | readonly number[]]>>;
type Case = {
  readonly id: string;
  readonly metric: string;
  readonly options: {
    readonly name?: AggregationName;
    readonly aggregation?: AggregationName;
    readonly bootstrap_iters?: number;
    readonly function?: string;
    readonly output_type?: 'multiple_choice' | 'loglikelihood';
    readonly metric_list?: readonly { readonly metric: string }[];
  };
  readonly inputs: {
    readonly items?: readonly Item[];
    readonly golds?: readonly number[];
    readonly preds?: readonly number[];
    readonly stderrs?: readonly number[];
    readonly sizes?: readonly number[];
    readonly docs?: readonly { readonly choices?: readonly string[]; readonly gold?: Gold }[];
    readonly responses?: readonly (readonly (readonly [number, boolean])[])[];
  };
  readonly expected: {
    readonly value?: number | 'NaN';
    readonly f1?: number;
    readonly stderr?: number | 'N/A';
    readonly error?: string;
    readonly samples?: { readonly none: readonly Sample[] };
    readonly results?: Readonly<Record<string, number | 'N/A'>>;
  };
};

const { cases } = JSON.parse(readFileSync(join(__dirname, '../fixtures/metrics/cases.json'), 'utf8')) as { cases: readonly Case[] };

/** What each kind of case checks; a kind without an entry fails. */
const CHECKS: Readonly<Record<string, (item: Case) => void>> = {
  aggregation: ({ options, inputs, expected }) => {
    const name = required(options.name);
    const value = aggregateOf(name, required(inputs.items).map((item) => metricValue(name, item)));
    // Where the harness raises there is no number; where it overflows, none that is finite.
    if (expected.error === undefined) close(value, required(expected.value), 1e-13);
    else assert.ok(!Number.isFinite(value), `${value}`);
  },
  mcc: ({ inputs, expected }) => close(aggregateOf('matthews_corrcoef', pairs(inputs)), required(expected.value), 1e-14),
  f1: ({ inputs, expected }) => {
    const value = aggregateOf('f1', pairs(inputs));
    if (expected.error === undefined) close(value, required(expected.f1), 1e-14);
    else assert.ok(Number.isNaN(value));
  },
  stderr: ({ options, inputs, expected }) => {
    const name = required(options.aggregation);
    const values = required(inputs.items).map((item) => metricValue(name, item));
    const stderr = harnessStderrOf('a metric', name, values, required(options.bootstrap_iters));
    if (expected.error === undefined) close(stderr, required(expected.stderr), 1e-10);
    else assert.equal(stderr, 'N/A');
  },
  group_stderr: ({ options, inputs, expected }) => {
    const [stderrs, sizes] = [required(inputs.stderrs), required(inputs.sizes)];
    const stderr = options.function === 'pooled_sample_stderr' ? pooledStderr(stderrs, sizes) : unweightedStderr(stderrs);
    if (expected.error === undefined) close(stderr, required(expected.stderr), 1e-14);
    else assert.ok(!Number.isFinite(stderr), `${stderr}`);
  },
  task_scoring: ({ options, inputs, expected }) => {
    const type = required(options.output_type);
    const outcomes = required(inputs.docs).map((doc, index) => outcome(doc, required(required(inputs.responses)[index])));
    for (const { metric: name } of required(options.metric_list)) {
      const metric = required(findMetric(name, type) ?? undefined);
      const values = outcomes.map((item) => metric.value(item));
      for (const [index, value] of values.entries()) closeTo(sampleValue(value), required(required(expected.samples).none[index]?.[name]));
      close(aggregateOf(metric.aggregation, values), required(required(expected.results)[`${name},none`]), 1e-13);
      const stderr = harnessStderrOf(name, metric.aggregation, values, 1000);
      close(stderr, required(required(expected.results)[`${name}_stderr,none`]), 1e-10);
    }
  },
};

/** Functions of the harness that Assay has no use for: 0.4.13 aggregates no group with them. */
const OUTSIDE = new Set(['combined_sample_stderr']);

for (const item of cases) {
  if (OUTSIDE.has(item.options.function ?? '')) continue;
  test(item.id, () => required(CHECKS[item.metric])(item));
}

function aggregateOf(name: AggregationName, values: readonly MetricValue[]): number {
  return aggregate(name, columnOf(values));
}

function required<T>(value: T | undefined): T {
  assert.notEqual(value, undefined);
  return value as T;
}

function close(got: number | string, want: number | string, tolerance: number): void {
  if (typeof want === 'string' || typeof got === 'string') assert.equal(String(got), want);
  else assert.ok(Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want)), `${got}, expected ${want}`);
}

function closeTo(got: unknown, want: unknown): void {
  if (Array.isArray(want)) {
    assert.ok(Array.isArray(got) && got.length === want.length);
    want.forEach((part, index) => closeTo(got[index], part));
  } else close(Number(got), Number(want), 1e-14);
}

function pairs({ golds, preds }: Case['inputs']): MetricValue[] {
  return required(golds).map((gold, index) => ({ kind: 'pair', gold, prediction: required(required(preds)[index]) }));
}

const WEIGHTED = new Set(['weighted_perplexity', 'bits_per_byte', 'bypass']);

function metricValue(name: string, item: Item): MetricValue {
  if (item === 'NaN' || typeof item === 'number') return { kind: 'number', value: Number(item) };
  const [first, second] = item;
  if (typeof second !== 'number') return { kind: 'probabilities', gold: first, probabilities: second };
  if (WEIGHTED.has(name)) return { kind: 'weighted', logLikelihood: Number(first), weight: second };
  return { kind: 'pair', gold: first, prediction: second };
}

function sampleValue(value: MetricValue): unknown {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'pair':
      return [value.gold, value.prediction];
    case 'probabilities':
      return [value.gold, value.probabilities];
    case 'weighted':
      return [value.logLikelihood, value.weight];
  }
}

function outcome(doc: { readonly choices?: readonly string[]; readonly gold?: Gold }, responses: readonly (readonly [number, boolean])[]): Outcome {
  const logLikelihoods = responses.map(([logLikelihood]) => logLikelihood);
  const greedy = responses.map(([, isGreedy]) => isGreedy);
  if (doc.choices === undefined) return { kind: 'loglikelihood', logLikelihood: required(logLikelihoods[0]), greedy: required(greedy[0]), tokens: 1 };
  const count = doc.choices.length;
  return {
    kind: 'multiple_choice',
    logLikelihoods: logLikelihoods.slice(0, count),
    greedy: greedy.slice(0, count),
    choiceCharacters: doc.choices.map((choice) => [...choice].length),
    choiceBytes: doc.choices.map((choice) => Buffer.byteLength(choice)),
    unconditional: logLikelihoods.length > count ? logLikelihoods.slice(count) : null,
    gold: required(doc.gold),
  };
}
