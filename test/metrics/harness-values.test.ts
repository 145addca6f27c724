/** Values of scikit-learn, numpy and lm-evaluation-harness 0.4.13 (test/fixtures/metrics/cases.json). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutputType } from '../../src/config/definition';
import { aggregationOf } from '../../src/metrics/aggregations/registry';
import { bleuStatistics } from '../../src/metrics/bleu/statistics';
import { CHRF_TEXT, CHRF_WORDS_TEXT, chrfStatistics } from '../../src/metrics/chrf/statistics';
import { findMetric } from '../../src/metrics/registry';
import type { Outcome } from '../../src/metrics/metric';
import type { AggregationName } from '../../src/metrics/aggregations/registry';
import type { MetricValue } from '../../src/metrics/score';
import { terStatistics } from '../../src/metrics/ter/statistics';
import { groupMean, pooledStderr, unweightedStderr } from '../../src/statistics/group';
import { columnOf, harnessStderrOf, isCounted } from '../statistics/values';
import { ALL_KINDS, casesOf, type Json } from './cases';

type Gold = number | readonly number[];
type Texts = readonly [string | readonly string[], string];
type Item = number | 'NaN' | readonly [Gold, number] | readonly [number, readonly number[]] | Texts;
type Sample = Readonly<Record<string, Json>>;
type Case = {
  readonly id: string;
  readonly metric: string;
  readonly options: {
    readonly name?: AggregationName | 'bypass';
    readonly aggregation?: AggregationName | 'bypass';
    readonly bootstrap_iters?: number;
    readonly function?: string;
    readonly weight_by_size?: boolean;
    readonly output_type?: OutputType;
    readonly metric_list?: readonly { readonly metric: string }[];
    readonly filter_list?: Json;
  };
  readonly inputs: {
    readonly items?: readonly Item[];
    readonly golds?: readonly number[];
    readonly preds?: readonly number[];
    readonly values?: readonly number[];
    readonly stderrs?: readonly number[];
    readonly sizes?: readonly number[];
    readonly docs?: readonly { readonly choices?: readonly string[]; readonly gold?: Gold; readonly a?: string }[];
    readonly responses?: readonly (readonly (readonly [number, boolean] | string)[])[];
  };
  readonly expected: {
    readonly value?: number | 'NaN';
    readonly stderr?: number | 'N/A';
    readonly error?: string;
    readonly samples?: { readonly none: readonly Sample[] };
    readonly results?: Readonly<Record<string, number | 'N/A'>>;
  };
};

/** What each kind of case checks; a kind without an entry fails. */
const CHECKS: Readonly<Record<string, (item: Case) => void>> = {
  aggregation: ({ options, inputs, expected }) => {
    const name = required(options.name) as AggregationName;
    const value = aggregateOf(name, cut(required(inputs.items)).map((item) => metricValue(name, item)));
    // Where the harness raises there is no number; where it overflows, none that is finite.
    if (expected.error === undefined) close(value, required(expected.value), 1e-13);
    else assert.ok(!Number.isFinite(value), `${value}`);
  },
  mcc: ({ inputs, expected }) => close(aggregateOf('matthews_corrcoef', pairs(inputs)), required(expected.value), 1e-14),
  stderr: ({ options, inputs, expected }) => {
    const name = required(options.aggregation) as AggregationName;
    const values = required(inputs.items).map((item) => metricValue(name, item));
    const stderr = harnessStderrOf(name, name, values, required(options.bootstrap_iters));
    if (expected.error === undefined) close(stderr, required(expected.stderr), 1e-10);
    else assert.equal(stderr, 'N/A');
  },
  group_mean: ({ options, inputs, expected }) => {
    close(groupMean(required(inputs.values), required(options.weight_by_size) ? required(inputs.sizes) : null), required(expected.value), 1e-14);
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
      // Of a corpus score the harness keeps the pair of texts.
      if (!isCounted(metric.aggregation)) for (const [index, value] of values.entries()) closeTo(sampleValue(value), required(required(expected.samples).none[index]?.[name]));
      close(aggregateOf(metric.aggregation, values), required(required(expected.results)[`${name},none`]), 1e-13);
      const stderr = harnessStderrOf(name, metric.aggregation, values, 1000);
      close(stderr, required(required(expected.results)[`${name}_stderr,none`]), 1e-10);
    }
  },
};

/** What Assay has no use for: 0.4.13 aggregates no group with the one, and the other is the number 999 whatever the answers are. */
const OUTSIDE = new Set(['combined_sample_stderr', 'bypass']);

for (const [kind, check] of Object.entries(CHECKS)) {
  for (const item of casesOf(kind) as unknown as readonly Case[]) {
    const { name, aggregation, function: called, output_type, filter_list } = item.options;
    if ([name, aggregation, called].some((one) => OUTSIDE.has(one ?? ''))) continue;
    // What filters and whole texts make of answers is a task's affair.
    if (output_type === 'loglikelihood_rolling' || filter_list !== undefined) continue;
    test(item.id, () => check(item));
  }
}

/** Cases of these kinds are checked in the tests beside this one. */
const BESIDE = [
  'bleu', 'bleu_truthfulqa', 'chrf', 'ter', 'tokenize',
  'rouge', 'rouge_aggregate', 'rouge_truthfulqa', 'rouge_cnn_dailymail', 'porter', 'numpy_choice',
  'seqeval', 'seqeval_score',
  'squad_normalize', 'squad_answer', 'squad', 'squad_v2', 'coqa', 'drop', 'drop_normalize', 'exact_match',
  'accuracy', 'f1', 'cb_f1', 'brier_binary', 'ece', 'pearson', 'spearman', 'kendall', 'mcnemar_exact', 'random_choices',
];


test('every kind of case is checked', () => assert.deepEqual([...Object.keys(CHECKS), ...BESIDE].sort(), ALL_KINDS));

function aggregateOf(name: AggregationName, values: readonly MetricValue[]): number {
  return aggregationOf(name).value(columnOf(values));
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

/** sacrebleu by the harness takes as many references of each document as the one with fewest has; Assay's metrics take all. */
function cut(items: readonly Item[]): readonly Item[] {
  const fewest = Math.min(...items.map((item) => (Array.isArray(item) && Array.isArray(item[0]) && typeof item[1] === 'string' ? item[0].length : Infinity)));
  return items.map((item) => (isTexts(item) && typeof item[0] !== 'string' ? [item[0].slice(0, fewest), item[1]] : item));
}

function isTexts(item: Item): item is Texts {
  return Array.isArray(item) && typeof item[1] === 'string';
}

function counted(name: string, references: readonly string[], hypothesis: string): readonly number[] {
  if (name === 'bleu') return bleuStatistics(hypothesis, references);
  return name === 'ter' ? terStatistics(hypothesis, references) : chrfStatistics(hypothesis, references, name === 'chrf' ? CHRF_TEXT : CHRF_WORDS_TEXT);
}

function metricValue(name: string, item: Item): MetricValue {
  if (isTexts(item)) return { kind: 'counts', counts: counted(name, [item[0]].flat(), item[1]) };
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
    case 'counts':
      return value.counts;
  }
}

function outcome(doc: { readonly choices?: readonly string[]; readonly gold?: Gold; readonly a?: string }, answers: readonly (readonly [number, boolean] | string)[]): Outcome {
  const [text] = answers;
  if (typeof text === 'string') return { kind: 'generate_until', result: text, gold: required(doc.a), severalTargets: false };
  const responses = answers as readonly (readonly [number, boolean])[];
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
