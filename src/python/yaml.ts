import { daysInMonth, PyDate, PyDatetime } from './datetime';
import type { PyValue } from './value';

/** The implicit resolvers of PyYAML 6 (YAML 1.1). */
const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0[0-7_]+|(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIMESTAMP =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?$/;

/** No other text can be anything but text. */
const FIRST = /^(?:[-+.0-9~nNyYtTfFoO]|$)/;

const LIKE_A_NUMBER = /^[-+.]?[0-9]/;

/** Digits that CPython converts at most; sexagesimal parts beyond what anybody writes. */
const MOST_DIGITS = 4300;
const MOST_PARTS = 50;

/** Whether PyYAML resolves a plain scalar to a type and then fails to convert it (`0x_`, a 13th month): such a file cannot be loaded. */
export function isUnconvertible(text: string): boolean {
  return FIRST.test(text) && LIKE_A_NUMBER.test(text) && typeof resolveScalar(text) === 'string' && (INTEGER.test(text) || FLOAT.test(text) || DATE.test(text) || TIMESTAMP.test(text));
}

/** A scalar with a tag of YAML's own (`int` for `!!int`), whatever its quotes; undefined where PyYAML fails, or the tag is not one of these. */
export function convertTagged(type: string, text: string): PyValue | undefined {
  switch (type) {
    case 'str':
      return text;
    case 'null':
      return null;
    case 'bool': {
      const lower = text.toLowerCase();
      return TRUE.test(lower) ? true : FALSE.test(lower) ? false : undefined;
    }
    case 'int':
      return INTEGER.test(text) ? (integer(text) ?? undefined) : undefined;
    case 'float':
      return FLOAT.test(text) || PLAIN_FLOAT.test(text) || SEXAGESIMAL.test(text) ? (float(text) ?? undefined) : undefined;
    case 'timestamp':
      return timestamp(text) ?? undefined;
    default:
      return undefined;
  }
}

/** What Python's `float` takes besides. */
const PLAIN_FLOAT = /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?$/;
const SEXAGESIMAL = /^[-+]?[0-9]+(?::[0-5]?[0-9])+$/;

/**
 * What PyYAML makes of a plain (unquoted) scalar: `no` is false, `017` octal, `1:30` sexagesimal, `1e5` text.
 * Text that PyYAML fails to convert stays text; `isUnconvertible` tells.
 */
export function resolveScalar(text: string): PyValue {
  if (!FIRST.test(text)) return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INTEGER.test(text)) return integer(text) ?? text;
  if (FLOAT.test(text)) return float(text) ?? text;
  return timestamp(text) ?? text;
}

function integer(text: string): bigint | null {
  const bare = text.replaceAll('_', '');
  const negative = bare.startsWith('-');
  const digits = bare.replace(/^[-+]/, '');
  const size = magnitude(digits);
  if (size === null) return null;
  return negative ? -size : size;
}

function magnitude(digits: string): bigint | null {
  if (digits === '0') return 0n;
  if (digits.length > MOST_DIGITS) return null;
  if (digits.startsWith('0b') || digits.startsWith('0x')) return digits.length > 2 ? BigInt(digits) : null;
  if (digits.startsWith('0')) return BigInt(`0o${digits.slice(1)}`);
  if (!digits.includes(':')) return BigInt(digits);
  const parts = digits.split(':');
  return parts.length > MOST_PARTS ? null : parts.reduce((total, part) => total * 60n + BigInt(part), 0n);
}

function float(text: string): number | null {
  const bare = text.replaceAll('_', '').toLowerCase();
  const sign = bare.startsWith('-') ? -1 : 1;
  const digits = bare.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  if (!digits.includes(':')) return sign * Number(digits);
  // PyYAML adds from the last part up, which fixes the rounding.
  let total = 0;
  let base = 1;
  const parts = digits.split(':').reverse();
  if (parts.length > MOST_PARTS) return null;
  for (const part of parts) {
    total += Number(part) * base;
    base *= 60;
  }
  return sign * total;
}

function timestamp(text: string): PyValue {
  const day = DATE.exec(text);
  if (day !== null) return calendarDate(Number(day[1]), Number(day[2]), Number(day[3]));
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const date = calendarDate(Number(match[1]), Number(match[2]), Number(match[3]));
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  if (date === null || hour > 23 || minute > 59 || second > 59) return null;
  const microsecond = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  return new PyDatetime(date, hour, minute, second, microsecond, zoneMinutes(text, match));
}

function zoneMinutes(text: string, match: RegExpExecArray): number | null {
  if (match[8] === undefined) return text.endsWith('Z') ? 0 : null;
  const size = Number(match[9]) * 60 + Number(match[10] ?? 0);
  return match[8] === '-' ? -size : size;
}

function calendarDate(year: number, month: number, day: number): PyDate | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return new PyDate(year, month, day);
}
