import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { TaskDefinition } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import { knownColumns } from './columns';
import { isPattern } from './patterns';
import type { TaskSink } from './task-sink';

const URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Data files and splits that are not there; gives the columns of the evaluated split, null where they cannot be known. */
export async function checkData(definition: TaskDefinition, sink: TaskSink): Promise<readonly string[] | null> {
  const { dataset } = definition;
  const split = definition.test_split ?? definition.validation_split;
  if (dataset.dataFiles === null) return checkFolder(definition, sink);
  let sound = true;
  const written = rawFiles(definition);
  for (const [name, files] of Object.entries(dataset.dataFiles)) {
    for (const [index, file] of files.entries()) {
      if (URL.test(file) || isPattern(file) || (await isThere(file))) continue;
      sound = false;
      sink.at('dataset_kwargs', ['data_files', ...written(name, index)], 'missing-file', { path: file });
    }
  }
  const splits = Object.keys(dataset.dataFiles);
  for (const key of ['test_split', 'validation_split', 'training_split'] as const) {
    const wanted = definition[key];
    if (wanted === null || splits.includes(bareSplit(wanted))) continue;
    sink.at(key, [], 'missing-split', { split: wanted, hint: hint(wanted, splits) });
    if (wanted === split) sound = false;
  }
  if (!sound || split === null) return null;
  return columnsOrProblem(definition, split, sink);
}

async function columnsOrProblem(definition: TaskDefinition, split: string, sink: TaskSink): Promise<readonly string[] | null> {
  try {
    return await knownColumns(definition.dataset, split);
  } catch (error) {
    const { code, args } = AssayError.from(error);
    sink.at('dataset_kwargs', ['data_files'], code, args);
    return null;
  }
}

/** A path that is meant as one (`./data`) must be there; anything else may be a hub's. */
async function checkFolder({ dataset }: TaskDefinition, sink: TaskSink): Promise<null> {
  const isPath = path.isAbsolute(dataset.path) || /^\.{1,2}(?:[\\/]|$)/.test(dataset.path);
  const folder = path.resolve(dataset.base, dataset.path);
  if (isPath && !(await isThere(folder))) sink.at('dataset_path', [], 'missing-file', { path: folder });
  return null;
}

/** The steps to a file as it is written: a text, a list, or either of them by split. */
function rawFiles({ raw }: TaskDefinition): (split: string, index: number) => (string | number)[] {
  const kwargs = raw.get('dataset_kwargs');
  const files = kwargs instanceof Map ? (kwargs.get('data_files') ?? null) : null;
  return (split, index) => {
    if (files instanceof Map) return Array.isArray(files.get(split)) ? [split, index] : [split];
    return Array.isArray(files) ? [index] : [];
  };
}

/** `train[:100]` is a slice of the split `train`. */
function bareSplit(split: string): string {
  return split.replace(/\[.*$/, '');
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}
