/**
 * Task definitions in the journal's first line: JSON that keeps what JSON loses.
 * Python's int and float, dicts with order, tuples and values that only print come back as they were.
 */
import { PyOpaque, PyTuple } from './value';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

class StoredOpaque extends PyOpaque {
  constructor(
    readonly typeName: string,
    private readonly asStr: string,
    private readonly asRepr: string,
  ) {
    super();
  }
  str(): string {
    return this.asStr;
  }
  repr(): string {
    return this.asRepr;
  }
}

/** Plain objects, arrays, Maps, bigints, tuples and opaque values -> JSON. Keys that begin with `$` are escaped. */
export function encode(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return { $int: value.toString() };
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $float: String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [encode(key), encode(item)]) };
  if (value instanceof PyTuple) return { $tuple: value.items.map(encode) };
  if (value instanceof PyOpaque) return { $opaque: [value.typeName, value.str(), value.repr()] };
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, encode(item)]));
  }
  throw new TypeError(`cannot be stored: ${typeof value}`);
}

/** Inverse of `encode`. The caller knows the shape: what is read is what this program wrote. */
export function decode(json: Json): unknown {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(decode);
  const [first] = Object.entries(json);
  if (first !== undefined && Object.keys(json).length === 1) {
    const [key, item] = first;
    if (key === '$int') return BigInt(item as string);
    if (key === '$float') return Number(item as string);
    if (key === '$tuple') return new PyTuple((decode(item) as never[]) ?? []);
    if (key === '$map') return new Map((item as [Json, Json][]).map(([k, v]) => [decode(k), decode(v)]));
    if (key === '$opaque') return new StoredOpaque(...(item as [string, string, string]));
  }
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, decode(item)]));
}
