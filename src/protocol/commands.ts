/** What editor/ and cli/ ask of the evaluator, over a fork or in memory (evaluator/client.ts). */
import type { SerializedError } from './errors';
import type { Comparison, RunEvent } from './events';
import type { EvaluationReport, ReportedError } from './results';

/** Everything the command line or a lens may override. Paths absolute; null or absent = not said. */
export type EvaluationOverrides = {
  /** Folders, and models behind servers. */
  readonly checkpoints?: readonly (string | { readonly endpoint: string; readonly model: string })[];
  /** Names, or absolute task files. */
  readonly tasks?: readonly string[];
  readonly includePath?: readonly string[];
  readonly numFewshot?: number;
  readonly limit?: number;
  readonly bootstrapIters?: number;
  readonly precision?: 'fp32' | 'int8';
  readonly threads?: number;
  readonly output?: string;
  /** A template's name, or whether there is one. */
  readonly applyChatTemplate?: boolean | string;
  readonly fewshotAsMultiturn?: boolean;
  readonly systemInstruction?: string;
  /** A JSON object (`1.0` and `1` differ), laid over the config's, which are laid over the tasks'. */
  readonly genKwargs?: string;
  /** Of few-shot draws. */
  readonly seed?: number;
};

/** Whether data sets that are not on this machine are fetched from the hub; `ask`: the person is asked first. */
export type DownloadPolicy = 'ask' | 'on' | 'off';
/** What a person is asked before a download begins. */
export type DownloadQuestion = { readonly id: string; readonly endpoint: string };

export type EvaluationRequest = {
  /** Eval configs, task files or group files, absolute, as saved on disk. Empty: overrides alone say what runs. */
  readonly configs: readonly string[];
  readonly overrides: EvaluationOverrides;
  /** Only this entry of the (single) config: `tasks[1]`. */
  readonly onlyEntry?: string;
  readonly resume: boolean;
  /** Weights that were saved within the last hour are copied first: whoever trains them may save over them while they are evaluated. */
  readonly snapshot?: boolean;
  /** Default: off. */
  readonly download?: DownloadPolicy;
  /** Folder whose checkpoints a bare task file runs on, and where a missing output_path is made. */
  readonly workspace: string;
};

export type EvaluationOutcome = {
  readonly report: EvaluationReport;
  /** contract.md: 0 done, 1 an expectation missed, 2 bad config, 3 something failed, 130 cancelled. */
  readonly exitCode: 0 | 1 | 2 | 3 | 130;
};

export type CompareOutcome = { readonly version: 1; readonly comparisons: readonly Comparison[]; readonly errors: readonly ReportedError[] };

/** A running or queued evaluation, as the client holds it. */
export type EvaluationHandle = {
  /** Evaluation id; also in every event. */
  readonly id: string;
  readonly outcome: Promise<EvaluationOutcome>;
  /** Ends within a second; finished answers stay in the journal. */
  cancel(): void;
};

/** `assay score`: a text's tokens with their log-probabilities (contract.md). */
export type ScoredText = {
  readonly text: string;
  readonly token_ids: readonly number[];
  readonly tokens: readonly string[];
  readonly logprobs: readonly number[];
  readonly greedy: readonly boolean[];
  readonly perplexity: number;
};

/** In the order they were asked; `warnings`: what a person should know before they trust the numbers. */
export type ScoredTexts = { readonly texts: readonly ScoredText[]; readonly warnings: readonly SerializedError[] };

export type ScoreTextsRequest = { readonly checkpoint: string; readonly texts: readonly string[]; readonly threads?: number };

/** `assay preview`: the exact requests of one document. */
export type PreviewRequest = Pick<EvaluationRequest, 'configs' | 'overrides' | 'workspace' | 'download'> & { readonly task: string; readonly document: number };
export type Preview = {
  readonly task: string;
  readonly doc_id: number;
  readonly doc: unknown;
  readonly requests: readonly { readonly type: string; readonly context?: string; readonly continuation?: string; readonly generation_kwargs?: unknown }[];
  readonly target: unknown;
};

export interface EvaluatorClient {
  /** Queues an evaluation; the second waits for the first. Events of all runs arrive at `onEvent` in order. */
  start(request: EvaluationRequest, onEvent: (event: RunEvent) => void): EvaluationHandle;
  compare(runA: string, runB: string): Promise<CompareOutcome>;
  /** Events of a run folder as the journal and results files tell them: the same events, drawn by the same code. */
  replay(runFolder: string): Promise<readonly RunEvent[]>;
  score(request: ScoreTextsRequest): Promise<ScoredTexts>;
  preview(request: PreviewRequest): Promise<Preview>;
  /** Ends the evaluator and its model processes. */
  dispose(): Promise<void>;
}
