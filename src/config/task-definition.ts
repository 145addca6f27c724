import type { PyValue } from '../python/value';
import { datasetSource } from './dataset-source';
import type { ChoiceSource, DatasetSource, FewshotConfig, FieldSource, FilterPipeline, MetricEntry, OutputType, TaskDefinition } from './definition';
import { METRIC_KEYS, OUTPUT_TYPES } from './keys';
import { booleanOf, hookOf, listOf, mappingOf, numberOf, recordOf, textOf, textsOf, without } from './values';

/** A task's keys and where they come from. */
export type TaskValues = {
  /** After includes and overrides. */
  readonly values: ReadonlyMap<string, PyValue>;
  readonly file: string | null;
  /** Folders that a relative `dataset_path` and relative data files start from. */
  readonly base: string;
  readonly filesBase: string;
};

/** What a task cannot be without. */
export type Lack = { readonly kind: 'lacks'; readonly key: string; readonly fatal: boolean };

type Values = ReadonlyMap<string, PyValue>;

/** What is missing for a task to be run; with a fatal lack there is no definition. */
export function lacksOf(values: Values): Lack[] {
  const missing = (key: string): boolean => (values.get(key) ?? null) === null;
  const lacks: Lack[] = [];
  if (missing('task')) lacks.push({ kind: 'lacks', key: 'task', fatal: true });
  if (missing('dataset_path') && missing('custom_dataset') && missing('class')) lacks.push({ kind: 'lacks', key: 'dataset_path', fatal: true });
  if (missing('test_split') && missing('validation_split') && missing('class')) lacks.push({ kind: 'lacks', key: 'test_split', fatal: true });
  const output = outputTypeOf(values);
  if (missing('class') && missing('process_results')) {
    const fields = output === 'multiple_choice' ? ['doc_to_text', 'doc_to_target', 'doc_to_choice'] : output === 'loglikelihood' ? ['doc_to_text', 'doc_to_target'] : ['doc_to_target'];
    for (const key of fields) if (missing(key)) lacks.push({ kind: 'lacks', key, fatal: false });
  }
  return lacks;
}

/** The task its keys describe, defaults filled in (lm-evaluation-harness 0.4.13); null where something essential is missing. */
export function taskDefinition({ values, file, base, filesBase }: TaskValues): TaskDefinition | null {
  const outputType = outputTypeOf(values);
  const dataset = datasetSource(values, base, filesBase);
  const task = textOf(values, 'task');
  if (outputType === null || dataset === null || task === null || lacksOf(values).some(({ fatal }) => fatal)) return null;
  return { kind: 'task', task, outputType, ...splits(values), ...prompts(values), ...scoring(values), dataset: dataset satisfies DatasetSource, file, raw: values, rolling: null };
}

/** `generate_until` where the file does not say, null for one that does not exist. */
function outputTypeOf(values: Values): OutputType | null {
  const written = values.get('output_type') ?? 'generate_until';
  return OUTPUT_TYPES.find((type) => type === written) ?? null;
}

function splits(values: Values): Pick<TaskDefinition, 'training_split' | 'validation_split' | 'test_split'> {
  return {
    training_split: textOf(values, 'training_split'),
    validation_split: textOf(values, 'validation_split'),
    test_split: textOf(values, 'test_split'),
  };
}

function prompts(values: Values) {
  const own = {
    doc_to_text: fieldOf(values, 'doc_to_text'),
    doc_to_target: targetOf(values),
    doc_to_choice: choicesOf(values),
    gen_prefix: textOf(values, 'gen_prefix'),
    target_delimiter: textOf(values, 'target_delimiter') ?? ' ',
    fewshot_delimiter: textOf(values, 'fewshot_delimiter') ?? '\n\n',
  };
  return {
    ...own,
    process_docs: hookOf(values, 'process_docs'),
    description: textOf(values, 'description') ?? '',
    num_fewshot: numberOf(values, 'num_fewshot'),
    fewshot: fewshotConfig(mappingOf(values.get('fewshot_config')) ?? new Map(), { ...own, process_docs: hookOf(values, 'process_docs') }, textOf(values, 'fewshot_split')),
  };
}

type Inherited = Pick<FewshotConfig, 'process_docs' | 'doc_to_text' | 'doc_to_target' | 'doc_to_choice' | 'gen_prefix' | 'fewshot_delimiter' | 'target_delimiter'>;

/** Unset keys are the task's own; a split beats hard-coded samples. */
function fewshotConfig(values: Values, task: Inherited, taskSplit: string | null): FewshotConfig {
  const samples = hookOf(values, 'samples') ?? listOf(values, 'samples')?.flatMap((sample) => mappingOf(sample) ?? []) ?? null;
  return {
    sampler: values.get('sampler') === 'first_n' ? 'first_n' : 'default',
    // Said to be null, it is not the task's.
    split: values.has('split') ? textOf(values, 'split') : taskSplit,
    samples,
    process_docs: hookOf(values, 'process_docs') ?? task.process_docs,
    doc_to_text: fieldOf(values, 'doc_to_text') ?? task.doc_to_text,
    doc_to_target: targetOf(values) ?? task.doc_to_target,
    doc_to_choice: choicesOf(values) ?? task.doc_to_choice,
    gen_prefix: values.has('gen_prefix') ? (textOf(values, 'gen_prefix') ?? '') : task.gen_prefix,
    fewshot_delimiter: textOf(values, 'fewshot_delimiter') ?? task.fewshot_delimiter,
    target_delimiter: textOf(values, 'target_delimiter') ?? task.target_delimiter,
  };
}

function fieldOf(values: Values, key: string): FieldSource {
  return textOf(values, key) ?? numberOf(values, key) ?? hookOf(values, key);
}

function targetOf(values: Values): FieldSource | readonly PyValue[] {
  return listOf(values, 'doc_to_target') ?? fieldOf(values, 'doc_to_target');
}

/** A mapping of choices is its values. */
function choicesOf(values: Values): ChoiceSource {
  const mapping = mappingOf(values.get('doc_to_choice'));
  return mapping === null ? (textOf(values, 'doc_to_choice') ?? listOf(values, 'doc_to_choice') ?? hookOf(values, 'doc_to_choice')) : [...mapping.values()];
}

function scoring(values: Values): Pick<TaskDefinition, 'alias' | 'tags' | 'metrics' | 'filters' | 'generation_kwargs' | 'repeats' | 'metadata' | 'process_results'> {
  const generation = mappingOf(values.get('generation_kwargs'));
  return {
    alias: textOf(values, 'task_alias'),
    tags: textsOf(values, 'tag'),
    metrics: listOf(values, 'metric_list')?.flatMap((entry) => metricEntry(mappingOf(entry)) ?? []) ?? null,
    filters: listOf(values, 'filter_list')?.flatMap((entry) => filterPipeline(mappingOf(entry)) ?? []) ?? null,
    generation_kwargs: generation === null ? null : recordOf(generation),
    repeats: numberOf(values, 'repeats') ?? 1,
    metadata: metadataOf(values),
    process_results: hookOf(values, 'process_results'),
  };
}

function metricEntry(values: Values | null): MetricEntry | null {
  const metric = values === null ? null : (textOf(values, 'metric') ?? hookOf(values, 'metric'));
  if (values === null || metric === null) return null;
  return {
    metric,
    aggregation: textOf(values, 'aggregation') ?? hookOf(values, 'aggregation'),
    higherIsBetter: booleanOf(values, 'higher_is_better'),
    options: without(values, Object.keys(METRIC_KEYS)),
  };
}

function filterPipeline(values: Values | null): FilterPipeline | null {
  const name = values === null ? null : textOf(values, 'name');
  if (values === null || name === null) return null;
  const steps = (listOf(values, 'filter') ?? []).flatMap((step) => {
    const options = mappingOf(step);
    const filter = options === null ? null : (textOf(options, 'function') ?? hookOf(options, 'function'));
    return options === null || filter === null ? [] : [{ function: filter, options: without(options, ['function']) }];
  });
  return { name, steps };
}

/** Anything but a mapping is `{ _metadata: … }`. */
export function metadataOf(values: Values): ReadonlyMap<string, PyValue> {
  const value = values.get('metadata') ?? null;
  return mappingOf(value) ?? (value === null ? new Map() : new Map([['_metadata', value]]));
}
