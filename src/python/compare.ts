import { spend } from './effort';
import { PyError } from './errors';
import { numeric } from './number';
import { PyObject } from './object';
import { typeName } from './print';
import { findText } from './find-text';
import { codePointCount, codePoints, isSingleUnits } from './unicode';
import { PyOpaque, PyTuple, type PyDict, type PyValue } from './value';

const isDict = (value: PyValue): value is PyDict => value instanceof Map;

/** Python's `==`. */
export function equals(a: PyValue, b: PyValue): boolean {
  const own = (a instanceof PyObject ? a.equalTo(b) : undefined) ?? (b instanceof PyObject ? b.equalTo(a) : undefined);
  if (own !== undefined) return own;
  spend(typeof a === 'string' && typeof b === 'string' && a.length === b.length ? 10 + (a.length >> 3) : 10);
  if (a === b) return true;
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null || right !== null) return left !== null && right !== null && sameNumber(left, right);
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  if (a instanceof PyTuple) return b instanceof PyTuple && sameItems(a.items, b.items);
  if (a instanceof PyOpaque || b instanceof PyOpaque) return sameOpaque(a, b);
  if (isDict(a) && isDict(b)) {
    if (a.size !== b.size) return false;
    for (const [key, value] of a) {
      const other = dictGet(b, key);
      if (other === undefined || !equals(value, other)) return false;
    }
    return true;
  }
  return false;
}

/** JavaScript orders an integer and a float by their exact values, as Python compares them. */
function sameNumber(a: bigint | number, b: bigint | number): boolean {
  return a <= b && a >= b;
}

function sameItems(a: readonly PyValue[], b: readonly PyValue[]): boolean {
  return a.length === b.length && a.every((item, index) => equals(item, b[index] ?? null));
}

function sameOpaque(a: PyValue, b: PyValue): boolean {
  return a instanceof PyOpaque && b instanceof PyOpaque && a.typeName === b.typeName && !(a instanceof PyObject) && a.repr() === b.repr();
}

/** Negative, zero, positive; NaN where a float is one. Throws PyError TypeError naming `operator`. */
export function compare(a: PyValue, b: PyValue, operator: string): number {
  if (a instanceof PyObject) a.beforeOperator();
  if (b instanceof PyObject) b.beforeOperator();
  spend(20);
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== null && right !== null) return left < right ? -1 : left > right ? 1 : sameNumber(left, right) ? 0 : NaN;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareItems(a, b, operator);
  if (a instanceof PyTuple && b instanceof PyTuple) return compareItems(a.items, b.items, operator);
  throw new PyError('TypeError', `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function compareItems(a: readonly PyValue[], b: readonly PyValue[], operator: string): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [left, right] = [a[index] ?? null, b[index] ?? null];
    if (!equals(left, right)) return compare(left, right, operator);
  }
  return a.length - b.length;
}

/** By code points; UTF-16 order differs above the Basic Multilingual Plane. */
function compareText(a: string, b: string): number {
  spend(Math.min(a.length, b.length) >> 2);
  if (isSingleUnits(a) && isSingleUnits(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [codePoints(a), codePoints(b)];
  for (let index = 0; index < left.length && index < right.length; index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `bool(value)` */
export function truth(value: PyValue): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyObject) return value.truth();
  return value instanceof PyOpaque || value.size > 0;
}

/** `len(value)`. Throws PyError TypeError. */
export function length(value: PyValue): bigint {
  if (typeof value === 'string') return BigInt(codePointCount(value));
  if (Array.isArray(value)) return BigInt(value.length);
  if (value instanceof PyTuple) return BigInt(value.items.length);
  if (isDict(value)) return BigInt(value.size);
  const own = value instanceof PyObject ? value.length() : null;
  if (own !== null) return own;
  throw new PyError('TypeError', `object of type '${typeName(value)}' has no len()`);
}

/** `iter(value)`. Throws PyError TypeError. */
export function iterate(value: PyValue): Iterable<PyValue> {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  if (value instanceof PyTuple) return value.items;
  if (isDict(value)) return value.keys();
  const own = value instanceof PyObject ? value.iterate() : null;
  if (own !== null) return own;
  throw new PyError('TypeError', `'${typeName(value)}' object is not iterable`);
}

/** `item in container`. Throws PyError TypeError. */
export function contains(container: PyValue, item: PyValue): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return findText(container, item, 0) >= 0;
    throw new PyError('TypeError', `'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (isDict(container)) return dictGet(container, item) !== undefined;
  if (container instanceof PyOpaque && !(container instanceof PyObject && container.iterate() !== null)) {
    throw new PyError('TypeError', `argument of type '${typeName(container)}' is not iterable`);
  }
  if (container === null || numeric(container) !== null) throw new PyError('TypeError', `argument of type '${typeName(container)}' is not iterable`);
  for (const candidate of iterate(container)) if (candidate === item || equals(candidate, item)) return true;
  return false;
}

/** `hash(value)` succeeds. */
export function requireHashable(value: PyValue): void {
  spend(10);
  if (Array.isArray(value) || isDict(value)) throw new PyError('TypeError', `unhashable type: '${typeName(value)}'`);
  if (value instanceof PyTuple) value.items.forEach(requireHashable);
}

/** The key of `dict` that equals `key` (`1`, `1.0` and `True` are one key), if there is one. */
export function dictKey(dict: PyDict, key: PyValue): PyValue | undefined {
  requireHashable(key);
  if (dict.has(key)) return key;
  if (typeof key === 'string' || key === null) return undefined;
  if (!(key instanceof PyTuple || key instanceof PyOpaque)) return equalNumbers(key).find((other) => dict.has(other));
  spend(dict.size * 4);
  for (const candidate of dict.keys()) if (typeof candidate !== 'string' && equals(candidate, key)) return candidate;
  return undefined;
}

/** The other spellings of a number as a key. */
function equalNumbers(key: PyValue): PyValue[] {
  const number = numeric(key);
  if (number === null || (typeof number === 'number' && !Number.isInteger(number))) return [];
  const integer = BigInt(number);
  const float = Number(integer);
  return [integer, ...(BigInt(Number.isFinite(float) ? float : 0) === integer ? [float] : []), ...(integer === 0n ? [false] : integer === 1n ? [true] : [])];
}

/** `dict[key]`, undefined where the key is missing. */
export function dictGet(dict: PyDict, key: PyValue): PyValue | undefined {
  const own = dictKey(dict, key);
  return own === undefined ? undefined : dict.get(own);
}

/** `dict[key] = value`: an equal key keeps its place and its first spelling. */
export function dictSet(dict: PyDict, key: PyValue, value: PyValue): void {
  const own = dictKey(dict, key);
  dict.set(own === undefined ? key : own, value);
}
