/**
 * Typed contents of eval configs and task files. Positions stay with the text (see config/source.ts),
 * so nothing downstream carries YAML nodes. Task keys are the harness's (0.4.13).
 */
import type { PyValue } from '../python/value';
import type { PythonHook } from './python-hook';

export type OutputType = 'multiple_choice' | 'loglikelihood' | 'loglikelihood_rolling' | 'generate_until';

/** A metric of `metric_list`; other keys of the entry are `options`. */
export type MetricEntry = {
  readonly metric: string | PythonHook;
  readonly aggregation: string | PythonHook | null;
  readonly higherIsBetter: boolean | null;
  readonly options: Readonly<Record<string, PyValue>>;
};

export type FilterStep = { readonly function: string | PythonHook; readonly options: Readonly<Record<string, PyValue>> };
export type FilterPipeline = { readonly name: string; readonly steps: readonly FilterStep[] };

/** A template, or a column name, or a literal: which one is decided against the data, as in the harness; or a function of the document. */
export type FieldSource = string | number | null | PythonHook;
export type ChoiceSource = string | readonly PyValue[] | null | PythonHook;

export type FewshotConfig = {
  readonly sampler: 'default' | 'first_n';
  readonly split: string | null;
  /** Hard-coded examples instead of a split. */
  readonly samples: readonly ReadonlyMap<string, PyValue>[] | PythonHook | null;
  /** What is made of the split's rows; absent: as the task says. */
  readonly process_docs: PythonHook | null;
  readonly doc_to_text: FieldSource;
  readonly doc_to_target: FieldSource | readonly PyValue[];
  readonly doc_to_choice: ChoiceSource;
  readonly gen_prefix: string | null;
  readonly fewshot_delimiter: string | null;
  readonly target_delimiter: string | null;
};

export type DatasetSource = {
  /** Builder name (`json`, `csv`, `text`, `parquet`, `arrow`), a folder, or a hub id. */
  readonly path: string;
  readonly name: string | null;
  /** split -> files, absolute; globs not yet expanded. null: found by the folder's own layout. */
  readonly dataFiles: Readonly<Record<string, readonly string[]>> | null;
  readonly kwargs: Readonly<Record<string, PyValue>>;
  /** Folder that relative paths of the task file start from. */
  readonly base: string;
};

export type TaskDefinition = {
  readonly kind: 'task';
  readonly task: string;
  readonly alias: string | null;
  readonly tags: readonly string[];
  readonly outputType: OutputType;
  readonly dataset: DatasetSource;
  readonly training_split: string | null;
  readonly validation_split: string | null;
  readonly test_split: string | null;
  readonly fewshot: FewshotConfig;
  readonly doc_to_text: FieldSource;
  readonly doc_to_target: FieldSource | readonly PyValue[];
  readonly doc_to_choice: ChoiceSource;
  readonly description: string;
  readonly target_delimiter: string;
  readonly fewshot_delimiter: string;
  readonly gen_prefix: string | null;
  /** null: the file does not say (0 unless a config or the command line does). */
  readonly num_fewshot: number | null;
  readonly metrics: readonly MetricEntry[] | null;
  readonly filters: readonly FilterPipeline[] | null;
  readonly generation_kwargs: Readonly<Record<string, PyValue>> | null;
  readonly repeats: number;
  readonly metadata: ReadonlyMap<string, PyValue>;
  /** `perplexity:` entries score overlapping windows where asked to. */
  readonly rolling: { readonly window: number | null; readonly stride: number | null } | null;
  /** What is made of a split's rows before anything else. */
  readonly process_docs: PythonHook | null;
  /** What is made of a document's answers, instead of the metrics' own ways. */
  readonly process_results: PythonHook | null;
  /** The file it was read from; null for one made from a `perplexity:` entry. */
  readonly file: string | null;
  /** All keys after include and overrides, as the results file's `configs` shows them. */
  readonly raw: ReadonlyMap<string, PyValue>;
};

/** Metrics of tasks, each task's put together first: the average that a benchmark's own page has. */
export type BenchmarkPart = readonly { readonly task: string; readonly metrics: readonly string[] }[];

export type GroupAggregate = {
  readonly metric: string;
  readonly weightBySize: boolean;
  /** null: every filter present. */
  readonly filters: readonly string[] | null;
  /** Not this metric of the tasks below, but a mean of what these say, the same weight for each part. */
  readonly meanOf?: readonly BenchmarkPart[];
};

export type GroupDefinition = {
  readonly kind: 'group';
  readonly group: string;
  readonly alias: string | null;
  /** Direct children, resolved: names, inline tasks (`parent::child`), subgroups. */
  readonly children: readonly (TaskDefinition | GroupDefinition)[];
  readonly aggregate: readonly GroupAggregate[] | null;
  readonly metadata: ReadonlyMap<string, PyValue>;
  readonly file: string | null;
};

export type Runnable = TaskDefinition | GroupDefinition;

/** `>= 0.3`, `[0.2, 0.4]`, for all checkpoints or by name. */
export type Bound = { readonly op: '>=' | '>' | '<=' | '<' | '==' | 'in'; readonly low: number; readonly high: number; readonly text: string };
export type ExpectEntry = {
  /** `acc` or `acc,none`. */
  readonly metric: string;
  readonly bounds: { readonly all: Bound } | { readonly byCheckpoint: Readonly<Record<string, Bound>> };
  /** `tasks[1].expect.acc` */
  readonly configPath: string;
};

/** One entry of `tasks:`. */
export type TaskEntry = {
  /** `tasks[1]` */
  readonly configPath: string;
  readonly source:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'file'; readonly file: string }
    | {
        readonly kind: 'perplexity';
        readonly file: string;
        readonly name: string | null;
        readonly textColumn: string | null;
        readonly context: number | null;
        readonly stride: number | null;
      };
  readonly overrides: ReadonlyMap<string, PyValue>;
  readonly limit: number | null;
  readonly num_fewshot: number | null;
  readonly expect: readonly ExpectEntry[];
};

export type CheckpointEntry =
  | {
      readonly kind: 'path';
      readonly pattern: string;
      readonly name: string | null;
      /** Another folder's tokenizer, absolute; null: the checkpoint's own. */
      readonly tokenizer: string | null;
      readonly configPath: string;
    }
  | (ServedCheckpoint & { readonly kind: 'endpoint'; readonly name: string | null; readonly configPath: string });

/** A model behind a server. */
export type ServedCheckpoint = {
  /** The address in front of `/completions`, without a slash at its end (config/endpoint-address.ts). */
  readonly endpoint: string;
  readonly model: string;
  /** Folder of the tokenizer that counts, absolute; null: what the server tells. */
  readonly tokenizer: string | null;
  readonly maxLength: number | null;
  readonly concurrency: number;
  /** Seconds for one request. */
  readonly timeout: number;
  /** Name of the environment variable that holds the key. */
  readonly apiKeyEnv: string | null;
};

/** An eval config, defaults filled in. Paths are absolute. */
export type EvalConfig = {
  readonly file: string | null;
  readonly checkpoints: readonly CheckpointEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly includePath: readonly string[];
  readonly num_fewshot: number | null;
  readonly limit: number | null;
  readonly seed: number;
  readonly bootstrapIters: number;
  readonly baseline: string | null;
  readonly confidence: number;
  readonly precision: 'fp32' | 'int8';
  readonly compat: 'harness' | 'correct';
  readonly applyChatTemplate: boolean | string;
  readonly systemInstruction: string | null;
  readonly genKwargs: Readonly<Record<string, PyValue>>;
  readonly logSamples: boolean;
  /** Absolute. */
  readonly outputPath: string;
};
