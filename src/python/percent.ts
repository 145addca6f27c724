import { dictGet } from './compare';
import { fixedDigits } from './decimal';
import { fitText, spend } from './effort';
import { PyError } from './errors';
import { exponentForm, generalForm, MAX_WIDTH } from './format-spec';
import { numeric, requireIndex, toFloat, truncateFloat } from './number';
import { repr, str, typeName } from './print';
import { codePointCount, codePoints } from './unicode';
import { PyTuple, type PyValue } from './value';

const CONVERSION = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?(.)?/gsu;

/** `template % values` (printf-style). Throws PyError TypeError, ValueError or KeyError. */
export function percentFormat(template: string, values: PyValue): string {
  const supply = new Arguments(values);
  // A `%(` is searched to the end of the text where its bracket is missing.
  spend(template.length * template.split('%(').length);
  let length = template.length;
  const result = template.replace(CONVERSION, (_whole, key: string | undefined, flags: string, width: string | undefined, precision: string | undefined, type: string | undefined) => {
    if (type === undefined) throw new PyError('ValueError', 'incomplete format');
    if (type === '%') return '%';
    const wide = width === '*' ? Number(requireIndex(supply.next())) : Number(width ?? 0);
    const exact = precision === undefined ? null : precision === '*' ? Number(requireIndex(supply.next())) : Number(precision);
    if (wide > MAX_WIDTH || (exact ?? 0) > MAX_WIDTH) throw new PyError('ValueError', 'width too big');
    const value = key === undefined ? supply.next() : supply.named(key);
    const text = padded(converted(value, type, flags, exact), flags, wide, 'diouxXeEfFgG'.includes(type));
    length += text.length;
    fitText(length);
    return text;
  });
  supply.finish();
  return result;
}

class Arguments {
  private readonly items: readonly PyValue[];
  private used = 0;
  private byName = false;
  constructor(private readonly values: PyValue) {
    this.items = values instanceof PyTuple ? values.items : [values];
  }

  next(): PyValue {
    const value = this.items[this.used++];
    if (value === undefined) throw new PyError('TypeError', 'not enough arguments for format string');
    return value;
  }

  named(key: string): PyValue {
    this.byName = true;
    if (!(this.values instanceof Map)) throw new PyError('TypeError', 'format requires a mapping');
    const value = dictGet(this.values, key);
    if (value === undefined) throw new PyError('KeyError', repr(key));
    return value;
  }

  finish(): void {
    const unused = this.used < this.items.length && !this.byName && !(this.values instanceof Map) && !Array.isArray(this.values);
    if (unused) throw new PyError('TypeError', 'not all arguments converted during string formatting');
  }
}

function converted(value: PyValue, type: string, flags: string, precision: number | null): string {
  switch (type) {
    case 's':
      return cut(str(value), precision);
    case 'r':
      return cut(repr(value), precision);
    case 'a':
      return cut(repr(value).replace(/[^\x00-\x7f]/gu, escapeNonAscii), precision);
    case 'c':
      return typeof value === 'string' ? oneCharacter(value) : characterOf(requireIndex(value));
    case 'd':
    case 'i':
    case 'u':
      return signed(integerOf(value, type), 10, flags, '', precision);
    case 'o':
      return signed(requireIndex(value), 8, flags, '0o', precision);
    case 'x':
      return signed(requireIndex(value), 16, flags, '0x', precision);
    case 'X':
      return signed(requireIndex(value), 16, flags, '0x', precision).toUpperCase();
    default:
  }
  if (!'eEfFgG'.includes(type)) throw new PyError('ValueError', `unsupported format character '${type}'`);
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', `must be real number, not ${typeName(value)}`);
  const text = floatText(toFloat(number), type, flags, precision ?? 6);
  return type < 'a' ? text.toUpperCase() : text;
}

function floatText(value: number, type: string, flags: string, precision: number): string {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : plusSign(flags);
  if (!Number.isFinite(value)) return sign + (Number.isNaN(value) ? 'nan' : 'inf');
  if (type === 'f' || type === 'F') return sign + fixedDigits(size, precision);
  return sign + (type === 'e' || type === 'E' ? exponentForm(size, precision) : generalForm(size, precision, flags.includes('#'), false));
}

function integerOf(value: PyValue, type: string): bigint {
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', `%${type} format: a real number is required, not ${typeName(value)}`);
  return typeof number === 'bigint' ? number : truncateFloat(number);
}

function signed(value: bigint, radix: number, flags: string, prefix: string, precision: number | null): string {
  spend(precision ?? 0);
  const digits = (value < 0n ? -value : value).toString(radix).padStart(precision ?? 0, '0');
  return (value < 0n ? '-' : plusSign(flags)) + (flags.includes('#') ? prefix : '') + digits;
}

const plusSign = (flags: string): string => (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '');

const cut = (text: string, precision: number | null): string => (precision === null ? text : codePoints(text).slice(0, precision).join(''));

function characterOf(code: bigint): string {
  if (code < 0n || code > 0x10ffffn) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(code));
}

function oneCharacter(text: string): string {
  if (codePointCount(text) !== 1) throw new PyError('TypeError', '%c requires int or char');
  return text;
}

function escapeNonAscii(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16)}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

function padded(text: string, flags: string, width: number, isNumber: boolean): string {
  const missing = width - codePointCount(text);
  if (missing <= 0) return text;
  spend(missing);
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || !isNumber) return ' '.repeat(missing) + text;
  const head = /^[-+ ]?(?:0[xXo])?/.exec(text)?.[0] ?? '';
  return head + '0'.repeat(missing) + text.slice(head.length);
}
