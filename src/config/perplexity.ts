import path from 'node:path';
import type { PyValue } from '../python/value';
import type { TaskDefinition, TaskEntry } from './definition';
import { taskDefinition } from './task-definition';

export type PerplexitySource = Extract<TaskEntry['source'], { kind: 'perplexity' }>;

/** A column of the data, as far as choosing one goes. */
export type ColumnKind = { readonly name: string; readonly isText: boolean };

const METRICS = ['word_perplexity', 'byte_perplexity', 'bits_per_byte', 'token_perplexity'];
const BUILDERS: Readonly<Record<string, string>> = { '.jsonl': 'json', '.json': 'json', '.csv': 'csv', '.tsv': 'csv', '.parquet': 'parquet' };

/** Whether the whole file is one document, as text is; else it has rows. */
export function isWholeText(file: string): boolean {
  return !Object.hasOwn(BUILDERS, path.extname(file).toLowerCase());
}

/** A `perplexity:` entry as a task of rolling log-likelihoods; `column` is where its rows hold the text. */
export function perplexityTask(source: PerplexitySource, name: string, column: string): TaskDefinition {
  const extension = path.extname(source.file).toLowerCase();
  const whole = isWholeText(source.file);
  const kwargs = new Map<PyValue, PyValue>([['data_files', new Map<PyValue, PyValue>([['test', source.file]])]]);
  if (whole) kwargs.set('sample_by', 'document');
  if (extension === '.tsv') kwargs.set('sep', '\t');
  const values = new Map<string, PyValue>([
    ['task', name],
    ['dataset_path', whole ? 'text' : (BUILDERS[extension] ?? 'text')],
    ['dataset_kwargs', kwargs],
    ['test_split', 'test'],
    ['output_type', 'loglikelihood_rolling'],
    ['doc_to_text', ''],
    ['doc_to_target', whole ? 'text' : column],
    ['metric_list', METRICS.map((metric) => new Map<PyValue, PyValue>([['metric', metric]]))],
    ['metadata', new Map<PyValue, PyValue>([['version', 1n]])],
  ]);
  const base = path.dirname(source.file);
  const definition = taskDefinition({ values, file: null, base, filesBase: base });
  if (definition === null) throw new Error('a perplexity entry makes a complete task');
  const overlaps = source.context !== null || source.stride !== null;
  return { ...definition, rolling: overlaps ? { window: source.context, stride: source.stride } : null };
}

/** The column that holds the text: the one asked for, else `text`, else the only text column. Null: undecided, or not there. */
export function textColumn(asked: string | null, columns: readonly ColumnKind[]): string | null {
  if (asked !== null) return columns.some(({ name }) => name === asked) ? asked : null;
  if (columns.some(({ name }) => name === 'text')) return 'text';
  const texts = columns.filter(({ isText }) => isText);
  return texts.length === 1 ? (texts[0]?.name ?? null) : null;
}

/** `name`, else the file's stem; `heldout`, then `heldout-2`. Adds the name to `taken`. */
export function perplexityName(source: PerplexitySource, taken: Set<string>): string {
  const wanted = source.name ?? path.parse(source.file).name;
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  taken.add(name);
  return name;
}
