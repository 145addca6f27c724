/**
 * Types of columns, as pyarrow infers them from JSON and as `datasets` 5 casts later parts of a data set to the first's.
 * `json` holds values of differing kinds: each as it is, but for texts that are JSON.
 */
import { PyDate, PyDatetime } from '../python/datetime';
import { reprFloat } from '../python/print';
import type { PyDict, PyValue } from '../python/value';
import { isoTimestamp } from './timestamp';
import { decoded } from './ujson';

export type ColumnType =
  | { readonly kind: 'null' | 'bool' | 'int' | 'float' | 'string' | 'timestamp' | 'json' }
  /** Only where a card says so: floats of 32 bits, and numbers of classes, written as numbers or by name. */
  | { readonly kind: 'float32' }
  | { readonly kind: 'label'; readonly names: readonly string[] }
  | { readonly kind: 'list'; readonly item: ColumnType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, ColumnType> };

const NULL: ColumnType = { kind: 'null' };
const JSON_VALUES: ColumnType = { kind: 'json' };

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function typeOf(value: PyValue): ColumnType {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'bigint') return { kind: value >= INT64_MIN && value <= INT64_MAX ? 'int' : 'float' };
  if (typeof value === 'number') return { kind: 'float' };
  if (typeof value === 'string') return { kind: isoTimestamp(value) === null ? 'string' : 'timestamp' };
  if (Array.isArray(value)) return { kind: 'list', item: value.map(typeOf).reduce(unite, NULL) };
  if (value instanceof Map) {
    if (value.size === 0) return JSON_VALUES;
    return { kind: 'struct', fields: new Map([...value].map(([key, item]) => [String(key), typeOf(item)])) };
  }
  return JSON_VALUES;
}

/** The type that holds this value beside those that `type` holds. */
export function widen(type: ColumnType, value: PyValue): ColumnType {
  if (value === null || type.kind === 'json') return type;
  if (typeof value === 'string' && type.kind === 'string') return type;
  if ((typeof value === 'bigint' || typeof value === 'number') && type.kind === 'float') return type;
  if (Array.isArray(value) && type.kind === 'list') {
    const item = value.reduce(widen, type.item);
    return item === type.item ? type : { kind: 'list', item };
  }
  if (value instanceof Map && type.kind === 'struct') return widenStruct(type, value);
  return unite(type, typeOf(value));
}

function widenStruct(type: ColumnType & { readonly kind: 'struct' }, value: PyDict): ColumnType {
  if (value.size !== type.fields.size) return JSON_VALUES;
  let changed = false;
  const fields = new Map<string, ColumnType>();
  for (const [key, item] of value) {
    const known = type.fields.get(String(key));
    if (known === undefined) return JSON_VALUES;
    const wide = widen(known, item);
    changed ||= wide !== known;
    fields.set(String(key), wide);
  }
  if (!changed) return type;
  return { kind: 'struct', fields: new Map([...type.fields.keys()].map((key) => [key, fields.get(key) ?? NULL])) };
}

/** The type that holds values of both. */
export function unite(a: ColumnType, b: ColumnType): ColumnType {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', item: unite(a.item, b.item) };
  if (a.kind === 'struct' && b.kind === 'struct') return uniteStructs(a.fields, b.fields);
  if (a.kind === b.kind) return a;
  const kinds = new Set([a.kind, b.kind]);
  if (kinds.has('int') && kinds.has('float')) return { kind: 'float' };
  if (kinds.has('string') && kinds.has('timestamp')) return { kind: 'string' };
  return JSON_VALUES;
}

function uniteStructs(a: ReadonlyMap<string, ColumnType>, b: ReadonlyMap<string, ColumnType>): ColumnType {
  if (a.size !== b.size || [...a.keys()].some((key) => !b.has(key))) return JSON_VALUES;
  return { kind: 'struct', fields: new Map([...a].map(([key, type]) => [key, unite(type, b.get(key) ?? NULL)])) };
}

/** Some part of it holds values of differing kinds. */
export function holdsJson(type: ColumnType): boolean {
  if (type.kind === 'list') return holdsJson(type.item);
  if (type.kind === 'struct') return [...type.fields.values()].some(holdsJson);
  return type.kind === 'json';
}

/** A value that does not fit the type its column has. */
export class CastFailure extends Error {}

/** The value as a column of this type holds it. Throws CastFailure. */
export function cast(value: PyValue, type: ColumnType): PyValue {
  if (value === null) return value;
  switch (type.kind) {
    case 'json':
      return decoded(value);
    case 'int':
      return toInt(value);
    case 'float':
      return toFloat(value);
    case 'float32':
      return Math.fround(toFloat(value));
    case 'label':
      return toLabel(value, type.names);
    case 'bool':
      return toBool(value);
    case 'string':
      return toText(value);
    case 'timestamp':
      return toTimestamp(value);
    case 'list':
      if (Array.isArray(value)) return value.map((item) => cast(item, type.item));
      break;
    case 'struct':
      if (value instanceof Map) return castFields(value, type.fields);
      break;
    case 'null':
      break;
  }
  throw unfit(value, type);
}

function castFields(value: PyDict, fields: ReadonlyMap<string, ColumnType>): PyDict {
  if (value.size !== fields.size || [...value.keys()].some((key) => !fields.has(String(key)))) throw unfit(value, { kind: 'struct', fields });
  return new Map([...fields].map(([key, type]) => [key, cast(value.get(key) ?? null, type)]));
}

function toInt(value: PyValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,1000}$/.test(value)) return BigInt(value);
  throw unfit(value, { kind: 'int' });
}

function toFloat(value: PyValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(value)) return Number(value);
  throw unfit(value, { kind: 'float' });
}

/** -1 stands for no class. */
function toLabel(value: PyValue, names: readonly string[]): bigint {
  const index = typeof value === 'string' ? names.indexOf(value) : -1;
  if (index >= 0) return BigInt(index);
  const number = typeof value === 'bigint' || /^-?\d{1,9}$/.test(String(value)) ? toInt(value) : -2n;
  if (number >= -1n && number < BigInt(names.length)) return number;
  throw unfit(value, { kind: 'label', names });
}

function toBool(value: PyValue): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'True') return true;
  if (value === 'false' || value === 'False') return false;
  throw unfit(value, { kind: 'bool' });
}

function toText(value: PyValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return reprFloat(value).replace(/\.0$/, '');
  if (value instanceof PyDate || value instanceof PyDatetime) return value.str();
  throw unfit(value, { kind: 'string' });
}

function toTimestamp(value: PyValue): PyValue {
  const timestamp = typeof value === 'string' ? isoTimestamp(value) : null;
  if (timestamp === null) throw unfit(value, { kind: 'timestamp' });
  return timestamp;
}

const NAMES: Readonly<Record<ColumnType['kind'], string>> = {
  null: 'nothing but null',
  bool: 'true or false',
  int: 'whole numbers',
  float: 'numbers',
  float32: 'numbers',
  label: 'classes, by number or name',
  string: 'text',
  timestamp: 'dates',
  json: 'anything',
  list: 'lists',
  struct: 'objects with the same keys',
};

function unfit(value: PyValue, type: ColumnType): CastFailure {
  const shown = typeof value === 'string' ? JSON.stringify(value) : value instanceof Map ? 'an object' : Array.isArray(value) ? 'a list' : String(value);
  return new CastFailure(`it holds ${NAMES[type.kind]}, not ${shown.slice(0, 60)}`);
}
