/**
 * Rows as bytes, so that a million of them fit in a file and each can be read alone. Every value keeps the type Python
 * would give it. Equal rows give equal bytes, so a digest over them is a digest of what is in a data set.
 */
import { PyDate, PyDatetime } from '../python/datetime';
import { PyTuple, type Doc, type PyDict, type PyOpaque, type PyValue } from '../python/value';
import { PyBytes, PyDecimal, PyTime } from './opaque';

/** The first byte of a value. Their numbers are in digests: never change one, add new ones. */
const TAG = {
  null: 0, true: 1, false: 2, natural: 3, negative: 4, bigInt: 5, float: 6, text: 7, utf16: 8, list: 9, dict: 10, tuple: 11,
  date: 12, datetime: 13, bytes: 14, decimal: 15, time: 16,
} as const;

const SMALL = 2n ** 47n;

/** Gathers encoded rows in one growing buffer. */
export class RowWriter {
  private buffer = Buffer.allocUnsafe(64 * 1024);
  private at = 0;

  get size(): number {
    return this.at;
  }

  /** Values in the order of the columns. Throws TypeError for what is no value of a data set. */
  row(values: readonly PyValue[]): void {
    for (const value of values) this.value(value);
  }

  /** The bytes so far, which the next row overwrites. */
  take(): Buffer {
    const bytes = this.buffer.subarray(0, this.at);
    this.at = 0;
    return bytes;
  }

  private value(value: PyValue): void {
    if (value === null) return this.byte(TAG.null);
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'bigint') return this.integer(value);
    if (typeof value === 'boolean') return this.byte(value ? TAG.true : TAG.false);
    if (typeof value === 'number') {
      this.byte(TAG.float);
      this.room(8);
      this.at = this.buffer.writeDoubleLE(value, this.at);
      return;
    }
    if (Array.isArray(value)) return this.items(TAG.list, value);
    if (value instanceof Map) return this.dict(value);
    if (value instanceof PyTuple) return this.items(TAG.tuple, value.items);
    this.opaque(value);
  }

  private dict(value: PyDict): void {
    this.byte(TAG.dict);
    this.count(value.size);
    for (const [key, item] of value) {
      this.value(key);
      this.value(item);
    }
  }

  private items(tag: number, items: readonly PyValue[]): void {
    this.byte(tag);
    this.count(items.length);
    for (const item of items) this.value(item);
  }

  private opaque(value: PyOpaque): void {
    if (value instanceof PyDate) return this.numbers(TAG.date, [value.year, value.month, value.day]);
    if (value instanceof PyDatetime) {
      const { date, hour, minute, second, microsecond, offsetMinutes } = value;
      // Offsets lie within a day of zero; 0 stands for a naive time.
      const zone = offsetMinutes === null ? 0 : offsetMinutes + 1441;
      return this.numbers(TAG.datetime, [date.year, date.month, date.day, hour, minute, second, microsecond, zone]);
    }
    if (value instanceof PyBytes) {
      this.byte(TAG.bytes);
      return this.raw(Buffer.from(value.bytes.buffer, value.bytes.byteOffset, value.bytes.byteLength));
    }
    if (value instanceof PyDecimal) {
      this.numbers(TAG.decimal, [value.scale]);
      return this.raw(Buffer.from(value.unscaled.toString()));
    }
    if (value instanceof PyTime) {
      this.byte(TAG.time);
      return this.raw(Buffer.from(value.microseconds.toString()));
    }
    throw new TypeError(`no value of a data set: ${value.typeName}`);
  }

  private numbers(tag: number, numbers: readonly number[]): void {
    this.byte(tag);
    for (const number of numbers) this.count(number);
  }

  private integer(value: bigint): void {
    if (value >= 0n && value < SMALL) {
      this.byte(TAG.natural);
      return this.count(Number(value));
    }
    if (value < 0n && value > -SMALL) {
      this.byte(TAG.negative);
      return this.count(Number(-value));
    }
    this.byte(TAG.bigInt);
    this.raw(Buffer.from(value.toString()));
  }

  private text(value: string): void {
    const length = Buffer.byteLength(value);
    // Half of a surrogate pair has no UTF-8.
    if (length !== value.length && /\p{Surrogate}/u.test(value)) {
      this.byte(TAG.utf16);
      return this.raw(Buffer.from(value, 'utf16le'));
    }
    this.byte(TAG.text);
    this.count(length);
    this.room(length);
    if (length === value.length && length < 24) {
      for (let index = 0; index < length; index++) this.buffer[this.at++] = value.charCodeAt(index);
    } else this.at += this.buffer.write(value, this.at, length, 'utf8');
  }

  private raw(bytes: Buffer): void {
    this.count(bytes.length);
    this.room(bytes.length);
    this.at += bytes.copy(this.buffer, this.at);
  }

  private byte(value: number): void {
    this.room(1);
    this.buffer[this.at++] = value;
  }

  /** Seven bits a byte, the lowest first. */
  private count(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.at++] = rest;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}

/** The row that begins at `start`, with every column. */
export function readRow(columns: readonly string[], bytes: Buffer, start: number): Doc {
  const reader = new RowReader(bytes, start);
  const row: Doc = new Map();
  for (const column of columns) row.set(column, reader.value());
  return row;
}

class RowReader {
  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {}

  value(): PyValue {
    const tag = this.bytes[this.at++];
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.natural:
        return BigInt(this.count());
      case TAG.negative:
        return -BigInt(this.count());
      case TAG.bigInt:
        return BigInt(this.text('latin1'));
      case TAG.float:
        this.at += 8;
        return this.bytes.readDoubleLE(this.at - 8);
      case TAG.text:
        return this.text('utf8');
      case TAG.utf16:
        return this.text('utf16le');
      case TAG.list:
        return this.items();
      case TAG.dict:
        return this.dict();
      case TAG.tuple:
        return new PyTuple(this.items());
      default:
        return this.opaque(tag);
    }
  }

  private opaque(tag: number | undefined): PyOpaque {
    switch (tag) {
      case TAG.date:
        return new PyDate(this.count(), this.count(), this.count());
      case TAG.datetime: {
        const date = new PyDate(this.count(), this.count(), this.count());
        const [hour, minute, second, microsecond, zone] = [this.count(), this.count(), this.count(), this.count(), this.count()];
        return new PyDatetime(date, hour, minute, second, microsecond, zone === 0 ? null : zone - 1441);
      }
      case TAG.bytes: {
        const length = this.count();
        this.at += length;
        return new PyBytes(Uint8Array.from(this.bytes.subarray(this.at - length, this.at)));
      }
      case TAG.decimal: {
        const scale = this.count();
        return new PyDecimal(BigInt(this.text('latin1')), scale);
      }
      case TAG.time:
        return new PyTime(BigInt(this.text('latin1')));
      default:
        throw new RangeError(`not a row: tag ${tag ?? 'missing'}`);
    }
  }

  private items(): PyValue[] {
    const items = new Array<PyValue>(this.count());
    for (let index = 0; index < items.length; index++) items[index] = this.value();
    return items;
  }

  private dict(): PyDict {
    const dict: PyDict = new Map();
    for (let left = this.count(); left > 0; left--) {
      const key = this.value();
      dict.set(key, this.value());
    }
    return dict;
  }

  private text(encoding: BufferEncoding): string {
    const length = this.count();
    this.at += length;
    return this.bytes.toString(encoding, this.at - length, this.at);
  }

  private count(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }
}
