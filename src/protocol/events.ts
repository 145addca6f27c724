/**
 * RunEvent: the only thing a screen ever sees of a run, live or replayed from the journal (docs/architecture.md).
 * One run is one checkpoint on a list of tasks. `--events` writes each event as one JSON line.
 */
import type { SerializedError } from './errors';
import type { MessageArgs, MessageCode } from './messages';

/** [low, high]; null where none is defined (n = 1, a perplexity of one document). */
export type Interval = readonly [low: number, high: number] | null;

type Common = {
  /** Run id. */
  readonly run: string;
  /** Runs started together share it. */
  readonly evaluation: string;
  /** Checkpoint name as shown. */
  readonly checkpoint: string;
  /** ISO 8601, UTC. */
  readonly time: string;
};

/** One row of the table, known before anything runs, so that space can be laid out. */
export type PlannedTask = {
  readonly task: string;
  readonly alias: string;
  readonly documents: number;
  /** Metrics in display order, as `metric,filter`, with what a screen needs to show them. */
  readonly metrics: readonly PlannedMetric[];
  /** Which `tasks:` entry of the config it came from; null for a task named on the command line. */
  readonly configPath: string | null;
  /** Digest of that entry as it was when the run was planned: the same wherever the entry stands by now. */
  readonly entry?: string | null;
};

export type PlannedMetric = {
  /** `acc,none` */
  readonly metric: string;
  readonly higherIsBetter: boolean | null;
  /** How to print it: 0.672 as 67.2 %, 4.02, … */
  readonly form: 'proportion' | 'perplexity' | 'score';
  /** Chance or majority level where there is one. */
  readonly baseline?: number;
};

export type RunEvent =
  | (Common & {
      readonly type: 'planned';
      readonly config: string | null;
      readonly tasks: readonly PlannedTask[];
      readonly documents: number;
      /** Names of all checkpoints of this evaluation, in order: the colour of each, everywhere. */
      readonly checkpoints: readonly string[];
      readonly baseline: string;
      /** Level of every interval, 0.95 unless the config says otherwise. */
      readonly confidence?: number;
      readonly path: string;
      /** Only where its numbers are approximate. */
      readonly precision?: 'int8';
      /** `replay`: told from a run's folder, not from a run at work. */
      readonly origin?: 'run' | 'replay';
    })
  | (Common & { readonly type: 'started'; readonly parameters: number | null; readonly precision: string })
  /** Data is on its way from the hub before anything runs: `run` and `checkpoint` are empty. Bytes of a split's files that are here, and all. */
  | (Common & { readonly type: 'downloading'; readonly dataset: string; readonly file: string; readonly done: number; readonly total: number })
  /** Answers found in the journal of an interrupted run; they are not asked again. `from`: where and since when they were made. */
  | (Common & { readonly type: 'resumed'; readonly answered: number; readonly from?: { readonly host: string; readonly time: string } })
  | (Common & {
      readonly type: 'progress';
      readonly task: string;
      /** Documents of the run. */
      readonly done: number;
      readonly total: number;
      /** Documents of `task`. */
      readonly taskDone: number;
      readonly taskTotal: number;
      readonly tokens: number;
      readonly tokens_per_second: number;
      /**
       * Seconds left of the whole evaluation, all its checkpoints: the one estimate there is, shown as it is.
       * null while nothing sure can be said.
       */
      readonly remaining: number | null;
    })
  /** Of a long task only the first documents of the random order are told: the same ones for every checkpoint. */
  | (Common & { readonly type: 'sample'; readonly task: string; readonly sample: SampleSummary })
  | (Common & {
      readonly type: 'metric';
      readonly task: string;
      readonly metric: string;
      readonly value: number;
      readonly stderr: number | null;
      readonly interval: Interval;
      /** Documents the value and its interval rest on: the finished prefix of the random order while it streams. */
      readonly n: number;
      /**
       * Tokens scored in those documents (x axis of running perplexity). While it streams, also in the part that is scored of a long
       * text next in order: that part moves the value, and `n` may be 0.
       */
      readonly tokens: number;
      readonly final: boolean;
      /** The interval's method: 'wilson', 'beta-mixture', 't-mixture', …; `approximate` is said in words. */
      readonly method: string | null;
      readonly approximate: boolean;
    })
  | (Common & { readonly type: 'comparison'; readonly comparison: Comparison })
  | (Common & { readonly type: 'expectation'; readonly expectation: Expectation })
  | (Common & {
      readonly type: 'warning';
      readonly task: string | null;
      readonly code: MessageCode;
      readonly args: MessageArgs;
      readonly message: string;
    })
  /** A task that could not be run has an `error` and no results; the run goes on (contract: it does not stop the others). */
  | (Common & {
      readonly type: 'finished';
      readonly seconds: number;
      readonly tokens: number;
      readonly failedTasks: readonly string[];
      /** The run had finished before and is only told again: nothing was computed. */
      readonly reported?: boolean;
    })
  /** Documents that are answered, and all. */
  | (Common & { readonly type: 'cancelled'; readonly done: number; readonly total: number })
  /** `task` null: the whole run failed; otherwise only this task did and the run goes on. */
  | (Common & { readonly type: 'failed'; readonly task: string | null; readonly entry?: string | null; readonly error: SerializedError; readonly resumable: boolean });

/** What a list of samples shows of one document of one checkpoint. */
export type SampleSummary = {
  readonly doc_id: number;
  /** The prompt's own part (the document's text without few-shot examples), cut to a few hundred characters. */
  readonly text: string;
  readonly target: string;
  /** The choice the model took, or the text it generated. */
  readonly answer: string;
  /** What the task's first filter left of a generated text. */
  readonly filtered?: string;
  /** Probability the model gave its answer among the choices, where there are choices. */
  readonly probability: number | null;
  readonly correct: boolean | null;
  /** Per-document values by metric name, only numbers. */
  readonly values: Readonly<Record<string, number>>;
};

/** A paired comparison on the same documents: difference = other − baseline (contract.md). */
export type Comparison = {
  readonly task: string;
  readonly metric: string;
  readonly baseline: string;
  readonly other: string;
  readonly difference: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  readonly p_value: number | null;
  readonly n: number;
  /** Documents that only one of the two has; they are left out. */
  readonly unpaired?: number;
  /** One side, or both, were computed in int8. */
  readonly approximate?: boolean;
  /** Only where values are 0 or 1. */
  readonly both_right?: number;
  readonly only_baseline?: number;
  readonly only_other?: number;
  readonly both_wrong?: number;
};

/** `config_path` (`tasks[1].expect.acc`) is mapped on the text by the editor, as the text is then. */
export type Expectation = {
  readonly checkpoint: string;
  readonly task: string;
  readonly metric: string;
  readonly expected: string;
  readonly actual: number | null;
  readonly met: boolean;
  readonly config: string | null;
  readonly config_path: string | null;
};
