/** CSV as `datasets` 5 reads it, through pandas.read_csv: chunks of 10 000 rows, each column's type from its own values. */
import { CsvError, parse } from 'csv-parse';
import type { PyValue } from '../python/value';
import { broken } from './broken';
import { inferColumn } from './csv-column';
import type { ColumnType } from './column-type';
import { fileText } from './file-text';
import { checkSize, type Part, type Table } from './table';

const CHUNK_ROWS = 10_000;
/** Bytes of one row: a quote that is never closed swallows the rest of the file. */
const LARGEST_ROW = 64 << 20;

export type CsvOptions = {
  readonly separator: string;
  /** null: the header names the columns, or else their positions do. */
  readonly names: readonly string[] | null;
  /** What the first line is: the names of the columns, a header that does not count, or a row. */
  readonly header: 'names' | 'dropped' | 'none';
  /** Words that mean "no value". */
  readonly missing: ReadonlySet<string>;
  readonly chunkSize: number | null;
  readonly skipRows: number;
  readonly mostRows: number | null;
  /** null: no character quotes. */
  readonly quote: string | null;
  readonly comment: string | null;
  /** A row that is longer than the header is left out. Else it is an error. */
  readonly skipLongRows: boolean;
  readonly columns: readonly string[] | null;
  readonly encoding: string;
};

type Line = { readonly cells: readonly string[]; readonly line: number };

/** Rows of one file. Throws AssayError (missing-file, broken-data). */
export async function readCsv(file: string, options: CsvOptions, table: Table): Promise<void> {
  const rows = new CsvRows(file, options, table);
  let found: Line[] = [];
  const parser = recordParser(file, options, (line) => found.push(line));
  const drain = async (): Promise<void> => {
    const lines = found;
    found = [];
    for (const line of lines) if (!isBlank(line)) await rows.add(line);
  };
  for await (const text of fileText(file, options.encoding, table.intake)) {
    await parser.write(text);
    await drain();
  }
  if (table.intake.isDone) return;
  await parser.end();
  await drain();
  await rows.end();
}

/** Lines of white space are none, as in pandas. */
function isBlank({ cells }: Line): boolean {
  return cells.length === 1 && cells[0] !== '' && cells[0]?.trim() === '';
}

type RecordParser = { write(text: string): Promise<void>; end(): Promise<void> };

function recordParser(file: string, options: CsvOptions, found: (line: Line) => void): RecordParser {
  const parser = parse({
    bom: true,
    delimiter: options.separator,
    quote: options.quote,
    escape: options.quote,
    comment: options.comment,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_ROW,
    on_record: (cells: string[], { lines }) => {
      found({ cells, line: lines });
      return null;
    },
  });
  const failed = new Promise<never>((_, reject) => {
    parser.once('error', (error) => reject(error instanceof CsvError ? broken(file, error.message) : error));
  });
  failed.catch(() => undefined);
  // Rows leave through on_record; what is left to read is the end.
  parser.resume();
  return {
    write: (text) => Promise.race([failed, new Promise<void>((resolve) => parser.write(text, () => resolve()))]),
    end: () => Promise.race([failed, new Promise<void>((resolve) => parser.once('end', resolve).end())]),
  };
}

/** Gathers lines to chunks. */
class CsvRows {
  private header: readonly string[] | null;
  private headerIsDue: boolean;
  private count = 0;
  /** Where the first row is longer than the header, pandas takes the columns in front for an index. */
  private indexColumns: number | null = null;
  private skipped = 0;
  private lines: Line[] = [];

  constructor(
    private readonly file: string,
    private readonly options: CsvOptions,
    private readonly table: Table,
  ) {
    this.header = options.names === null ? null : columnNames(options.names);
    this.headerIsDue = options.header !== 'none';
  }

  /** May wait for the chunk before. */
  async add(line: Line): Promise<void> {
    const { file, options, table } = this;
    if (this.skipped < options.skipRows) {
      this.skipped++;
      return;
    }
    if (this.headerIsDue) {
      this.headerIsDue = false;
      this.header ??= columnNames(line.cells);
      return;
    }
    this.header ??= line.cells.map((_, index) => String(index));
    this.indexColumns ??= Math.max(0, line.cells.length - this.header.length);
    const width = this.header.length + this.indexColumns;
    if (line.cells.length > width) {
      if (options.skipLongRows) return;
      throw broken(file, `${width} columns were expected, not ${line.cells.length}`, line.line);
    }
    if (this.count >= (options.mostRows ?? Infinity)) return;
    this.count++;
    if (table.intake.isFull && this.lines.length === 0 && table.intake.columns !== null) return table.intake.skip(1);
    this.lines.push(line);
    if (this.lines.length >= (options.chunkSize ?? CHUNK_ROWS)) await this.flush();
  }

  async end(): Promise<void> {
    if (this.header === null) throw broken(this.file, 'it is empty');
    if (this.indexColumns === null) throw broken(this.file, 'it holds no rows');
    if (this.lines.length > 0) await this.flush();
  }

  private async flush(): Promise<void> {
    const { lines } = this;
    this.lines = [];
    await this.table.append(part(this.file, this.header ?? [], this.indexColumns ?? 0, lines, this.options));
  }
}

/** Repeated names get `.1`, `.2`; empty ones `Unnamed: <position>`. */
function columnNames(cells: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return cells.map((cell, index) => {
    const name = cell === '' ? `Unnamed: ${index}` : cell;
    let unique = name;
    for (let count = taken.get(name) ?? 0; taken.has(unique); ) {
      unique = `${name}.${++count}`;
      taken.set(name, count);
    }
    taken.set(unique, taken.get(unique) ?? 0);
    return unique;
  });
}

function part(file: string, header: readonly string[], offset: number, lines: readonly Line[], options: CsvOptions): Part {
  checkSize(file, lines.length, header.length);
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
