/** Rows of a data set on this machine, as `datasets` 5 would give them to Python. */
import type { DatasetSource } from '../config/definition';
import { AssayError } from '../protocol/errors';
import type { Doc, PyValue } from '../python/value';
import { readCsv } from './csv';
import { readJson } from './json';
import { layoutOf, type Builder } from './layout';
import { columnOption, csvOptions, jsonOptions, textOptions } from './options';
import { parquetColumns, readParquet } from './parquet';
import { Table } from './table';
import { readText } from './text';

/**
 * Rows of a split in file order; every row has every column.
 * Throws AssayError: missing-split, missing-file, missing-data, broken-data (with file and line), hub-data, unsupported-data.
 */
export async function loadSplit(source: DatasetSource, split: string): Promise<readonly Doc[]> {
  const { builder, files } = await splitOf(source, split);
  const rows = await read(builder, files, source.kwargs, source.path !== builder);
  if (rows.length === 0 && builder !== 'parquet') throw new AssayError('broken-data', { detail: 'it holds no rows' }, { file: files[0] ?? source.path });
  return rows;
}

/** Names of the splits, without reading rows. Throws AssayError as loadSplit does. */
export async function splitNames(source: DatasetSource): Promise<readonly string[]> {
  return [...(await layoutOf(source)).splits.keys()];
}

/** Columns of a split; of its files only the first is read, of Parquet only the footer. Throws AssayError as loadSplit does. */
export async function columnsOf(source: DatasetSource, split: string): Promise<readonly string[]> {
  const { builder, files } = await splitOf(source, split);
  const [first] = files;
  if (first === undefined || builder === 'text') return ['text'];
  if (builder === 'parquet') return columnOption(source.kwargs) ?? parquetColumns(first);
  const [row] = await read(builder, [first], source.kwargs, source.path !== builder);
  return [...(row?.keys() ?? [])];
}

async function splitOf(source: DatasetSource, split: string): Promise<{ builder: Builder; files: readonly string[] }> {
  const { builder, splits } = await layoutOf(source);
  const files = splits.get(split);
  if (files === undefined) throw new AssayError('missing-split', { split, hint: ` It has: ${[...splits.keys()].join(', ')}.` });
  return { builder, files };
}

/** `found`: the builder was chosen by the files' extension. */
async function read(builder: Builder, files: readonly string[], kwargs: Readonly<Record<string, PyValue>>, found: boolean): Promise<Doc[]> {
  const table = new Table(builder === 'csv');
  const rows: Doc[] = [];
  for (const file of files) {
    switch (builder) {
      case 'text':
        for (const row of await readText(file, textOptions(kwargs))) rows.push(row);
        break;
      case 'parquet':
        for (const row of await readParquet(file, columnOption(kwargs))) rows.push(row);
        break;
      case 'csv': {
        const separator = found && /\.tsv(\.gz)?$/.test(file) ? '\t' : ',';
        for (const part of await readCsv(file, csvOptions(kwargs, separator))) table.append(part);
        break;
      }
      case 'json':
        for (const part of await readJson(file, jsonOptions(kwargs))) table.append(part);
        break;
    }
  }
  return builder === 'csv' || builder === 'json' ? table.rows : rows;
}
