/**
 * Which options of `dataset_kwargs` a reader honours: an option it does not have, or a value it cannot honour, is refused by
 * name, never dropped. The names are those of `datasets` 5's builders and of load_dataset itself.
 */
import type { DatasetSource } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import { repr } from '../python/print';
import type { PyValue } from '../python/value';
import type { Builder } from './builder';
import { encodingOf } from './encoding';
import { layoutOf, type Layout } from './layout';

/** Whether a value of the option is honoured. */
type Accepts = (value: PyValue) => boolean;

const any: Accepts = () => true;
const one = (...values: PyValue[]): Accepts => (value) => values.includes(value);
const isText: Accepts = (value) => typeof value === 'string';
const isCharacter: Accepts = (value) => typeof value === 'string' && value.length === 1;
const isFlag: Accepts = (value) => typeof value === 'boolean';
const isCount: Accepts = (value) => typeof value === 'bigint' && value >= 0n;
const isEncoding: Accepts = (value) => typeof value === 'string' && encodingOf(value) !== null;
const isTextList: Accepts = (value) => Array.isArray(value) && value.every(isText);
const never: Accepts = () => false;

/** Of load_dataset: where from and how to fetch, which changes nothing for files that are here. */
const GENERAL: Readonly<Record<string, Accepts>> = {
  data_dir: isText, data_files: any, cache_dir: any, download_config: any, download_mode: any, verification_mode: any, keep_in_memory: any, save_infos: any,
  revision: any, token: any, use_auth_token: any, task: any, num_proc: any, storage_options: any, trust_remote_code: any, ignore_verifications: any, streaming: any,
  split: never, features: never, version: any, description: any,
};

const OPTIONS: Readonly<Record<Builder, Readonly<Record<string, Accepts>>>> = {
  json: {
    field: isText, encoding: isEncoding, encoding_errors: one('strict'), chunksize: isCount, block_size: any, use_threads: any,
    on_mixed_types: one('use_json'), parse_agent_traces: any, newlines_in_values: never,
  },
  text: {
    encoding: isEncoding, encoding_errors: one('strict'), chunksize: any, keep_linebreaks: isFlag, sample_by: one('line', 'paragraph', 'document'),
  },
  parquet: {
    columns: isTextList, batch_size: any, filters: never, fragment_scan_options: any, on_bad_files: one('error'),
  },
  arrow: {},
  csv: {
    sep: isCharacter, delimiter: isCharacter, names: isTextList, column_names: isTextList, usecols: isTextList,
    header: one('infer', 0n), quotechar: isCharacter, quoting: one(0n, 1n, 3n), comment: isCharacter, skiprows: isCount, nrows: isCount,
    na_values: (value) => isText(value) || isTextList(value), keep_default_na: isFlag, na_filter: isFlag, chunksize: isCount,
    encoding: isEncoding, encoding_errors: one('strict'), on_bad_lines: one('error', 'warn', 'skip'),
    verbose: any, memory_map: any, mangle_dupe_cols: one(true), engine: one('c'), doublequote: one(true), skip_blank_lines: one(true),
    error_bad_lines: one(true), warn_bad_lines: any, decimal: one('.'), index_col: one(false), skipfooter: one(0n), skipinitialspace: one(false),
    prefix: never, converters: never, true_values: never, false_values: never, thousands: never, lineterminator: one('\n'), escapechar: never,
    dialect: never, float_precision: never, date_format: never,
  },
};

export type OptionProblem = { readonly key: string; readonly code: MessageCode; readonly args: MessageArgs };

/** Options of the task that the reader of its files would not honour; none where the files cannot be found out, which is a problem of its own. */
export async function optionProblems(source: DatasetSource): Promise<readonly OptionProblem[]> {
  try {
    return problemsOf((await layoutOf(source, null)).builder, source.kwargs);
  } catch (error) {
    if (error instanceof AssayError) return [];
    throw error;
  }
}

/** Throws AssayError (unknown-data-option, unsupported-data-option) for the first; `fallback` says where. */
export function refuseOptions({ builder, options }: Layout, own: DatasetSource['kwargs'], file: string): void {
  const known = OPTIONS[builder];
  // `datasets` leaves alone what the card of a folder says beside its builder's options.
  const asked = Object.entries(options).filter(([key]) => Object.hasOwn(own, key) || Object.hasOwn(known, key));
  const [problem] = problemsOf(builder, Object.fromEntries(asked));
  if (problem !== undefined) throw new AssayError(problem.code, problem.args, { file });
}

function problemsOf(builder: Builder, options: Readonly<Record<string, PyValue>>): OptionProblem[] {
  const known = OPTIONS[builder];
  return Object.entries(options).flatMap(([key, value]): OptionProblem[] => {
    // None is the default of most, and load_dataset takes it for "not given".
    if (value === null) return Object.hasOwn(known, key) || Object.hasOwn(GENERAL, key) ? [] : [unknown(builder, key)];
    const accepts = Object.hasOwn(known, key) ? known[key] : Object.hasOwn(GENERAL, key) ? GENERAL[key] : undefined;
    if (accepts === undefined) return [unknown(builder, key)];
    return accepts(value) ? [] : [{ key, code: 'unsupported-data-option', args: { builder, key, value: repr(value).slice(0, 60) } }];
  });
}

function unknown(builder: Builder, key: string): OptionProblem {
  return { key, code: 'unknown-data-option', args: { builder, key, hint: hint(key, [...Object.keys(OPTIONS[builder]), 'data_dir', 'data_files']) } };
}
