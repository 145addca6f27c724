import type { TaskDefinition } from '../config/definition';
import type { Metric, Outcome } from '../metrics/metric';
import type { ChatMessage } from '../protocol/chat';
import type { ModelRequest, ModelResponse, ScorePiece } from '../model/request';
import type { Rows } from '../dataset/rows';
import type { Doc, PyValue } from '../python/value';

/** What preparing a task needs from outside: rows, and the options of this run. */
export type TaskContext = {
  /** Rows of a split, in file order; `limit`: only the first are needed. Rejects with an AssayError. */
  readonly rows: (split: string, limit: number | null) => Promise<Rows>;
  /** Gives up preparing. */
  readonly signal: AbortSignal;
  readonly numFewshot: number;
  /** First documents; a fraction below 1 is a share, as in the harness. null: all. */
  readonly limit: number | null;
  /** Few-shot seed. */
  readonly seed: number;
  readonly systemInstruction: string | null;
  /** Renders a conversation with the checkpoint's template; null: plain text. */
  readonly chat: ((messages: readonly ChatMessage[], continueFinal: boolean) => string) | null;
};

/** A task ready to ask: its documents are known, few-shot draws are made, prompts are rendered on demand. */
export type PreparedTask = {
  readonly definition: TaskDefinition;
  readonly name: string;
  /** Rows of the evaluated split before `limit`. */
  readonly original: number;
  /** Documents that are evaluated. */
  readonly documents: number;
  readonly numFewshot: number;
  readonly metrics: readonly SignedMetric[];
  /** Names of the filter pipelines; ['none'] by default. */
  readonly filters: readonly string[];
  /** Renders document `index` (0-based, file order). Throws an AssayError that names the document. */
  document(index: number): PreparedDocument;
  /** Documents are asked for in this order from place `from` on: their rows are read together. Returns for how many. */
  ahead(order: readonly number[], from: number): number;
};

export type TaskMetric = { readonly metric: Metric; readonly higherIsBetter: boolean; readonly options: Readonly<Record<string, PyValue>> };

/** `signature`: what its number depends on (metrics/signature). */
export type SignedMetric = TaskMetric & { readonly signature: string };

export type PreparedDocument = {
  readonly index: number;
  readonly doc: Doc;
  /** Ids are journal keys: `<task>/<doc>/<request>/<repeat>`. */
  readonly requests: readonly ModelRequest[];
  /** As the sample line's `target`. */
  readonly target: PyValue;
  /** The prompt's own part: without description and few-shot examples. */
  readonly ownText: string;
  readonly choices: readonly string[] | null;
  /** Its answer is not among its choices: every prediction counts as wrong. */
  readonly lacksGold: boolean;
  /** What metrics see of its answers, which are in the order of `requests`: one a filter pipeline. Throws an AssayError that names the document. */
  outcomes(responses: readonly ModelResponse[]): readonly Outcome[];
  /** Of a long text: begins a reading, which takes the pieces of its scores in order and gives the outcome of what is read. */
  partialOutcome?(): (piece: Pick<ScorePiece, 'text' | 'tokenLogprobs'>) => Outcome;
};
