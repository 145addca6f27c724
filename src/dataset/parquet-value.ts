/** A value as the Parquet reader gives it -> as Python would hold it, by the column's schema. */
import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { PyValue } from '../python/value';
import { PyBytes, PyDecimal, PyTime } from './opaque';
import { dateFromDays, datetimeFromMicroseconds } from './timestamp';

export function parquetValue(value: unknown, node: SchemaTree): PyValue {
  if (value === null || value === undefined) return null;
  if (node.children.length === 0) return Array.isArray(value) ? value.map((item) => parquetValue(item, node)) : leaf(value, node.element);
  if (Array.isArray(value)) return value.map((item) => parquetValue(item, itemOf(node)));
  if (typeof value !== 'object') return null;
  if (isMap(node.element)) return new Map(Object.entries(value).map(([key, item]) => [key, parquetValue(item, mapValueOf(node))]));
  const fields: Record<string, unknown> = { ...value };
  return new Map(node.children.map((child) => [child.element.name, parquetValue(fields[child.element.name], child)]));
}

/** The element of a list: below `list.element` of a LIST, or the repeated group itself. */
function itemOf(node: SchemaTree): SchemaTree {
  const [repeated] = node.children;
  if (!isList(node.element) || repeated === undefined) return node;
  const [only, second] = repeated.children;
  return only === undefined || second !== undefined ? repeated : only;
}

function mapValueOf(node: SchemaTree): SchemaTree {
  return node.children[0]?.children[1] ?? node;
}

function isList({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'LIST' || logical?.type === 'LIST';
}

function isMap({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP';
}

function leaf(value: unknown, element: SchemaElement): PyValue {
  if (isDecimal(element)) return new PyDecimal(unscaled(value), scaleOf(element));
  if (value instanceof Uint8Array) return new PyBytes(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || typeof value === 'number') return number(value, element);
  return null;
}

function number(value: bigint | number, element: SchemaElement): PyValue {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'INT96') return datetimeFromMicroseconds(BigInt(value) / 1000n, false);
  if (converted === 'DATE' || logical?.type === 'DATE') return dateFromDays(Number(value));
  if (logical?.type === 'TIMESTAMP') return datetimeFromMicroseconds(microseconds(value, logical.unit), logical.isAdjustedToUTC);
  if (converted === 'TIMESTAMP_MILLIS') return datetimeFromMicroseconds(microseconds(value, 'MILLIS'), true);
  if (converted === 'TIMESTAMP_MICROS') return datetimeFromMicroseconds(microseconds(value, 'MICROS'), true);
  if (logical?.type === 'TIME') return new PyTime(microseconds(value, logical.unit));
  if (converted === 'TIME_MILLIS') return new PyTime(microseconds(value, 'MILLIS'));
  if (converted === 'TIME_MICROS') return new PyTime(microseconds(value, 'MICROS'));
  return type === 'INT32' || type === 'INT64' ? BigInt(value) : Number(value);
}

function microseconds(value: bigint | number, unit: 'MILLIS' | 'MICROS' | 'NANOS'): bigint {
  const exact = BigInt(value);
  if (unit === 'MILLIS') return exact * 1000n;
  return unit === 'MICROS' ? exact : exact / 1000n;
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/** Digits behind the point: of the 76 that a decimal can have. */
function scaleOf({ scale = 0 }: SchemaElement): number {
  if (!(Number.isInteger(scale) && scale >= 0 && scale <= 76)) throw new Error(`a decimal of scale ${scale}`);
  return scale;
}

/** Big-endian two's complement, or a plain integer. */
function unscaled(value: unknown): bigint {
  if (typeof value === 'bigint' || typeof value === 'number') return BigInt(value);
  if (!(value instanceof Uint8Array) || value.length === 0) return 0n;
  return BigInt.asIntN(value.length * 8, BigInt(`0x${Buffer.from(value).toString('hex')}`));
}
