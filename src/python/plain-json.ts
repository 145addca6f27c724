import { str } from './print';
import { PyOpaque, PyTuple, type PyValue } from './value';

/** A value JSON can carry: integers beyond 2^53 and special floats as text. */
export function plainJson(value: PyValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : str(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (value instanceof PyTuple) return value.items.map(plainJson);
  if (value instanceof PyOpaque) return value.str();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [str(key), plainJson(item)]));
  return value;
}
