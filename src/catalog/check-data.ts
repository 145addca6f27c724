import { stat } from 'node:fs/promises';
import type { TaskDefinition } from '../config/definition';
import { fileHint } from '../config/near-file';
import { splitNames } from '../dataset/dataset';
import { splitHint } from '../dataset/split-files';
import { optionProblems } from '../dataset/option-check';
import { AssayError } from '../protocol/errors';
import type { MessageCode } from '../protocol/messages';
import { knownColumns } from './columns';
import { isPattern } from '../files/name-pattern';
import type { TaskSink } from './task-sink';

const URL = /^[a-z][a-z0-9+.-]+:\/\//i;

/** Data files, configs, options and splits that are not there; gives the columns of the evaluated split, null where they cannot be known. */
export async function checkData(definition: TaskDefinition, sink: TaskSink): Promise<readonly string[] | null> {
  const { dataset } = definition;
  const problems = await optionProblems(dataset);
  for (const { key, code, args } of problems) sink.at('dataset_kwargs', [key], code, args);
  const filesAreThere = await checkFiles(definition, sink);
  const splits = filesAreThere ? await splitsOrProblem(definition, sink) : Object.keys(dataset.dataFiles ?? {});
  const split = definition.test_split ?? definition.validation_split;
  if (splits === null) return null;
  const sound = checkSplits(definition, splits, split, sink);
  if (!filesAreThere || !sound || split === null || problems.length > 0) return null;
  return columnsOrProblem(definition, split, sink);
}

/** Whether every file that is named without a pattern is there. */
async function checkFiles(definition: TaskDefinition, sink: TaskSink): Promise<boolean> {
  let sound = true;
  const { dataFiles, path } = definition.dataset;
  // What a folder's files are relative to is known where they are read.
  if (!['json', 'csv', 'text', 'parquet', 'arrow'].includes(path)) return true;
  const written = rawFiles(definition);
  for (const [name, files] of Object.entries(dataFiles ?? {})) {
    for (const [index, file] of files.entries()) {
      if (URL.test(file) || isPattern(file) || (await isThere(file))) continue;
      sound = false;
      sink.at('dataset_kwargs', ['data_files', ...written(name, index)], 'missing-file', { path: file, hint: await fileHint(file) });
    }
  }
  return sound;
}

const KEYS: Partial<Record<MessageCode, string>> = { 'unknown-data-config': 'dataset_name', 'missing-data': 'dataset_kwargs', 'too-many-files': 'dataset_kwargs' };

async function splitsOrProblem({ dataset }: TaskDefinition, sink: TaskSink): Promise<readonly string[] | null> {
  try {
    return await splitNames(dataset);
  } catch (error) {
    if (!saysNotHere(error, dataset, sink)) {
      const { code, args } = AssayError.from(error);
      sink.at(KEYS[code] ?? 'dataset_path', [], code, args);
    }
    return null;
  }
}

/** A data set of the hub that is not on this machine is no mistake, and a check fetches nothing. */
function saysNotHere(error: unknown, { path }: TaskDefinition['dataset'], sink: TaskSink): boolean {
  if (!(error instanceof AssayError) || (error.code !== 'hub-data' && error.code !== 'hub-incomplete')) return false;
  sink.at('dataset_path', [], 'hub-not-cached', { id: path }, 'information');
  return true;
}

/** Whether the evaluated split is there. */
function checkSplits(definition: TaskDefinition, splits: readonly string[], evaluated: string | null, sink: TaskSink): boolean {
  let sound = true;
  for (const key of ['test_split', 'validation_split', 'training_split'] as const) {
    const wanted = definition[key];
    if (wanted === null || splits.includes(bareSplit(wanted))) continue;
    sink.at(key, [], 'missing-split', { split: wanted, hint: splitHint(wanted, splits) });
    if (wanted === evaluated) sound = false;
  }
  return sound;
}

async function columnsOrProblem(definition: TaskDefinition, split: string, sink: TaskSink): Promise<readonly string[] | null> {
  try {
    return await knownColumns(definition.dataset, split);
  } catch (error) {
    if (!saysNotHere(error, definition.dataset, sink)) {
      const { code, args } = AssayError.from(error);
      sink.at('dataset_kwargs', ['data_files'], code, args);
    }
    return null;
  }
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
