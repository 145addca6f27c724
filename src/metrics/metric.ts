/** What a metric sees of one answered document, by output type (lm-evaluation-harness 0.4.13, per-document scoring). */
import type { PyValue } from '../python/value';
import type { AggregationName } from './aggregations/registry';
import type { MetricValue } from './score';

export type MultipleChoiceOutcome = {
  readonly kind: 'multiple_choice';
  readonly logLikelihoods: readonly number[];
  readonly greedy: readonly boolean[];
  /** Divisors of acc_norm: code points of the choice (of the context, with multiple inputs). */
  readonly choiceCharacters: readonly number[];
  /** Divisors of acc_bytes: UTF-8 length. */
  readonly choiceBytes: readonly number[];
  /** log P(choice) without context, when acc_mutual_info asks for it. */
  readonly unconditional: readonly number[] | null;
  /** Index, or several; -100 = not among the choices. */
  readonly gold: number | readonly number[];
};

export type LoglikelihoodOutcome = { readonly kind: 'loglikelihood'; readonly logLikelihood: number; readonly greedy: boolean; readonly tokens: number };

export type RollingOutcome = {
  readonly kind: 'loglikelihood_rolling';
  readonly logLikelihood: number;
  readonly words: number;
  readonly bytes: number;
  readonly tokens: number;
};

/** A generated answer behind one filter pipeline. */
export type GenerationOutcome = {
  readonly kind: 'generate_until';
  /** What the filters left: text after `take_first`, else a list of it. */
  readonly result: PyValue;
  /** A list where the task has several targets. */
  readonly gold: PyValue;
  readonly severalTargets: boolean;
};

/** What a task's own function makes of a document's answers: values by metric, as Python has them. */
export type OwnOutcome = {
  readonly kind: 'own';
  readonly values: ReadonlyMap<string, PyValue>;
  /** What the filters left of a generated answer; null: scores. */
  readonly generated: { readonly result: PyValue } | null;
};

export type Outcome = MultipleChoiceOutcome | LoglikelihoodOutcome | RollingOutcome | GenerationOutcome | OwnOutcome;

export type MetricForm = 'proportion' | 'perplexity' | 'score';

export type Metric<O extends Outcome = Outcome> = {
  readonly name: string;
  readonly outputTypes: readonly O['kind'][];
  readonly aggregation: AggregationName;
  readonly higherIsBetter: boolean;
  readonly form: MetricForm;
  /** How texts are cut and counted, in sacrebleu's words; absent: its options say all (metrics/signature). */
  readonly signature?: string;
  /** The document's value. Throws PyError where the harness raises. */
  readonly value: (outcome: O) => MetricValue;
  /** The metric with the other keys of its `metric_list` entry, read once a task; absent: it takes none. Throws PyError for a key it does not have. */
  readonly configure?: (options: Readonly<Record<string, PyValue>>) => Metric<O>;
};
