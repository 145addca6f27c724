/** The types that `datasets` writes into the schema of its Parquet and Arrow files, where they say more than the schema does. */
import { JsonSyntaxError, parseJson } from '../python/json';
import type { PyValue } from '../python/value';

/** What is to become of a value: a text that holds JSON, or a list or struct with such texts in it. */
type Decoding = { readonly kind: 'json' } | { readonly kind: 'items'; readonly item: Decoding } | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Decoding> };

/** Columns with values that are stored as JSON. */
export type DeclaredFeatures = ReadonlyMap<string, Decoding>;

const NONE: DeclaredFeatures = new Map();
const DEEPEST = 64;

/** `text`: what stands under the key `huggingface` of the schema; anything that cannot be understood declares nothing. */
export function declaredFeatures(text: string | null): DeclaredFeatures {
  if (text === null || !text.includes('"Json"')) return NONE;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NONE;
  }
  const decoding = decodingOf(member(member(value, 'info'), 'features'), 0);
  return decoding?.kind === 'fields' ? decoding.fields : NONE;
}

/** The column's values with texts that hold JSON decoded. */
export function withJson(column: (row: number) => PyValue, features: DeclaredFeatures, name: string): (row: number) => PyValue {
  const decoding = features.get(name);
  return decoding === undefined ? column : (row) => decoded(column(row), decoding);
}

function decodingOf(feature: unknown, depth: number): Decoding | null {
  if (typeof feature !== 'object' || feature === null || depth > DEEPEST) return null;
  const type = member(feature, '_type');
  if (type === 'Json') return { kind: 'json' };
  if (type === 'List' || type === 'LargeList' || type === 'Sequence') {
    const item = decodingOf(member(feature, 'feature'), depth + 1);
    return item === null ? null : { kind: 'items', item };
  }
  if (typeof type === 'string') return null;
  const fields = new Map<string, Decoding>();
  for (const [name, own] of Object.entries(feature)) {
    const decoding = decodingOf(own, depth + 1);
    if (decoding !== null) fields.set(name, decoding);
  }
  return fields.size === 0 ? null : { kind: 'fields', fields };
}

function decoded(value: PyValue, decoding: Decoding): PyValue {
  switch (decoding.kind) {
    case 'json':
      return typeof value === 'string' ? jsonOf(value) : value;
    case 'items':
      return Array.isArray(value) ? value.map((item) => decoded(item, decoding.item)) : value;
    case 'fields':
      if (!(value instanceof Map)) return value;
      return new Map([...value].map(([key, item]) => {
        const own = decoding.fields.get(String(key));
        return [key, own === undefined ? item : decoded(item, own)];
      }));
  }
}

function jsonOf(text: string): PyValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text;
    throw error;
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
