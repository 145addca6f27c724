/** A split's files with the reader they need. */
import type { DatasetSource } from '../config/definition';
import { AssayError } from '../protocol/errors';
import { readCsv } from './csv';
import type { Intake } from './intake';
import { readJson } from './json';
import { layoutOf } from './layout';
import { columnOption, csvOptions, jsonOptions, textOptions } from './options';
import { parquetColumns, readParquet } from './parquet';
import { Table } from './table';
import { readText } from './text';

export type Split = {
  readonly files: readonly string[];
  /** Every row goes to the intake, in file order; rows it does not want are counted. Rejects with an AssayError. */
  read(intake: Intake): Promise<void>;
  /** Names of the columns where they can be known without a row; else null. */
  columns(): Promise<readonly string[] | null>;
  /** The same split with its first file only. */
  first(): Split;
};

/** Rejects with an AssayError: missing-split, missing-file, missing-data, hub-data, unsupported-data. */
export async function openSplit(source: DatasetSource, split: string): Promise<Split> {
  const { builder, splits } = await layoutOf(source);
  const files = splits.get(split);
  if (files === undefined) throw new AssayError('missing-split', { split, hint: ` It has: ${[...splits.keys()].join(', ')}.` });
  return splitOf(source, builder, files);
}

function splitOf(source: DatasetSource, builder: string, files: readonly string[]): Split {
  const { kwargs } = source;
  /** The builder was chosen by the files' extension. */
  const found = source.path !== builder;
  const reader = (intake: Intake): ((file: string) => Promise<void>) => {
    switch (builder) {
      case 'text':
        return (file) => readText(file, textOptions(kwargs), intake);
      case 'parquet':
        return (file) => readParquet(file, columnOption(kwargs), intake);
      case 'csv': {
        const table = new Table(true, intake);
        return (file) => readCsv(file, csvOptions(kwargs, found && /\.tsv(\.gz)?$/.test(file) ? '\t' : ','), table);
      }
      default: {
        const table = new Table(false, intake);
        return (file) => readJson(file, jsonOptions(kwargs), table);
      }
    }
  };
  return {
    files,
    async read(intake) {
      const read = reader(intake);
      for (const file of files) {
        if (intake.isDone) return;
        intake.beginFile(file);
        await read(file);
      }
      if (intake.available === 0 && builder !== 'parquet') throw new AssayError('broken-data', { detail: 'it holds no rows' }, { file: files[0] ?? source.path });
    },
    async columns() {
      const [first] = files;
      if (first === undefined || builder === 'text') return ['text'];
      return builder === 'parquet' ? (columnOption(kwargs) ?? (await parquetColumns(first))) : null;
    },
    first: () => splitOf(source, builder, files.slice(0, 1)),
  };
}
