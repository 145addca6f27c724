import { BoundArguments } from '../python/arguments';
import { arithmetic } from '../python/arithmetic';
import { compare } from '../python/compare';
import { roundFloat, roundInteger } from '../python/decimal';
import { PyError } from '../python/errors';
import { formatValue } from '../python/format-spec';
import { numeric, parseFloatText, parseInteger, toFloat, truncateFloat } from '../python/number';
import { PyObject, type CallArguments } from '../python/object';
import { typeName } from '../python/print';
import type { PyValue } from '../python/value';
import type { Filter } from './environment';

function requireNumber(value: PyValue, message: string): bigint | number {
  if (value instanceof PyObject) value.beforeOperator();
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', message);
  return number;
}

/** `body()`, or undefined where Python raises one of `types`. */
function unless<T>(types: readonly string[], body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof PyError && types.includes(error.type)) return undefined;
    throw error;
  }
}

function toInteger(value: PyValue, base: number): bigint {
  if (typeof value === 'string') return parseInteger(value, base);
  const number = requireNumber(value, `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`);
  return typeof number === 'bigint' ? number : truncateFloat(number);
}

function floatOf(value: PyValue): number {
  if (typeof value === 'string') return parseFloatText(value);
  return toFloat(requireNumber(value, `float() argument must be a string or a real number, not '${typeName(value)}'`));
}

function int(input: PyValue, args: CallArguments): PyValue {
  const bound = new BoundArguments('int', args, ['default', 'base']);
  return (
    unless(['TypeError', 'ValueError'], () => toInteger(input, bound.integer('base', 10))) ??
    unless(['TypeError', 'ValueError', 'OverflowError'], () => truncateFloat(floatOf(input))) ??
    bound.or('default', 0n)
  );
}

function float(input: PyValue, args: CallArguments): PyValue {
  const bound = new BoundArguments('float', args, ['default']);
  return unless(['TypeError', 'ValueError'], () => floatOf(input)) ?? bound.or('default', 0);
}

function round(input: PyValue, args: CallArguments): PyValue {
  const bound = new BoundArguments('round', args, ['precision', 'method']);
  const precision = bound.integer('precision', 0);
  const method = bound.textOr('method', 'common');
  if (!['common', 'ceil', 'floor'].includes(method)) throw new PyError('FilterArgumentError', 'method must be common, ceil or floor');
  const number = requireNumber(input, `type ${typeName(input)} doesn't define __round__ method`);
  if (method === 'common') {
    if (typeof number === 'bigint') return roundInteger(number, precision);
    return Number.isFinite(number) ? roundFloat(number, precision) : number;
  }
  const unit = arithmetic('**', 10n, BigInt(precision));
  const scaled = numeric(arithmetic('*', number, unit)) ?? 0n;
  const whole = typeof scaled === 'bigint' ? scaled : truncateFloat(method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled));
  return arithmetic('/', whole, unit);
}

const PREFIXES = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function fileSize(input: PyValue, args: CallArguments): string {
  const binary = new BoundArguments('filesizeformat', args, ['binary']).or('binary', false) === true;
  const bytes = floatOf(input);
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${truncateFloat(bytes)} Bytes`;
  const power = Math.max(0, PREFIXES.findIndex((_, index) => bytes < base ** (index + 2)));
  const index = bytes >= base ** (PREFIXES.length + 1) ? PREFIXES.length - 1 : power;
  const prefix = PREFIXES[index] ?? 'Y';
  return `${formatValue((base * bytes) / base ** (index + 2), '.1f')} ${binary ? `${prefix.toUpperCase()}iB` : `${prefix}B`}`;
}

/** Filters on numbers. */
export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = [
  ['int', int],
  ['float', float],
  ['round', round],
  ['filesizeformat', fileSize],
  ['abs', (input) => {
    const number = requireNumber(input, `bad operand type for abs(): '${typeName(input)}'`);
    return compare(number, 0n, '<') < 0 || Object.is(number, -0) ? -number : number;
  }],
];
