/** CSV as `datasets` 5 reads it, through pandas.read_csv: chunks of 10 000 rows, each column's type from its own values. */
import { CsvError, parse } from 'csv-parse/sync';
import type { PyValue } from '../python/value';
import { inferColumn } from './csv-column';
import type { ColumnType } from './column-type';
import { broken, decode, fileBytes } from './file-text';
import type { Part } from './table';

const CHUNK_ROWS = 10_000;

export type CsvOptions = {
  readonly separator: string;
  /** null: the first line names the columns. */
  readonly names: readonly string[] | null;
  /** Words that mean "no value". */
  readonly missing: ReadonlySet<string>;
  readonly chunkSize: number | null;
  readonly skipRows: number;
  readonly quote: string;
  readonly columns: readonly string[] | null;
  readonly encoding: string;
};

type Line = { readonly cells: readonly string[]; readonly line: number };

/** Parts of one file, in order. Throws AssayError (missing-file, broken-data). */
export async function readCsv(file: string, options: CsvOptions): Promise<Part[]> {
  const lines = splitLines(file, decode(await fileBytes(file), options.encoding, file), options).slice(options.skipRows);
  const first = options.names === null ? lines.shift()?.cells : options.names;
  if (first === undefined) throw broken(file, 'it is empty');
  if (lines.length === 0) throw broken(file, 'it holds no rows');
  // Where the first row is longer than the header, pandas takes the columns in front for an index.
  const indexColumns = Math.max(0, (lines[0]?.cells.length ?? 0) - first.length);
  const header = columnNames(first);
  const long = lines.find(({ cells }) => cells.length > header.length + indexColumns);
  if (long !== undefined) throw broken(file, `${header.length + indexColumns} columns were expected, not ${long.cells.length}`, long.line);
  const parts: Part[] = [];
  const size = options.chunkSize ?? CHUNK_ROWS;
  for (let start = 0; start < lines.length; start += size) {
    parts.push(part(file, header, indexColumns, lines.slice(start, start + size), options));
  }
  return parts;
}

function splitLines(file: string, text: string, options: CsvOptions): Line[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: options.separator,
      quote: options.quote,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return records
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.length !== 1 || cells[0] === '' || cells[0]?.trim() !== '');
  } catch (error) {
    if (error instanceof CsvError) throw broken(file, error.message);
    throw error;
  }
}

/** Repeated names get `.1`, `.2`; empty ones `Unnamed: <position>`. */
function columnNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell === '' ? `Unnamed: ${index}` : cell;
    let unique = name;
    for (let count = 1; taken.has(unique); count++) unique = `${name}.${count}`;
    taken.add(unique);
    return unique;
  });
}

function part(file: string, header: readonly string[], offset: number, lines: readonly Line[], options: CsvOptions): Part {
  const rows = lines.map(() => new Map<string, PyValue>());
  const types = new Map<string, ColumnType>();
  for (const [index, column] of header.entries()) {
    if (options.columns !== null && !options.columns.includes(column)) continue;
    const cells = lines.map(({ cells }) => cells[index + offset]);
    const inferred = inferColumn(cells, options.missing);
    if (inferred === null) throw broken(file, `column "${column}" holds a whole number of more than 64 bits`, lines[0]?.line);
    types.set(column, inferred.type);
    for (const [row, value] of inferred.values.entries()) rows[row]?.set(column, value);
  }
  return { file, types, rows, lines: lines.map(({ line }) => line) };
}
