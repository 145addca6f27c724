/** A split's files with the reader they need. */
import type { DatasetSource } from '../config/definition';
import { AssayError } from '../protocol/errors';
import { arrowColumns, readArrow } from './arrow';
import { readCsv } from './csv';
import { splitHint } from './split-files';
import { repr } from '../python/print';
import type { Intake } from './intake';
import { readJson } from './json';
import { layoutOf, type Layout } from './layout';
import { refuseOptions } from './option-check';
import { columnOption, csvOptions, jsonOptions, textOptions } from './options';
import { parquetColumns, readParquet } from './parquet';
import { Table } from './table';
import { readText } from './text';

export type Split = {
  readonly files: readonly string[];
  /** How its reader was asked to read them, as text: the same where two splits of the same files have the same rows. */
  readonly reading: string;
  /** Every row goes to the intake, in file order; rows it does not want are counted. Rejects with an AssayError. */
  read(intake: Intake): Promise<void>;
  /** Names of the columns where they can be known without a row; else null. */
  columns(): Promise<readonly string[] | null>;
  /** The same split with its first file only. */
  first(): Split;
};

/**
 * Rejects with an AssayError: missing-split, missing-file, missing-data, hub-data, hub-incomplete, unsupported-data, unknown-data-config,
 * missing-data-config, unknown-data-option, unsupported-data-option, too-many-files, broken-data (the card of a folder).
 */
export async function openSplit(source: DatasetSource, split: string): Promise<Split> {
  const layout = await layoutOf(source, split);
  const own = layout.splits.get(split);
  if (own === undefined) throw new AssayError('missing-split', { split, hint: splitHint(split, [...layout.splits.keys()]) });
  const [first] = own.files;
  if (first === undefined) {
    const path = own.patterns[0] ?? source.path;
    throw new AssayError('missing-file', { path }, { file: path });
  }
  refuseOptions(layout, source.kwargs, first);
  return splitOf(layout, own.files);
}

function splitOf(layout: Layout, files: readonly string[]): Split {
  const { builder, options, features } = layout;
  const reader = (intake: Intake): ((file: string) => Promise<void>) => {
    switch (builder) {
      case 'text':
        return (file) => readText(file, textOptions(options), intake);
      case 'parquet':
        return (file) => readParquet(file, columnOption(options), intake);
      case 'arrow':
        return (file) => readArrow(file, intake);
      case 'csv': {
        const table = new Table(true, intake, features);
        return (file) => readCsv(file, csvOptions(options, layout.isFound && /\.tsv(\.gz)?$/.test(file) ? '\t' : ','), table);
      }
      case 'json': {
        const table = new Table(false, intake, features);
        return (file) => readJson(file, jsonOptions(options), table);
      }
    }
  };
  return {
    files,
    reading: JSON.stringify([builder, [...features], Object.entries(options).map(([key, value]) => [key, repr(value)])]),
    async read(intake) {
      const read = reader(intake);
      for (const file of files) {
        if (intake.isDone) return;
        intake.beginFile(file);
        await read(file);
      }
      if (intake.available === 0 && builder !== 'parquet' && builder !== 'arrow') throw new AssayError('broken-data', { detail: 'it holds no rows' }, { file: files[0] ?? '' });
    },
    async columns() {
      const [first] = files;
      if (first === undefined || builder === 'text') return ['text'];
      if (builder === 'arrow') return arrowColumns(first);
      return builder === 'parquet' ? (columnOption(options) ?? (await parquetColumns(first))) : null;
    },
    first: () => splitOf(layout, files.slice(0, 1)),
  };
}
