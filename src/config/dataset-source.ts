import path from 'node:path';
import type { PyValue } from '../python/value';
import type { DatasetSource } from './definition';
import { mappingOf, textOf, texts, without } from './values';

/** One letter is a drive. */
const URL = /^[a-z][a-z0-9+.-]+:\/\//i;

/** `dataset_path`, `dataset_name` and `dataset_kwargs` of a task; null without a path. Relative files start from `filesBase`. */
export function datasetSource(values: ReadonlyMap<string, PyValue>, base: string, filesBase: string): DatasetSource | null {
  const name = textOf(values, 'dataset_path');
  if (name === null) return null;
  const kwargs = mappingOf(values.get('dataset_kwargs')) ?? new Map<string, PyValue>();
  const folder = path.resolve(filesBase, textOf(kwargs, 'data_dir') ?? '');
  return {
    path: name,
    name: textOf(values, 'dataset_name'),
    dataFiles: dataFiles(kwargs.get('data_files') ?? null, folder),
    kwargs: without(kwargs, ['data_files']),
    base,
  };
}

/** A file or a list is the split `train`, as `datasets.load_dataset` has it. */
function dataFiles(value: PyValue, folder: string): Readonly<Record<string, readonly string[]>> | null {
  const absolute = (files: PyValue): string[] => texts(files).map((file) => (URL.test(file) ? file : path.resolve(folder, file)));
  const bySplit = mappingOf(value) ?? splitList(value);
  if (bySplit !== null) return Object.fromEntries([...bySplit].map(([split, files]) => [split, absolute(files)]));
  return texts(value).length > 0 ? { train: absolute(value) } : null;
}

/** The form of a data set's card: a list of mappings with `split` and `path`. */
function splitList(value: PyValue): ReadonlyMap<string, PyValue> | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const items = value.map((item) => mappingOf(item));
  const splits = items.map((item) => [item?.get('split') ?? null, item?.get('path') ?? null] as const);
  return splits.every((entry): entry is readonly [string, PyValue] => typeof entry[0] === 'string') ? new Map(splits) : null;
}
