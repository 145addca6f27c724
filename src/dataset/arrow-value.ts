/** Values of an Arrow column as Python would hold them, read from its buffers, which are looked at before anything is believed. */
import { type Data, type DataType, TimeUnit, Type, type Vector } from 'apache-arrow';
import type { PyValue } from '../python/value';
import { PyBytes, PyDecimal, PyTime } from './opaque';
import { dateFromDays, datetimeFromMicroseconds } from './timestamp';

/** A value by its row. */
export type ArrowColumn = (row: number) => PyValue;

/** A type that has no place here. */
export class UnsupportedArrow extends Error {}

const DEEPEST = 64;

/** Throws Error for buffers that do not hold `length` values, UnsupportedArrow for a type that is not read. */
export function arrowColumn(data: Data, length = data.length, depth = 0): ArrowColumn {
  if (depth > DEEPEST) throw new UnsupportedArrow(`columns of more than ${DEEPEST} levels`);
  if (data.length < length) throw short(data);
  const value = valueReader(data, length, depth);
  const { nullBitmap } = data;
  if (data.typeId === Type.Null || nullBitmap === undefined || nullBitmap === null || nullBitmap.length === 0) return value;
  if (nullBitmap.length * 8 < length) throw short(data);
  return (row) => (((nullBitmap[row >> 3] ?? 0) >> (row & 7)) & 1 ? value(row) : null);
}

function valueReader(data: Data, length: number, depth: number): ArrowColumn {
  const { type } = data;
  switch (data.typeId as Type) {
    case Type.Null:
      return () => null;
    case Type.Bool: {
      const bits = values<Uint8Array>(data, length / 8);
      return (row) => (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
    }
    case Type.Int: {
      const numbers = values<Int32Array | BigInt64Array>(data, length);
      return (row) => BigInt(numbers[row] ?? 0);
    }
    case Type.Float:
      return float(data, length);
    case Type.Decimal:
      return decimal(data, length);
    case Type.Date: {
      const numbers = values<Int32Array | BigInt64Array>(data, length);
      const perDay = 'BYTES_PER_ELEMENT' in numbers && numbers.BYTES_PER_ELEMENT === 8 ? 86_400_000 : 1;
      return (row) => dateFromDays(Number(numbers[row] ?? 0) / perDay);
    }
    case Type.Timestamp: {
      const numbers = values<BigInt64Array>(data, length);
      const { unit, timezone } = type as DataType & { readonly unit: TimeUnit; readonly timezone?: string | null };
      return (row) => datetimeFromMicroseconds(microseconds(numbers[row] ?? 0n, unit), (timezone ?? '') !== '');
    }
    case Type.Time: {
      const numbers = values<Int32Array | BigInt64Array>(data, length);
      const { unit } = type as DataType & { readonly unit: TimeUnit };
      return (row) => new PyTime(microseconds(BigInt(numbers[row] ?? 0), unit));
    }
    case Type.Utf8:
    case Type.LargeUtf8:
      return slices(data, length, (bytes) => bytes.toString('utf8'));
    case Type.Binary:
    case Type.LargeBinary:
      return slices(data, length, (bytes) => new PyBytes(Uint8Array.from(bytes)));
    case Type.Utf8View:
      return views(data, length, (bytes) => bytes.toString('utf8'));
    case Type.BinaryView:
      return views(data, length, (bytes) => new PyBytes(Uint8Array.from(bytes)));
    case Type.FixedSizeBinary: {
      const { byteWidth } = type as DataType & { readonly byteWidth: number };
      const bytes = values<Uint8Array>(data, length * byteWidth);
      return (row) => new PyBytes(bytes.slice(row * byteWidth, (row + 1) * byteWidth));
    }
    case Type.List:
    case Type.LargeList:
      return list(data, length, depth);
    case Type.Map:
      return map(data, length, depth);
    case Type.FixedSizeList: {
      const { listSize } = type as DataType & { readonly listSize: number };
      if (!(listSize >= 0)) throw short(data);
      const item = arrowColumn(child(data, 0), length * listSize, depth + 1);
      return (row) => range(row * listSize, (row + 1) * listSize, item);
    }
    case Type.Struct: {
      const fields = type.children.map(({ name }, index) => [name, arrowColumn(child(data, index), length, depth + 1)] as const);
      return (row) => new Map(fields.map(([name, field]) => [name, field(row)]));
    }
    case Type.Dictionary:
      return dictionary(data, length, depth);
    default:
      throw new UnsupportedArrow(`an Arrow column of type ${String(type)}`);
  }
}

function float(data: Data, length: number): ArrowColumn {
  const numbers = values<Float32Array | Float64Array | Uint16Array>(data, length);
  if (!(numbers instanceof Uint16Array)) return (row) => numbers[row] ?? 0;
  return (row) => half(numbers[row] ?? 0);
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

function decimal(data: Data, length: number): ArrowColumn {
  const { scale, bitWidth } = data.type as DataType & { readonly scale: number; readonly bitWidth: number };
  if (!(Number.isInteger(scale) && scale >= 0 && scale <= 76)) throw new UnsupportedArrow(`a decimal of scale ${scale}`);
  const width = bitWidth / 32;
  const words = values<Uint32Array>(data, length * width);
  return (row) => {
    let unscaled = 0n;
    for (let word = width - 1; word >= 0; word--) unscaled = (unscaled << 32n) | BigInt(words[row * width + word] ?? 0);
    return new PyDecimal(BigInt.asIntN(bitWidth, unscaled), scale);
  };
}

/** Texts and bytes that lie one after the other. */
function slices(data: Data, length: number, read: (bytes: Buffer) => PyValue): ArrowColumn {
  const bytes = bytesOf(data.values as Uint8Array | undefined);
  const at = offsets(data, length, bytes.length);
  return (row) => read(bytes.subarray(at(row), at(row + 1)));
}

/** 16 bytes each: up to twelve bytes themselves, or where more of them lie. */
function views(data: Data, length: number, read: (bytes: Buffer) => PyValue): ArrowColumn {
  const table = bytesOf(values<Uint8Array>(data, length * 16));
  const buffers = data.variadicBuffers.map(bytesOf);
  return (row) => {
    const size = table.readInt32LE(row * 16);
    if (size >= 0 && size <= 12) return read(table.subarray(row * 16 + 4, row * 16 + 4 + size));
    const buffer = buffers[table.readInt32LE(row * 16 + 8)];
    const begin = table.readInt32LE(row * 16 + 12);
    if (buffer === undefined || size < 0 || begin < 0 || begin + size > buffer.length) throw short(data);
    return read(buffer.subarray(begin, begin + size));
  };
}

function list(data: Data, length: number, depth: number): ArrowColumn {
  const items = child(data, 0);
  const at = offsets(data, length, items.length);
  const item = arrowColumn(items, items.length, depth + 1);
  return (row) => range(at(row), at(row + 1), item);
}

function map(data: Data, length: number, depth: number): ArrowColumn {
  const entries = child(data, 0);
  const at = offsets(data, length, entries.length);
  const key = arrowColumn(child(entries, 0), entries.length, depth + 1);
  const value = arrowColumn(child(entries, 1), entries.length, depth + 1);
  return (row) => new Map(range(at(row), at(row + 1), (entry): [PyValue, PyValue] => [key(entry), value(entry)]));
}

function dictionary(data: Data, length: number, depth: number): ArrowColumn {
  const indices = values<Int32Array | BigInt64Array>(data, length);
  const chunks = ((data.dictionary as Vector | undefined)?.data ?? []).map((chunk) => ({ length: chunk.length, value: arrowColumn(chunk, chunk.length, depth + 1) }));
  return (row) => {
    let index = Number(indices[row] ?? 0);
    for (const chunk of chunks) {
      if (index >= 0 && index < chunk.length) return chunk.value(index);
      index -= chunk.length;
    }
    throw short(data);
  };
}

/** Where each value begins, and where the last one ends: never further back, never behind the end of what they point into. */
function offsets(data: Data, length: number, end: number): (row: number) => number {
  const table = data.valueOffsets as Int32Array | BigInt64Array | undefined;
  if (length === 0) return () => 0;
  if (table === undefined || table === null || table.length < length + 1) throw short(data);
  let last = 0;
  for (let row = 0; row <= length; row++) {
    const offset = Number(table[row]);
    if (!(offset >= last && offset <= end)) throw short(data);
    last = offset;
  }
  return (row) => Number(table[row]);
}

function values<T extends { readonly length: number }>(data: Data, least: number): T {
  const found = data.values as T | undefined;
  if (found === undefined || found === null || found.length < least) throw short(data);
  return found;
}

function child(data: Data, index: number): Data {
  const found = data.children[index];
  if (found === undefined) throw short(data);
  return found;
}

function range<T>(from: number, to: number, at: (index: number) => T): T[] {
  return Array.from({ length: to - from }, (_, index) => at(from + index));
}

function microseconds(value: bigint, unit: TimeUnit): bigint {
  switch (unit) {
    case TimeUnit.SECOND:
      return value * 1_000_000n;
    case TimeUnit.MILLISECOND:
      return value * 1000n;
    case TimeUnit.MICROSECOND:
      return value;
    case TimeUnit.NANOSECOND:
      // Towards the past, as pyarrow cuts them.
      return (value - (((value % 1000n) + 1000n) % 1000n)) / 1000n;
  }
}

function bytesOf(bytes: Uint8Array | undefined | null): Buffer {
  return bytes === undefined || bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function short({ type }: Data): Error {
  return new Error(`a column of type ${String(type).slice(0, 80)} does not hold what it says`);
}
