import { fixedDigits, significantDigits } from './decimal';
import { spendText } from './effort';
import { PyError } from './errors';
import { toFloat } from './number';
import { reprFloat, reprString, str, typeName } from './print';
import { codePoints } from './unicode';
import type { PyValue } from './value';

type Spec = {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
};

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;
/** Beyond this a width or precision is a mistake. */
export const MAX_WIDTH = 1_000_000;

function parseSpec(spec: string, value: PyValue): Spec {
  const match = SPEC.exec(spec);
  const width = Number(match?.[7] ?? 0);
  const precision = match?.[9] === undefined ? null : Number(match[9]);
  if (match === null || width > MAX_WIDTH || (precision ?? 0) > MAX_WIDTH) {
    throw new PyError('ValueError', `Invalid format specifier ${reprString(spec)} for object of type '${typeName(value)}'`);
  }
  const zero = match[6] !== undefined && match[2] === undefined;
  return {
    fill: match[1] ?? (match[6] !== undefined ? '0' : ' '),
    align: match[2] ?? (zero && typeof value !== 'string' ? '=' : ''),
    sign: match[3] ?? '-',
    alternate: match[5] !== undefined,
    width,
    grouping: match[8] ?? '',
    precision,
    type: match[10] ?? '',
  };
}

/** `format(value, spec)`. Throws PyError ValueError or TypeError. */
export function formatValue(value: PyValue, spec: string): string {
  if (spec === '') return str(value);
  if (typeof value === 'string') return formatText(value, parseSpec(spec, value));
  if (typeof value === 'boolean') return formatValue(value ? 1n : 0n, spec);
  if (typeof value === 'bigint') return formatInteger(value, parseSpec(spec, value));
  if (typeof value === 'number') return formatFloat(value, parseSpec(spec, value));
  throw new PyError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
}

const unknownType = (type: string, value: PyValue): PyError =>
  new PyError('ValueError', `Unknown format code '${type}' for object of type '${typeName(value)}'`);

function formatText(value: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownType(spec.type, value);
  if (spec.align === '=') throw new PyError('ValueError', "'=' alignment not allowed in string format specifier");
  const text = spec.precision === null ? value : codePoints(value).slice(0, spec.precision).join('');
  return aligned('', text, spec, '<');
}

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16, d: 10, n: 10, '': 10 };

function formatInteger(value: bigint, spec: Spec): string {
  if (spec.type === 'c') {
    if (value < 0n || value > 0x10ffffn) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
    return aligned('', String.fromCodePoint(Number(value)), spec, '<');
  }
  const radix = RADIX[spec.type];
  if (radix === undefined) return formatFloat(toFloat(value), spec, value);
  if (spec.precision !== null) throw new PyError('ValueError', 'Precision not allowed in integer format specifier');
  const digits = (value < 0n ? -value : value).toString(radix);
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : '';
  const body = spec.type === 'X' ? digits.toUpperCase() : digits;
  return aligned(signOf(value < 0n, spec) + prefix, body, spec, '>', radix === 10 ? 3 : 4);
}

function formatFloat(value: number, spec: Spec, original: PyValue = value): string {
  if (!['', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%'].includes(spec.type)) throw unknownType(spec.type, original);
  const negative = value < 0 || Object.is(value, -0);
  const upper = spec.type === 'E' || spec.type === 'F' || spec.type === 'G';
  const body = Number.isFinite(value) ? finiteBody(Math.abs(value), spec) : Number.isNaN(value) ? 'nan' : 'inf';
  return aligned(signOf(negative, spec), upper ? body.toUpperCase() : body, spec, '>');
}

function finiteBody(value: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (spec.type) {
    case 'f':
    case 'F':
      return fixedDigits(value, precision) + (spec.alternate && precision === 0 ? '.' : '');
    case '%':
      return `${fixedDigits(value * 100, precision)}%`;
    case 'e':
    case 'E':
      return exponentForm(value, precision);
    case '':
      return spec.precision === null ? reprFloat(value) : generalForm(value, spec.precision, spec.alternate, true);
    default:
      return generalForm(value, precision, spec.alternate, false);
  }
}

/** `%e` without a sign. */
export function exponentForm(value: number, precision: number): string {
  const { digits, exponent } = significantDigits(value, precision + 1);
  const fraction = precision > 0 ? `.${digits.slice(1)}` : '';
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `%g` without a sign; `keepPoint`: as `format(x, '.3')` does it, where a whole number keeps its `.0`. */
export function generalForm(value: number, precision: number, alternate: boolean, keepPoint: boolean): string {
  const count = Math.max(precision, 1);
  const { exponent } = significantDigits(value, count);
  const limit = keepPoint ? count - 1 : count;
  const trim = (text: string): string => (alternate || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (exponent < -4 || exponent >= limit) {
    const [mantissa = '', power = ''] = exponentForm(value, count - 1).split('e');
    return `${trim(mantissa)}e${power}`;
  }
  const text = trim(fixedDigits(value, count - 1 - exponent));
  return keepPoint && !text.includes('.') ? `${text}.0` : text;
}

function signOf(negative: boolean, spec: Spec): string {
  if (negative) return '-';
  return spec.sign === '-' ? '' : spec.sign;
}

function aligned(sign: string, body: string, spec: Spec, otherwise: '<' | '>', groupSize = 3): string {
  const align = spec.align === '' ? otherwise : spec.align;
  const padInside = align === '=' && spec.fill === '0';
  const text = spec.grouping === '' ? body : grouped(body, spec.grouping, groupSize, padInside ? spec.width - sign.length : 0);
  const missing = spec.width - codePoints(sign + text).length;
  if (missing <= 0) return sign + text;
  spendText(spec.width);
  if (align === '=') return sign + spec.fill.repeat(missing) + text;
  if (align === '<') return sign + text + spec.fill.repeat(missing);
  if (align === '>') return spec.fill.repeat(missing) + sign + text;
  const left = Math.floor(missing / 2);
  return spec.fill.repeat(left) + sign + text + spec.fill.repeat(missing - left);
}

/** Puts separators into the whole part; zero padding takes part in the grouping. */
function grouped(body: string, separator: string, size: number, width: number): string {
  const [whole = '', rest = ''] = [/^[0-9a-fA-F]*/.exec(body)?.[0] ?? '', body.replace(/^[0-9a-fA-F]*/, '')];
  // n digits in groups are n + floor((n - 1) / size) characters; the fewest that fill what is left of the width.
  const room = width - rest.length;
  const filled = room > 0 ? Math.ceil((room * size + 1) / (size + 1)) : 0;
  const digits = whole.padStart(filled, '0');
  const head = digits.length % size || size;
  const groups = [digits.slice(0, head)];
  for (let at = head; at < digits.length; at += size) groups.push(digits.slice(at, at + size));
  return groups.join(separator) + rest;
}
