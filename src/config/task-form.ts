import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import { AGGREGATE_KEYS, DATASET_KWARGS_KEYS, FEWSHOT_KEYS, FILTER_KEYS, FILTER_STEP_KEYS, GROUP_KEYS, METRIC_KEYS, OUTPUT_TYPES, TASK_KEYS } from './keys';
import { PythonHook } from './python-hook';
import { describeValue, readMapping, type Keys, type ProblemSink } from './schema';
import { hint } from './suggest';

const UNSUPPORTED = ['use_prompt', 'doc_to_image', 'doc_to_audio'];

/** The keys of a task or group file. What a Python class of the file's own (`class:`) makes of other keys is its affair. */
export function readTaskMapping(root: PyValue, kind: 'task' | 'group', sink: ProblemSink): Map<string, PyValue> {
  const hasClass = root instanceof Map && root.get('class') instanceof PythonHook;
  return readMapping(root, '', kind === 'group' ? GROUP_KEYS : TASK_KEYS, sink, hasClass ? 'keep' : 'refuse');
}

/** Checks what is inside the mappings and lists of a task's keys; the keys themselves are `readMapping`'s. */
export function checkTaskValues(values: ReadonlyMap<string, PyValue>, path: string, sink: ProblemSink): void {
  for (const [key, value] of values) {
    const at = joinPath(path, key);
    if (value === null || value instanceof PythonHook) continue;
    if (UNSUPPORTED.includes(key)) sink.at(at, 'unsupported-key', { key }, 'key');
    if (key === 'metric_list') checkMetrics(value, at, sink);
    if (key === 'filter_list') checkFilters(value, at, sink);
    if (key === 'fewshot_config') checkFewshot(value, at, sink);
    if (key === 'dataset_kwargs') readMapping(value, at, DATASET_KWARGS_KEYS, sink, 'keep');
    if (key === 'aggregate_metric_list') eachMapping(value, at, AGGREGATE_KEYS, ['metric'], 'An entry of aggregate_metric_list', sink);
    if (key === 'output_type') checkOutputType(value, at, sink);
  }
}

function checkOutputType(value: PyValue, at: string, sink: ProblemSink): void {
  if (typeof value !== 'string' || OUTPUT_TYPES.some((type) => type === value)) return;
  sink.at(at, 'not-one-of', { key: 'output_type', values: OUTPUT_TYPES.join(', '), actual: value, hint: hint(value, OUTPUT_TYPES) });
}

function checkMetrics(value: PyValue, path: string, sink: ProblemSink): void {
  eachMapping(value, path, METRIC_KEYS, ['metric'], 'An entry of metric_list', sink, 'keep');
}

function checkFilters(value: PyValue, path: string, sink: ProblemSink): void {
  eachMapping(value, path, FILTER_KEYS, ['name', 'filter'], 'An entry of filter_list', sink);
  if (!Array.isArray(value)) return;
  for (const [index, pipeline] of value.entries()) {
    const steps = pipeline instanceof Map ? (pipeline.get('filter') ?? null) : null;
    eachMapping(steps, joinPath(joinPath(path, index), 'filter'), FILTER_STEP_KEYS, ['function'], 'A filter', sink, 'keep');
  }
}

function checkFewshot(value: PyValue, path: string, sink: ProblemSink): void {
  const samples = readMapping(value, path, FEWSHOT_KEYS, sink).get('samples');
  if (!Array.isArray(samples)) return;
  for (const [index, sample] of samples.entries()) {
    if (sample instanceof Map) continue;
    const at = joinPath(joinPath(path, 'samples'), index);
    sink.at(at, 'wrong-type', { key: `samples[${index}]`, expected: 'a mapping (key: value)', actual: describeValue(sample) });
  }
}

/** A mapping where its key may hold one without a list around it. */
function eachMapping(value: PyValue, path: string, keys: Keys, required: readonly string[], what: string, sink: ProblemSink, others: 'refuse' | 'keep' = 'refuse'): void {
  const items: readonly (readonly [string, PyValue])[] = Array.isArray(value) ? value.map((item, index) => [joinPath(path, index), item]) : value instanceof Map ? [[path, value]] : [];
  for (const [at, item] of items) {
    if (!(item instanceof Map)) {
      sink.at(at, 'wrong-type', { key: at.split('.').at(-1) ?? at, expected: 'a mapping (key: value)', actual: describeValue(item) });
      continue;
    }
    readMapping(item, at, keys, sink, others);
    for (const key of required) if ((item.get(key) ?? null) === null) sink.at(at, 'missing-key', { what, key });
  }
}
