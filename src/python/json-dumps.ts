import { fitText, PRICE, spend } from './effort';
import { PyError } from './errors';
import { reprFloat, str, typeName } from './print';
import { PyOpaque, PyTuple, type PyDict, type PyValue } from './value';

export type JsonOptions = {
  /** Spaces, or a text, per level; null = one line. */
  readonly indent?: number | string | null;
  /** Between items, and behind a key. Default as in Python: `", "` on one line, else `","`; and `": "`. */
  readonly separators?: readonly [item: string, key: string] | null;
  /** Default true, as in Python. */
  readonly ensureAscii?: boolean;
  readonly sortKeys?: boolean;
  /** What JSON does not know is TypeError, as without a `default`. */
  readonly knownOnly?: boolean;
};

/**
 * Python's `json.dumps`: `", "` and `": "` on one line, `","` and line breaks with `indent`;
 * NaN and infinities by name. Objects JSON does not know are written as `str(value)`, as the harness's `default` does.
 */
export function dumps(value: PyValue, options: JsonOptions = DEFAULT): string {
  let layout = layouts.get(options);
  if (layout === undefined) layouts.set(options, (layout = layoutOf(options)));
  return write(value, layout, '\n');
}

const DEFAULT: JsonOptions = {};
/** By the options they were made of: some are given a million times. */
const layouts = new WeakMap<JsonOptions, Layout>();

function layoutOf(options: JsonOptions): Layout {
  const indent = options.indent ?? null;
  const [item, key] = options.separators ?? [indent === null ? ', ' : ',', ': '];
  return { indent: typeof indent === 'number' ? ' '.repeat(Math.max(0, indent)) : indent, item, key, ensureAscii: options.ensureAscii ?? true, sortKeys: options.sortKeys ?? false, knownOnly: options.knownOnly ?? false };
}

type Layout = { readonly indent: string | null; readonly item: string; readonly key: string; readonly ensureAscii: boolean; readonly sortKeys: boolean; readonly knownOnly: boolean };

function write(value: PyValue, layout: Layout, newline: string): string {
  spend(PRICE.item);
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value, layout.ensureAscii);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return float(value);
  if (Array.isArray(value)) return list(value, layout, newline);
  if (value instanceof PyTuple) return list(value.items, layout, newline);
  if (value instanceof PyOpaque && layout.knownOnly) throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
  if (value instanceof PyOpaque) return quote(str(value), layout.ensureAscii);
  return object(value, layout, newline);
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return reprFloat(value);
}

const deeper = (newline: string, layout: Layout): string => (layout.indent === null ? newline : newline + layout.indent);

/** Between two items: on one line, or each on its own. */
const separator = (layout: Layout, below: string): string => (layout.indent === null ? layout.item : layout.item + below);

function enclosed(body: string, open: string, close: string, layout: Layout, newline: string, below: string): string {
  return layout.indent === null ? open + body + close : open + below + body + newline + close;
}

function list(items: readonly PyValue[], layout: Layout, newline: string): string {
  if (items.length === 0) return '[]';
  const below = deeper(newline, layout);
  const between = separator(layout, below);
  let body = '';
  for (const item of items) {
    const text = write(item, layout, below);
    // No item is written as nothing.
    body = body === '' ? text : body + between + text;
    fitText(body.length);
  }
  return enclosed(body, '[', ']', layout, newline, below);
}

function object(value: PyDict, layout: Layout, newline: string): string {
  if (value.size === 0) return '{}';
  const below = deeper(newline, layout);
  const between = separator(layout, below);
  let body = '';
  for (const [key, item] of layout.sortKeys ? sorted(value) : value) {
    body += `${body === '' ? '' : between}${quote(keyText(key), layout.ensureAscii)}${layout.key}${write(item, layout, below)}`;
    fitText(body.length);
  }
  return enclosed(body, '{', '}', layout, newline, below);
}

function sorted(value: PyDict): readonly (readonly [PyValue, PyValue])[] {
  return [...value].sort(([a], [b]) => (keyText(a) < keyText(b) ? -1 : 1));
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

const SPECIAL = /["\\\u0000-\u001f]/;
const SPECIAL_OR_NOT_ASCII = /["\\]|[^\x20-\x7e]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, 'g');
const EVERY_SPECIAL_OR_NOT_ASCII = new RegExp(SPECIAL_OR_NOT_ASCII, 'g');

const escapeOf = (unit: string): string => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function quote(text: string, ensureAscii: boolean): string {
  spend(text.length);
  if (!ensureAscii) {
    // JavaScript writes the same, but for halves of surrogate pairs, which Python leaves as they are.
    const quoted = JSON.stringify(text);
    if (!quoted.includes('\\ud')) return quoted;
  }
  if (!(ensureAscii ? SPECIAL_OR_NOT_ASCII : SPECIAL).test(text)) return `"${text}"`;
  return `"${text.replace(ensureAscii ? EVERY_SPECIAL_OR_NOT_ASCII : EVERY_SPECIAL, escapeOf)}"`;
}
