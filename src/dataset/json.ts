/** JSON and JSON lines as `datasets` 5 reads them: chunks of about 10 MB, types from the first. */
import { JsonSyntaxError, parseJson } from '../python/json';
import type { PyDict, PyValue } from '../python/value';
import { holdsJson, typeOf, unite, type ColumnType } from './column-type';
import { broken, decode, fileBytes } from './file-text';
import type { Part } from './table';

const CHUNK = 10 * 1024 * 1024;

export type JsonOptions = { readonly field: string | null; readonly chunkSize: number | null; readonly encoding: string };

type Row = { readonly line: number; readonly values: PyDict };

/** Parts of one file, in order. Throws AssayError (missing-file, broken-data). */
export async function readJson(file: string, options: JsonOptions): Promise<Part[]> {
  const text = decode(await fileBytes(file), options.encoding, file).replace(/^\ufeff/, '');
  if (text.trim() === '') throw broken(file, 'it is empty');
  if (options.field !== null) return [part(file, fieldRows(file, text, options.field), true)];
  if (text.startsWith('[')) return [part(file, listRows(parse(file, text), file), true)];
  return chunks(file, text, options.chunkSize ?? CHUNK);
}

function chunks(file: string, text: string, size: number): Part[] {
  const parts: Part[] = [];
  let rows: Row[] = [];
  let line = 0;
  let room = size;
  for (const source of text.split('\n')) {
    line++;
    room -= Buffer.byteLength(source) + 1;
    if (source.trim() !== '') {
      const values = lineValue(file, source, line);
      if (values === null) return [part(file, [wholeObject(file, text)], false)];
      rows.push({ line, values });
    }
    if (room < 0 && rows.length > 0) {
      parts.push(part(file, rows, false));
      rows = [];
      room = size;
    }
  }
  if (rows.length > 0) parts.push(part(file, rows, false));
  return parts;
}

/** null: the first line does not end its object, so the file may be one object over several lines. */
function lineValue(file: string, source: string, line: number): PyDict | null {
  let value: PyValue;
  try {
    value = parseJson(source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    if (line === 1) return null;
    throw broken(file, `${error.reason} (column ${error.column})`, line);
  }
  if (!(value instanceof Map)) throw broken(file, 'a row must be an object', line);
  if (source.includes('\\u') && hasLoneSurrogate(value)) throw broken(file, 'half of a surrogate pair in a string', line);
  return value;
}

function wholeObject(file: string, text: string): Row {
  const value = parse(file, text);
  if (!(value instanceof Map)) throw broken(file, 'a row must be an object', 1);
  return { line: 1, values: value };
}

function fieldRows(file: string, text: string, field: string): Row[] {
  const whole = parse(file, text);
  const value = whole instanceof Map ? whole.get(field) : undefined;
  if (value === undefined) throw broken(file, `it has no field "${field}"`);
  return listRows(value, file);
}

/** Objects are rows; a list of anything else is a column `text`. */
function listRows(value: PyValue, file: string): Row[] {
  if (!Array.isArray(value)) throw broken(file, 'a list of rows was expected');
  if (value.length === 0) throw broken(file, 'it holds no rows');
  if (!value.every((item) => item instanceof Map)) {
    if (value.some((item) => item instanceof Map)) throw broken(file, 'a row must be an object');
    return value.map((item) => ({ line: 1, values: new Map<PyValue, PyValue>([['text', item]]) }));
  }
  return value.map((values) => ({ line: 1, values }));
}

function parse(file: string, text: string): PyValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw broken(file, `${error.reason} (column ${error.column})`, error.line);
    throw error;
  }
}

/** `recoded`: `datasets` reads these rows through pandas, whose JSON writer keeps ten decimals. So it does where kinds are mixed. */
function part(file: string, rows: readonly Row[], recoded: boolean): Part {
  const types = new Map<string, ColumnType>();
  for (const { values } of rows) {
    for (const [key, value] of values) {
      const column = String(key);
      types.set(column, unite(types.get(column) ?? { kind: 'null' }, typeOf(value)));
    }
  }
  const rounded = recoded || [...types.values()].some(holdsJson);
  return {
    file,
    types,
    rows: rows.map(({ values }) => new Map([...values].map(([key, value]) => [String(key), rounded ? tenDecimals(value) : value]))),
    lines: rows.map(({ line }) => line),
  };
}

function tenDecimals(value: PyValue): PyValue {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return value;
    return Number(Math.abs(value) < 1e16 ? value.toFixed(10) : value.toExponential(15));
  }
  if (Array.isArray(value)) return value.map(tenDecimals);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, tenDecimals(item)]));
  return value;
}

function hasLoneSurrogate(value: PyValue): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  if (value instanceof Map) return [...value].some(([key, item]) => hasLoneSurrogate(key) || hasLoneSurrogate(item));
  return false;
}
