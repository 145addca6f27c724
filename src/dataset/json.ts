/** JSON and JSON lines as `datasets` 5 reads them: chunks of about 10 MB, types from the first. */
import { JsonSyntaxError, parseJson } from '../python/json';
import type { PyDict, PyValue } from '../python/value';
import { broken } from './broken';
import { type ColumnType, widen } from './column-type';
import { fileText } from './file-text';
import { JsonObjects, type JsonRow } from './json-objects';
import { LineCounter, Lines, wholeText } from './lines';
import type { Part, Table } from './table';

const CHUNK = 10 * 1024 * 1024;

export type JsonOptions = { readonly field: string | null; readonly chunkSize: number | null; readonly encoding: string };

/** Rows of one file. Throws AssayError (missing-file, broken-data). */
export async function readJson(file: string, options: JsonOptions, table: Table): Promise<void> {
  const pieces = withoutMark(fileText(file, options.encoding, table.intake));
  const { value: first, done } = await pieces.next();
  if (done === true) throw broken(file, 'it is empty');
  const text = following(first, pieces);
  if (options.field !== null) return table.append(part(file, fieldRows(file, await wholeText(file, text), options.field), true));
  if (first.startsWith('[')) return table.append(part(file, listRows(parse(file, await wholeText(file, text)), file), true));
  return readObjects(file, text, options.chunkSize ?? CHUNK, table);
}

async function readObjects(file: string, text: AsyncIterable<string>, chunkSize: number, table: Table): Promise<void> {
  const { intake } = table;
  const objects = new JsonObjects(file);
  let room = chunkSize;
  const before = intake.available;
  const flush = async (): Promise<void> => {
    const rows = objects.take();
    if (rows.length > 0) await table.append(part(file, rows, false));
    room = chunkSize;
  };
  const lines = new Lines(file);
  const line = async (source: string): Promise<void> => {
    if (intake.isFull && intake.columns !== null && objects.isOneALine) {
      if (source.trim() !== '') intake.skip(1);
      return;
    }
    objects.line(source);
    room -= Buffer.byteLength(source) + 1;
    if (room < 0 && objects.isBetween) await flush();
  };
  let counter: LineCounter | null = null;
  for await (const piece of text) {
    if (counter === null && intake.isFull && intake.columns !== null && objects.isOneALine) {
      counter = new LineCounter();
      counter.add(lines.end());
    }
    if (counter !== null) {
      intake.skip(counter.add(piece));
      continue;
    }
    for (const source of lines.cut(piece)) {
      await line(source);
      if (intake.isTired) await intake.rest();
    }
  }
  if (intake.isDone) return;
  if (counter !== null) intake.skip(counter.end());
  else await line(lines.end());
  objects.end();
  await flush();
  if (intake.available === before) throw broken(file, 'it is empty');
}

async function* withoutMark(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\ufeff/, '') : piece;
    isFirst = false;
    if (text !== '') yield text;
  }
}

async function* following(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

function fieldRows(file: string, text: string, field: string): JsonRow[] {
  const whole = parse(file, text);
  const value = whole instanceof Map ? whole.get(field) : undefined;
  if (value === undefined) throw broken(file, `it has no field "${field}"`);
  return listRows(value, file);
}

/** Objects are rows; a list of anything else is a column `text`. */
function listRows(value: PyValue, file: string): JsonRow[] {
  if (!Array.isArray(value)) throw broken(file, 'a list of rows was expected');
  if (value.length === 0) throw broken(file, 'it holds no rows');
  const rows = value.filter((item): item is PyDict => item instanceof Map);
  if (rows.length === value.length) return rows.map((values) => ({ line: 1, values }));
  if (rows.length > 0) throw broken(file, 'a row must be an object');
  return value.map((item) => ({ line: 1, values: new Map<PyValue, PyValue>([['text', item]]) }));
}

function parse(file: string, text: string): PyValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw broken(file, `${error.reason} (column ${error.column})`, error.line);
    throw error;
  }
}

function part(file: string, rows: readonly JsonRow[], recoded: boolean): Part {
  const types = new Map<string, ColumnType>();
  for (const { values } of rows) {
    for (const [key, value] of values) {
      const column = String(key);
      const known = types.get(column);
      const type = widen(known ?? { kind: 'null' }, value);
      if (type !== known) types.set(column, type);
    }
  }
  return { file, types, rows: rows.map(({ values }) => values), lines: rows.map(({ line }) => line), recoded };
}
