/** Typed looks into mappings that `readMapping` has checked. */
import type { PyValue } from '../python/value';
import { PythonHook } from './python-hook';
import { keyText } from './yaml/values';

type Values = ReadonlyMap<string, PyValue>;

export function textOf(values: Values, key: string): string | null {
  const value = values.get(key);
  return typeof value === 'string' ? value : null;
}

export function numberOf(values: Values, key: string): number | null {
  const value = values.get(key);
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

export function booleanOf(values: Values, key: string): boolean | null {
  const value = values.get(key);
  return typeof value === 'boolean' ? value : null;
}

export function hookOf(values: Values, key: string): PythonHook | null {
  const value = values.get(key);
  return value instanceof PythonHook ? value : null;
}

/** A text as a list of one. */
export function textsOf(values: Values, key: string): string[] {
  return texts(values.get(key) ?? null);
}

export function texts(value: PyValue): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function listOf(values: Values, key: string): readonly PyValue[] | null {
  const value = values.get(key);
  return Array.isArray(value) ? value : null;
}

/** A mapping with its keys as text. */
export function mappingOf(value: PyValue | undefined): ReadonlyMap<string, PyValue> | null {
  if (!(value instanceof Map)) return null;
  return new Map([...value].map(([key, item]) => [keyText(key), item]));
}

export function recordOf(values: ReadonlyMap<string, PyValue> | null): Readonly<Record<string, PyValue>> {
  return Object.fromEntries(values ?? []);
}

/** All but some keys, for `options`. */
export function without(values: Values, keys: Iterable<string>): Readonly<Record<string, PyValue>> {
  const dropped = new Set(keys);
  return Object.fromEntries([...values].filter(([key]) => !dropped.has(key)));
}
