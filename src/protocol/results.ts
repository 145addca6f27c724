/** What `assay run --json` prints and what a finished run is read back as (contract.md). Keys are the harness's. */
import type { SerializedError } from './errors';
import type { Comparison, Expectation, Interval } from './events';

export type TaskResults = Readonly<Record<string, number | string | Readonly<Record<string, number>>>>;

/** How linear layers multiply: float32 is the reference, int8 is approximate. */
export type Precision = 'fp32' | 'int8';

export type RunReport = {
  readonly id: string;
  readonly checkpoint: string;
  /** null: it is served, by `endpoint` as `model`. */
  readonly path: string | null;
  readonly endpoint?: string;
  readonly model?: string;
  readonly precision: Precision;
  /** Every number of it: computed in int8. */
  readonly approximate?: true;
  readonly results: Readonly<Record<string, TaskResults>>;
  readonly intervals: Readonly<Record<string, Readonly<Record<string, Interval>>>>;
  /** By task and `metric,filter`: what a number depends on besides texts and model, as sacrebleu writes it. */
  readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly groups: Readonly<Record<string, TaskResults>>;
  readonly group_subtasks: Readonly<Record<string, readonly string[]>>;
  readonly 'n-shot': Readonly<Record<string, number>>;
  readonly 'n-samples': Readonly<Record<string, { readonly original: number; readonly effective: number }>>;
  readonly timing: { readonly seconds: number; readonly tokens: number; readonly tokens_per_second: number };
  /** The run had finished before: its numbers are told again from its folder, nothing was computed. */
  readonly reported?: true;
  /** Answers that an earlier start of this run had given, when it began, and on which machine. */
  readonly taken_over?: { readonly answers: number; readonly since: string; readonly host: string };
};

export type ReportedError = {
  readonly checkpoint: string | null;
  readonly task: string | null;
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  /** 1-based; only where it is known. */
  readonly line?: number;
};

export type EvaluationReport = {
  readonly version: 1;
  readonly runs: readonly RunReport[];
  readonly comparisons: readonly Comparison[];
  readonly expectations: readonly Expectation[];
  readonly errors: readonly ReportedError[];
};

export function reportError(error: SerializedError, checkpoint: string | null, task: string | null): ReportedError {
  const { file = null, line } = error.place;
  return { checkpoint, task, code: error.code, message: error.message, file, ...(line !== undefined && { line }) };
}
