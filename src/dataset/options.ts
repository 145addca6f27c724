/** The builder options of `dataset_kwargs`, as option-check.ts has let them through. */
import type { PyValue } from '../python/value';
import type { CsvOptions } from './csv';
import { MISSING } from './csv-column';
import type { JsonOptions } from './json';
import type { TextOptions } from './text';

type Kwargs = Readonly<Record<string, PyValue>>;

export function jsonOptions(kwargs: Kwargs): JsonOptions {
  return { field: text(kwargs['field']), chunkSize: count(kwargs['chunksize']), encoding: text(kwargs['encoding']) ?? 'utf-8' };
}

/** A `.tsv` file found in a folder is split at tabs; one named for the csv builder needs `sep`, as in `datasets`. */
export function csvOptions(kwargs: Kwargs, separator: string): CsvOptions {
  return {
    separator: text(kwargs['sep']) ?? text(kwargs['delimiter']) ?? separator,
    ...headerOptions(kwargs),
    missing: missingWords(kwargs),
    chunkSize: count(kwargs['chunksize']),
    skipRows: count(kwargs['skiprows']) ?? 0,
    mostRows: count(kwargs['nrows']),
    quote: kwargs['quoting'] === 3n ? null : (text(kwargs['quotechar']) ?? '"'),
    comment: text(kwargs['comment']),
    skipLongRows: kwargs['on_bad_lines'] === 'skip' || kwargs['on_bad_lines'] === 'warn',
    columns: texts(kwargs['usecols']),
    encoding: text(kwargs['encoding']) ?? 'utf-8',
  };
}

/** Names that are given leave no line for a header, unless `header: 0` says that it is there; `header: null` says that it is not. */
function headerOptions(kwargs: Kwargs): Pick<CsvOptions, 'names' | 'header'> {
  const names = texts(kwargs['column_names']) ?? texts(kwargs['names']);
  const { header } = kwargs;
  if (header === null) return { names, header: 'none' };
  if (names === null) return { names, header: 'names' };
  return { names, header: header === 0n ? 'dropped' : 'none' };
}

export function textOptions(kwargs: Kwargs): TextOptions {
  const by = kwargs['sample_by'];
  return {
    sampleBy: by === 'paragraph' || by === 'document' ? by : 'line',
    keepLineBreaks: kwargs['keep_linebreaks'] === true,
    encoding: text(kwargs['encoding']) ?? 'utf-8',
  };
}

export function columnOption(kwargs: Kwargs): readonly string[] | null {
  return texts(kwargs['columns']);
}

function missingWords(kwargs: Kwargs): ReadonlySet<string> {
  if (kwargs['na_filter'] === false) return new Set();
  const given = kwargs['na_values'];
  const own = typeof given === 'string' ? [given] : (texts(given) ?? []);
  return new Set(kwargs['keep_default_na'] === false ? own : [...MISSING, ...own]);
}

function text(value: PyValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: PyValue | undefined): readonly string[] | null {
  return Array.isArray(value) ? value.map(String) : null;
}

function count(value: PyValue | undefined): number | null {
  return typeof value === 'bigint' && value > 0n ? Number(value) : null;
}
