/** Looks into documents as the harness's Python takes them: what is not there or of another type raises what Python raises. */
import { iterate } from '../../python/compare';
import { PyError } from '../../python/errors';
import { numeric, parseInteger, truncateFloat } from '../../python/number';
import { repr, typeName } from '../../python/print';
import { PyPattern } from '../../python/regex';
import { replace, strip as stripText } from '../../python/string';
import { getItem } from '../../python/subscript';
import type { Doc, PyValue } from '../../python/value';

/** `doc[column]`, and on into what is there. */
export function at(doc: Doc, column: string, ...keys: readonly PyValue[]): PyValue {
  const value = doc.get(column);
  if (value === undefined) throw new PyError('KeyError', repr(column));
  return keys.reduce<PyValue>((inner, key) => getItem(inner, key), value);
}

/** Text, as one of its methods is called on it. */
export function text(value: PyValue): string {
  if (typeof value !== 'string') throw new PyError('TypeError', `text was expected, not ${repr(value)} (${typeName(value)})`);
  return value;
}

export function textAt(doc: Doc, column: string, ...keys: readonly PyValue[]): string {
  return text(at(doc, column, ...keys));
}

export function items(value: PyValue): PyValue[] {
  return [...iterate(value)];
}

export function texts(value: PyValue): string[] {
  return items(value).map(text);
}

/** `int(value)`. */
export function int(value: PyValue): bigint {
  if (typeof value === 'string') return parseInteger(stripText(value, null, 'both'));
  const number = numeric(value);
  if (number === null) throw new PyError('TypeError', `int() argument must be a string or a number, not '${typeName(value)}'`);
  return typeof number === 'bigint' ? number : truncateFloat(number);
}

/** `items.index(value)`. */
export function indexIn(list: readonly PyValue[], value: PyValue): bigint {
  const index = list.indexOf(value);
  if (index < 0) throw new PyError('ValueError', `${repr(value)} is not in list`);
  return BigInt(index);
}

/** `value.strip()`. */
export const strip = (value: string): string => stripText(value, null, 'both');

export const replaced = (value: string, old: string, replacement: string): string => replace(value, old, replacement, -1);

const patterns = new Map<string, PyPattern>();

/** `re.sub(pattern, replacement, value)`, the pattern read once. */
export function sub(pattern: string, replacement: string, value: string): string {
  return compiled(pattern).sub(replacement, value, 0);
}

export function compiled(pattern: string): PyPattern {
  const known = patterns.get(pattern) ?? new PyPattern(pattern);
  patterns.set(pattern, known);
  return known;
}
