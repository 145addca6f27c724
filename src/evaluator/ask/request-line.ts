import { hint } from '../../config/suggest';
import { generationOptions } from '../../model/generation-options';
import type { FeaturesRequest, GenerateRequest, ModelRequest, Pool, ScoreRequest } from '../../model/request';
import { AssayError } from '../../protocol/errors';
import { PyError } from '../../python/errors';
import { JsonSyntaxError, parseJson } from '../../python/json';
import type { PyValue } from '../../python/value';

/** Known, and not answered by any model yet. */
export type ClassifyRequest = { readonly kind: 'classify'; readonly id: string };

/** The keys of each type; a `?` marks those that may be left out. */
const TYPES = {
  loglikelihood: ['context', 'continuation'],
  loglikelihood_rolling: ['text'],
  generate_until: ['context', 'generation_kwargs?'],
  features: ['text', 'pair?', 'layers', 'pool'],
  classify: ['text', 'pair?'],
} as const satisfies Record<string, readonly string[]>;

const POOLS: readonly string[] = ['last', 'mean', 'first'] satisfies readonly Pool[];
/** Of random draws where a request names none: the same as of an evaluation. */
const SEED = 1234;

/**
 * A line of `assay ask` as a request. Numbers stay what they are in JSON: `1` is whole, `1.0` is not.
 * Throws AssayError `request-syntax`, `request-type`, `request-key`, `unknown-request-key`, `bad-generation-option`.
 */
export function requestOf(line: string, id: string): ModelRequest | ClassifyRequest {
  const fields = new Fields(jsonObject(line));
  switch (fields.type) {
    case 'loglikelihood':
      return { kind: 'loglikelihood', id, context: fields.text('context'), continuation: fields.text('continuation') } satisfies ScoreRequest;
    case 'loglikelihood_rolling':
      return { kind: 'loglikelihood_rolling', id, text: fields.text('text') } satisfies ScoreRequest;
    case 'generate_until': {
      const kwargs = fields.options('generation_kwargs');
      generationOptions(kwargs);
      return { kind: 'generate_until', id, context: fields.text('context'), kwargs, seed: SEED } satisfies GenerateRequest;
    }
    case 'features': {
      const pair = fields.has('pair') ? { pair: fields.text('pair') } : {};
      return { kind: 'features', id, text: fields.text('text'), ...pair, layers: fields.layers(), pool: fields.pool() } satisfies FeaturesRequest;
    }
    case 'classify':
      fields.text('text');
      if (fields.has('pair')) fields.text('pair');
      return { kind: 'classify', id };
  }
}

function jsonObject(line: string): ReadonlyMap<PyValue, PyValue> {
  let value: PyValue;
  try {
    value = parseJson(line);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new AssayError('request-syntax', { detail: `${error.reason} (column ${error.column})` });
    if (error instanceof PyError) throw new AssayError('request-syntax', { detail: error.message });
    throw error;
  }
  if (!(value instanceof Map)) throw new AssayError('request-syntax', { detail: 'this line holds another kind of value' });
  return value;
}

/** The values of a request, looked at as what they must be. */
class Fields {
  readonly type: keyof typeof TYPES;

  constructor(private readonly values: ReadonlyMap<PyValue, PyValue>) {
    const type = values.get('type');
    if (typeof type !== 'string' || !isType(type)) {
      const names = Object.keys(TYPES);
      throw new AssayError('request-type', { type: shown(type), known: names.join(', '), hint: typeof type === 'string' ? hint(type, names) : '' });
    }
    this.type = type;
    const known = TYPES[type].map((key) => key.replace('?', ''));
    for (const key of values.keys()) {
      if (key !== 'type' && !known.includes(String(key))) {
        throw new AssayError('unknown-request-key', { type, key: shown(key), known: known.join(', '), hint: hint(String(key), known) });
      }
    }
  }

  /** null counts as left out. */
  has(key: string): boolean {
    return (this.values.get(key) ?? null) !== null;
  }

  text(key: string): string {
    const value = this.values.get(key);
    if (typeof value !== 'string') throw this.wrong(key, 'text');
    return value;
  }

  options(key: string): ReadonlyMap<string, PyValue> {
    if (!this.has(key)) return new Map();
    const value = this.values.get(key);
    if (!(value instanceof Map)) throw this.wrong(key, 'an object');
    return new Map([...value].map(([name, option]) => [String(name), option]));
  }

  layers(): readonly number[] {
    const value = this.values.get('layers');
    const numbers = Array.isArray(value) ? value.filter((layer): layer is bigint => typeof layer === 'bigint').map(Number) : [];
    if (!Array.isArray(value) || numbers.length === 0 || numbers.length < value.length) throw this.wrong('layers', 'a list of whole numbers');
    return [...new Set(numbers)];
  }

  pool(): Pool {
    const value = this.values.get('pool');
    if (value !== 'last' && value !== 'mean' && value !== 'first') throw this.wrong('pool', POOLS.map((pool) => `"${pool}"`).join(' or '));
    return value;
  }

  private wrong(key: string, expected: string): AssayError {
    return new AssayError('request-key', { type: this.type, key, expected, found: this.values.has(key) ? shown(this.values.get(key)) : 'nothing' });
  }
}

function isType(name: string): name is keyof typeof TYPES {
  return Object.hasOwn(TYPES, name);
}

/** A value in a message. */
function shown(value: PyValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
