import { spend } from './effort';
import { PyError } from './errors';
import { reprString, typeName } from './print';
import { strip } from './string';
import { isDecimal } from './unicode';
import type { PyValue } from './value';

const RADIX_PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };
const VALID_DIGITS: Readonly<Record<string, RegExp>> = { '0b': /^[01]+$/, '0o': /^[0-7]+$/, '0x': /^[0-9a-f]+$/ };
const PREFIXES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16 };

/** Decimal digits of any script as ASCII ones (blocks of ten start where the tens digit of the script does). */
function asciiDigits(text: string): string {
  spend(text.length);
  return text.replace(/\p{Nd}/gu, (digit) => {
    if (digit >= '0' && digit <= '9') return digit;
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (code - zero < 9 && isDecimal(String.fromCodePoint(zero - 1))) zero--;
    return String((code - zero) % 10);
  });
}

/** `int(text, base)`. Throws PyError ValueError. */
export function parseInteger(text: string, base = 10): bigint {
  const invalid = (): PyError => new PyError('ValueError', `invalid literal for int() with base ${base}: ${reprString(text)}`);
  if (base !== 0 && (base < 2 || base > 36)) throw new PyError('ValueError', 'int() base must be >= 2 and <= 36, or 0');
  const match = /^([-+]?)(?:0([bxo])_?)?([0-9a-z]+(?:_[0-9a-z]+)*)$/.exec(asciiDigits(strip(text, null, 'both')).toLowerCase());
  if (match === null) throw invalid();
  const [, sign = '', prefix, body = ''] = match;
  let radix = base;
  let digits = body.replaceAll('_', '');
  if (prefix !== undefined) {
    const named = PREFIXES[prefix] ?? 0;
    if (base === 0 || base === named) radix = named;
    else digits = `0${prefix}${digits}`;
  } else if (base === 0) {
    if (/^0+[1-9]/.test(digits)) throw invalid();
    radix = 10;
  }
  const magnitude = digitsToInteger(digits, radix);
  if (magnitude === null) throw invalid();
  return sign === '-' ? -magnitude : magnitude;
}

function digitsToInteger(digits: string, radix: number): bigint | null {
  if (radix === 10) {
    if (!/^\d+$/.test(digits)) return null;
    if (digits.length > 4300) throw new PyError('ValueError', 'Exceeds the limit (4300 digits) for integer string conversion');
    return BigInt(digits);
  }
  const prefix = RADIX_PREFIXES[radix];
  if (prefix !== undefined) return VALID_DIGITS[prefix]?.test(digits) === true ? BigInt(prefix + digits) : null;
  if (digits.length > 4300) throw new PyError('ValueError', 'Exceeds the limit (4300 digits) for integer string conversion');
  let value = 0n;
  for (const digit of digits) {
    const number = parseInt(digit, 36);
    if (number >= radix) return null;
    value = value * BigInt(radix) + BigInt(number);
  }
  return value;
}

/** `float(text)`. Throws PyError ValueError. */
export function parseFloatText(text: string): number {
  const bare = asciiDigits(strip(text, null, 'both'));
  if (/^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(bare)) return Number(bare.replaceAll('_', ''));
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(bare);
  if (word === null) throw new PyError('ValueError', `could not convert string to float: ${reprString(text)}`);
  if (word[2]?.toLowerCase() === 'nan') return NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}

/** A bool, int or float as the number it is; null for anything else. */
export function numeric(value: PyValue): bigint | number | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : null;
}

/** `float(value)` of a number. Throws PyError OverflowError. */
export function toFloat(value: bigint | number): number {
  if (typeof value === 'number') return value;
  const float = Number(value);
  if (!Number.isFinite(float)) throw new PyError('OverflowError', 'int too large to convert to float');
  return float;
}

/** `int(value)` of a float. Throws PyError. */
export function truncateFloat(value: number): bigint {
  if (Number.isNaN(value)) throw new PyError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
}

/** An argument that must be an integer: a count, an index. Throws PyError TypeError. */
export function requireIndex(value: PyValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new PyError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** Clips an integer to what JavaScript can index with. */
export function clip(value: bigint): number {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > limit ? limit : value < -limit ? -limit : value);
}
