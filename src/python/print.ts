import { fitText, PRICE, spend } from './effort';
import { PyError } from './errors';
import { PyOpaque, PyTuple, type PyDict, type PyValue } from './value';

/** Python's `str(value)`. */
export function str(value: PyValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof PyOpaque) return value.str();
  return repr(value);
}

/** Python's `repr(value)`. */
export function repr(value: PyValue): string {
  spend(PRICE.item);
  if (value === null) return 'None';
  switch (typeof value) {
    case 'string':
      return reprString(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return reprInteger(value);
    case 'number':
      return reprFloat(value);
    default:
  }
  if (Array.isArray(value)) return `[${listed(value, repr)}]`;
  if (value instanceof PyTuple) return reprTuple(value);
  if (value instanceof PyOpaque) return value.repr();
  return reprDict(value);
}

function reprTuple(value: PyTuple): string {
  const items = listed(value.items, repr);
  return value.items.length === 1 ? `(${items},)` : `(${items})`;
}

function reprDict(value: PyDict): string {
  return `{${listed(value, ([key, item]) => `${repr(key)}: ${repr(item)}`)}}`;
}

function listed<T>(items: Iterable<T>, print: (item: T) => string): string {
  let text = '';
  for (const item of items) {
    text += text === '' ? print(item) : `, ${print(item)}`;
    fitText(text.length);
  }
  return text;
}

/** CPython refuses to print more digits (sys.int_info.default_max_str_digits). */
const MOST_DIGITS = 4300;
const TOO_LONG = 10n ** BigInt(MOST_DIGITS);

function reprInteger(value: bigint): string {
  if (value >= TOO_LONG || value <= -TOO_LONG) throw new PyError('ValueError', `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`);
  return value.toString();
}

/** Shortest digits that read back as the same double, as CPython lays them out: exponent form below 1e-4 and from 1e16. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const magnitude = Math.abs(value);
  // In this range both languages write the same shortest digits without an exponent.
  if (magnitude >= 1e-4 && magnitude < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  // toExponential() without an argument gives the shortest round-trip digits.
  const [mantissa = '', exponentText = '0'] = magnitude.toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const NEEDS_CARE = /[\\\p{C}\p{Z}'"]/u;
/** `str.isprintable` is false for these categories; the plain space is printable. */
const NOT_PRINTABLE = /[\p{C}\p{Z}]/u;

/** Python's quoting: single quotes unless the text holds some and no double ones. */
export function reprString(text: string): string {
  spend(text.length);
  if (!NEEDS_CARE.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  spend(text.length * 8);
  for (const character of text) result += escaped(character, quote);
  return result + quote;
}

function escaped(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character === ' ' || !NOT_PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `type(value).__name__` */
export function typeName(value: PyValue): string {
  if (value === null) return 'NoneType';
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    default:
  }
  if (Array.isArray(value)) return 'list';
  if (value instanceof PyTuple) return 'tuple';
  if (value instanceof PyOpaque) return value.typeName;
  return 'dict';
}
