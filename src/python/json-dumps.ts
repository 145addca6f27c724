import { PyError } from './errors';
import { reprFloat, str, typeName } from './print';
import { PyOpaque, PyTuple, type PyDict, type PyValue } from './value';

export type JsonOptions = {
  /** Spaces per level; null = one line. */
  readonly indent?: number | null;
  /** Default true, as in Python. */
  readonly ensureAscii?: boolean;
  readonly sortKeys?: boolean;
};

/**
 * Python's `json.dumps`: `", "` and `": "` on one line, `","` and line breaks with `indent`;
 * NaN and infinities by name. Objects JSON does not know are written as `str(value)`, as the harness's `default` does.
 */
export function dumps(value: PyValue, options: JsonOptions = {}): string {
  return write(value, { indent: options.indent ?? null, ensureAscii: options.ensureAscii ?? true, sortKeys: options.sortKeys ?? false }, '\n');
}

type Layout = { readonly indent: number | null; readonly ensureAscii: boolean; readonly sortKeys: boolean };

function write(value: PyValue, layout: Layout, newline: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value, layout.ensureAscii);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return float(value);
  if (Array.isArray(value)) return list(value, layout, newline);
  if (value instanceof PyTuple) return list(value.items, layout, newline);
  if (value instanceof PyOpaque) return quote(str(value), layout.ensureAscii);
  return object(value, layout, newline);
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return reprFloat(value);
}

function enclose(parts: readonly string[], open: string, close: string, layout: Layout, newline: string): string {
  if (parts.length === 0) return open + close;
  if (layout.indent === null) return open + parts.join(', ') + close;
  const inner = newline + ' '.repeat(layout.indent);
  return open + inner + parts.join(`,${inner}`) + newline + close;
}

const deeper = (newline: string, layout: Layout): string => newline + ' '.repeat(layout.indent ?? 0);

function list(items: readonly PyValue[], layout: Layout, newline: string): string {
  const below = deeper(newline, layout);
  return enclose(items.map((item) => write(item, layout, below)), '[', ']', layout, newline);
}

function object(value: PyDict, layout: Layout, newline: string): string {
  const below = deeper(newline, layout);
  const entries = [...value];
  if (layout.sortKeys) entries.sort(([a], [b]) => (keyText(a) < keyText(b) ? -1 : 1));
  const parts = entries.map(([key, item]) => `${quote(keyText(key), layout.ensureAscii)}: ${write(item, layout, below)}`);
  return enclose(parts, '{', '}', layout, newline);
}

function keyText(key: PyValue): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (typeof key === 'bigint') return key.toString();
  if (typeof key === 'number') return float(key);
  throw new PyError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\b': '\\b' };

function quote(text: string, ensureAscii: boolean): string {
  const special = ensureAscii ? /["\\]|[^\x20-\x7e]/g : /["\\\u0000-\u001f]/g;
  const escaped = text.replace(special, (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}
