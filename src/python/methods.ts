import { BoundArguments } from './arguments';
import { compare, contains, dictGet, dictKey, dictSet, equals, iterate } from './compare';
import { collect, spend, spendItems } from './effort';
import { PyError } from './errors';
import { PyFunction, PyIterator, PyObject, type CallArguments } from './object';
import { repr, typeName } from './print';
import { STR_METHODS } from './str-methods';
import { getItem } from './subscript';
import { PyTuple, type PyDict, type PyValue } from './value';

type Method<T> = (self: T, args: CallArguments) => PyValue;

/** The bound method `value.name`, or an attribute; undefined where the type has none of that name. */
export function findAttribute(value: PyValue, name: string): PyValue | undefined {
  if (value instanceof PyObject) return value.attribute(name);
  const body = methodOf(value, name);
  return body === undefined ? numberAttribute(value, name) : new PyFunction(name, body);
}

function methodOf(value: PyValue, name: string): ((args: CallArguments) => PyValue) | undefined {
  const bind = <T extends PyValue | PyTuple>(self: T, methods: ReadonlyMap<string, Method<T>>): ((args: CallArguments) => PyValue) | undefined => {
    const method = methods.get(name);
    return method === undefined ? undefined : (args) => method(self, args);
  };
  if (typeof value === 'string') return bind(value, STR_METHODS);
  if (Array.isArray(value)) return bind(value, LIST_METHODS);
  if (value instanceof PyTuple) return bind(value, TUPLE_METHODS);
  if (value instanceof Map) return bind(value, DICT_METHODS);
  if (typeof value === 'number' && name === 'is_integer') return () => Number.isInteger(value);
  if (typeof value === 'bigint' && name === 'bit_length') return () => (value === 0n ? 0n : BigInt((value < 0n ? -value : value).toString(2).length));
  return undefined;
}

function numberAttribute(value: PyValue, name: string): PyValue | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number') return undefined;
  if (name === 'real' || (name === 'numerator' && typeof value === 'bigint')) return value;
  if (name === 'imag') return typeof value === 'bigint' ? 0n : 0;
  return name === 'denominator' && typeof value === 'bigint' ? 1n : undefined;
}

function indexOf(items: readonly PyValue[], args: CallArguments, container: string): bigint {
  const bound = new BoundArguments('index', args, ['value', 'start', 'stop'], 1);
  const value = bound.value('value') ?? null;
  const clamp = (at: number): number => Math.min(items.length, Math.max(0, at < 0 ? at + items.length : at));
  const stop = clamp(bound.bound('stop') ?? items.length);
  for (let at = clamp(bound.bound('start') ?? 0); at < stop; at++) if (equals(items[at] ?? null, value)) return BigInt(at);
  throw new PyError('ValueError', container === 'tuple' ? 'tuple.index(x): x not in tuple' : `${repr(value)} is not in list`);
}

function countOf(items: readonly PyValue[], args: CallArguments): bigint {
  const value = new BoundArguments('count', args, ['value'], 1).value('value') ?? null;
  return BigInt(items.filter((item) => equals(item, value)).length);
}

const TUPLE_METHODS: ReadonlyMap<string, Method<PyTuple>> = new Map<string, Method<PyTuple>>([
  ['index', (self, args) => indexOf(self.items, args, 'tuple')],
  ['count', (self, args) => countOf(self.items, args)],
]);

const LIST_METHODS: ReadonlyMap<string, Method<PyValue[]>> = new Map<string, Method<PyValue[]>>([
  ['index', (self, args) => indexOf(self, args, 'list')],
  ['count', (self, args) => countOf(self, args)],
  ['copy', (self) => collect(self)],
  ['append', (self, args) => {
    self.push(new BoundArguments('append', args, ['object'], 1).value('object') ?? null);
    return null;
  }],
  ['extend', (self, args) => {
    for (const item of collect(iterate(new BoundArguments('extend', args, ['iterable'], 1).value('iterable') ?? null))) self.push(item);
    return null;
  }],
  ['insert', (self, args) => {
    const bound = new BoundArguments('insert', args, ['index', 'object'], 2);
    spend(self.length);
    self.splice(bound.integer('index'), 0, bound.value('object') ?? null);
    return null;
  }],
  ['pop', (self, args) => {
    const index = new BoundArguments('pop', args, ['index']).integer('index', -1);
    if (self.length === 0) throw new PyError('IndexError', 'pop from empty list');
    const value = getItem(self, BigInt(index));
    spend(self.length);
    self.splice(index, 1);
    return value;
  }],
  ['remove', (self, args) => {
    const value = new BoundArguments('remove', args, ['value'], 1).value('value') ?? null;
    if (!contains(self, value)) throw new PyError('ValueError', 'list.remove(x): x not in list');
    self.splice(self.findIndex((item) => equals(item, value)), 1);
    return null;
  }],
  ['clear', (self) => {
    self.length = 0;
    return null;
  }],
  ['reverse', (self) => {
    self.reverse();
    return null;
  }],
  ['sort', (self, args) => {
    const reverse = new BoundArguments('sort', args, ['reverse']).or('reverse', false) === true;
    self.sort((a, b) => (reverse ? compare(b, a, '<') : compare(a, b, '<')));
    return null;
  }],
]);

const view = (kind: string, items: PyValue[]): PyIterator => new DictView(kind, items);

class DictView extends PyIterator {
  constructor(kind: string, private readonly items: PyValue[]) {
    super(kind, items, BigInt(items.length));
  }

  override repr(): string {
    return `${this.typeName}(${repr(this.items)})`;
  }
}

const DICT_METHODS: ReadonlyMap<string, Method<PyDict>> = new Map<string, Method<PyDict>>([
  ['keys', (self) => view('dict_keys', collect(self.keys()))],
  ['values', (self) => view('dict_values', collect(self.values()))],
  ['items', (self) => view('dict_items', collect(self).map((pair) => new PyTuple(pair)))],
  ['get', (self, args) => {
    const bound = new BoundArguments('get', args, ['key', 'default'], 1);
    const value = dictGet(self, bound.value('key') ?? null);
    return value === undefined ? (bound.value('default') ?? null) : value;
  }],
  ['copy', (self) => {
    spendItems(self.size);
    return new Map(self);
  }],
  ['update', (self, args) => {
    for (const other of args.positional) for (const [key, value] of dictEntries(other)) dictSet(self, key, value);
    for (const [key, value] of args.named) dictSet(self, key, value);
    return null;
  }],
  ['setdefault', (self, args) => {
    const bound = new BoundArguments('setdefault', args, ['key', 'default'], 1);
    const key = bound.value('key') ?? null;
    if (dictKey(self, key) === undefined) dictSet(self, key, bound.value('default') ?? null);
    return getItem(self, key);
  }],
  ['pop', (self, args) => {
    const bound = new BoundArguments('pop', args, ['key', 'default'], 1);
    const key = dictKey(self, bound.value('key') ?? null);
    const value = key === undefined ? bound.value('default') : self.get(key);
    if (value === undefined) throw new PyError('KeyError', repr(bound.value('key') ?? null));
    if (key !== undefined) self.delete(key);
    return value;
  }],
  ['clear', (self) => {
    self.clear();
    return null;
  }],
]);

/** The entries `dict(value)` would take: of a mapping, or of an iterable of pairs. Throws PyError. */
export function dictEntries(value: PyValue): [PyValue, PyValue][] {
  if (value instanceof Map) return collect(value);
  return collect(iterate(value)).map((pair, index) => {
    const items = collect(iterate(pair));
    const [key, item] = items;
    if (items.length !== 2 || key === undefined || item === undefined) {
      throw new PyError('ValueError', `dictionary update sequence element #${index} has length ${items.length}; 2 is required`);
    }
    return [key, item];
  });
}

/** Types whose values have `value[…]`, for the test `sequence`. */
export function isSequence(value: PyValue): boolean {
  return ['str', 'list', 'tuple', 'dict', 'range'].includes(typeName(value));
}
