import { fitText, spend, spendBits, spendItems } from './effort';
import { PyError } from './errors';
import { clip, numeric, toFloat } from './number';
import { PyObject } from './object';
import { percentFormat } from './percent';
import { typeName } from './print';
import { PyTuple, type PyValue } from './value';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** `a <operator> b`. Throws PyError. */
export function arithmetic(operator: ArithmeticOperator, a: PyValue, b: PyValue): PyValue {
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  if (a instanceof PyObject) a.beforeOperator();
  if (b instanceof PyObject) b.beforeOperator();
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null && right !== null) {
    return typeof left === 'bigint' && typeof right === 'bigint' ? onIntegers(operator, left, right) : onFloats(operator, toFloat(left), toFloat(right));
  }
  const sequence = onSequences(operator, a, b);
  if (sequence !== undefined) return sequence;
  const sign = operator === '**' ? '** or pow()' : operator;
  throw new PyError('TypeError', `unsupported operand type(s) for ${sign}: '${typeName(a)}' and '${typeName(b)}'`);
}

function onSequences(operator: ArithmeticOperator, a: PyValue, b: PyValue): PyValue | undefined {
  if (operator === '*') {
    if (isSequence(a)) return repeat(a, b);
    return isSequence(b) ? repeat(b, a) : undefined;
  }
  if (operator !== '+' || !isSequence(a)) return undefined;
  if (typeof a === 'string' && typeof b === 'string') return concatenated(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return bothItems(a, b);
  if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple(bothItems(a.items, b.items));
  throw new PyError('TypeError', `can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
}

function concatenated(a: string, b: string): string {
  fitText(a.length + b.length);
  // The engine copies neither part until somebody reads the whole.
  spend(Math.min(a.length, b.length));
  return a + b;
}

function bothItems(a: readonly PyValue[], b: readonly PyValue[]): PyValue[] {
  spendItems(a.length + b.length);
  return a.concat(b);
}

function isSequence(value: PyValue): value is string | PyValue[] | PyTuple {
  return typeof value === 'string' || Array.isArray(value) || value instanceof PyTuple;
}

function repeat(sequence: string | PyValue[] | PyTuple, times: PyValue): PyValue {
  const number = numeric(times);
  if (typeof number !== 'bigint') throw new PyError('TypeError', `can't multiply sequence by non-int of type '${typeName(times)}'`);
  const count = Math.max(0, clip(number));
  const size = sequence instanceof PyTuple ? sequence.items.length : sequence.length;
  if (size === 0 || count === 0) return typeof sequence === 'string' ? '' : sequence instanceof PyTuple ? new PyTuple([]) : [];
  if (typeof sequence === 'string') {
    fitText(size * count);
    spend(size * count);
    return sequence.repeat(count);
  }
  const items = sequence instanceof PyTuple ? sequence.items : sequence;
  spendItems(size * count);
  const repeated: PyValue[] = [];
  for (let turn = 0; turn < count; turn++) for (const item of items) repeated.push(item);
  return sequence instanceof PyTuple ? new PyTuple(repeated) : repeated;
}

/** Integers up to here are worked with in no time. */
const SMALL = 1n << 64n;
const isSmall = (value: bigint): boolean => value < SMALL && value > -SMALL;

/** At least `int.bit_length`, at most three more. */
const bits = (value: bigint): number => (isSmall(value) ? 64 : value.toString(16).length * 4);

/** Bits of what comes out, and the time that takes. */
function spendOnIntegers(operator: ArithmeticOperator, a: bigint, b: bigint): void {
  const [left, right] = [bits(a), bits(b)];
  spendBits(operator === '*' ? left + right : Math.max(left, right));
  if (operator !== '+' && operator !== '-') spend(left + right);
}

function onIntegers(operator: ArithmeticOperator, a: bigint, b: bigint): PyValue {
  if (operator !== '**' && !(isSmall(a) && isSmall(b))) spendOnIntegers(operator, a, b);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return divideIntegers(a, b);
    case '//':
      if (b === 0n) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
      return floorDivide(a, b);
    case '%':
      if (b === 0n) throw new PyError('ZeroDivisionError', 'integer modulo by zero');
      return a - floorDivide(a, b) * b;
    case '**':
      return b < 0n ? power(toFloat(a), toFloat(b)) : integerPower(a, b);
  }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function integerPower(a: bigint, b: bigint): bigint {
  if (a !== 0n && a !== 1n && a !== -1n) spendBits(Number(BigInt(a.toString(2).length) * b));
  return a ** b;
}

/** True division of integers, correctly rounded however large they are. */
function divideIntegers(a: bigint, b: bigint): number {
  if (b === 0n) throw new PyError('ZeroDivisionError', 'division by zero');
  const safe = (value: bigint): boolean => value >= -9007199254740992n && value <= 9007199254740992n;
  if (safe(a) && safe(b)) return Number(a) / Number(b);
  const negative = a < 0n !== b < 0n;
  const [numerator, denominator] = [a < 0n ? -a : a, b < 0n ? -b : b];
  // 66 significant bits of quotient and a sticky bit leave the one rounding to Number().
  const shift = 66 - numerator.toString(2).length + denominator.toString(2).length;
  const scaled = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  const sticky = scaled % divisor === 0n ? 0n : 1n;
  const result = Number((scaled / divisor) * 2n + sticky) * 2 ** (-shift - 1);
  if (!Number.isFinite(result)) throw new PyError('OverflowError', 'integer division result too large for a float');
  return negative ? -result : result;
}

function onFloats(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new PyError('ZeroDivisionError', 'float division by zero');
      return a / b;
    case '//':
      if (b === 0) throw new PyError('ZeroDivisionError', 'float floor division by zero');
      return floorDivideFloats(a, b);
    case '%':
      if (b === 0) throw new PyError('ZeroDivisionError', 'float modulo');
      return moduloFloats(a, b);
    case '**':
      return power(a, b);
  }
}

/** The remainder takes the sign of the divisor. */
function moduloFloats(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

function floorDivideFloats(a: number, b: number): number {
  const quotient = (a - moduloFloats(a, b)) / b;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function power(a: number, b: number): number {
  if (a === 0 && b < 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) throw new PyError('ValueError', 'a complex result is not supported');
  if (a === 1 || b === 0) return 1;
  const result = Math.pow(a, b);
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw new PyError('OverflowError', "(34, 'Numerical result out of range')");
  return result;
}

/** `-value`, `+value`. Throws PyError TypeError. */
export function unary(operator: '-' | '+', value: PyValue): PyValue {
  if (value instanceof PyObject) value.beforeOperator();
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', `bad operand type for unary ${operator}: '${typeName(value)}'`);
  return operator === '-' ? -number : number;
}
