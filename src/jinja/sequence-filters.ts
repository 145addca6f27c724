import { BoundArguments } from '../python/arguments';
import { arithmetic } from '../python/arithmetic';
import { compare, dictGet, dictSet, equals, iterate, length, requireHashable, truth } from '../python/compare';
import { collect, PRICE, spend, spendItems } from '../python/effort';
import { PyError } from '../python/errors';
import { PyIterator, PyObject, type CallArguments } from '../python/object';
import { str, typeName } from '../python/print';
import { join as joinTexts } from '../python/string';
import { codePoints } from '../python/unicode';
import { PyTuple, type PyDict, type PyValue } from '../python/value';
import type { Environment, Filter } from './environment';
import { attributeOf, memberPath } from './member';
import { Undefined } from './undefined';

const generator = (items: Iterable<PyValue>): PyIterator => new PyIterator('generator', items);

const ignoreCase = (value: PyValue): PyValue => (typeof value === 'string' ? value.toLowerCase() : value);

const sensitive = (bound: BoundArguments): boolean => truth(bound.or('case_sensitive', false));

/** The key that `sort`, `min`, `max`, `unique` compare by. */
function keyOf(bound: BoundArguments, environment: Environment): (item: PyValue) => PyValue {
  const path = memberPath(bound.or('attribute', null), environment);
  return sensitive(bound) ? path : (item) => ignoreCase(path(item));
}

function sort(input: PyValue, args: CallArguments, environment: Environment): PyValue {
  const bound = new BoundArguments('sort', args, ['reverse', 'case_sensitive', 'attribute']);
  const attribute = bound.or('attribute', null);
  const paths = (typeof attribute === 'string' ? attribute.split(',') : [attribute]).map((part) => memberPath(part, environment));
  const keyed = collect(iterate(input)).map((item) => ({ item, key: paths.map((path) => (sensitive(bound) ? path(item) : ignoreCase(path(item)))) }));
  const direction = truth(bound.or('reverse', false)) ? -1 : 1;
  return keyed.sort((a, b) => direction * compare(a.key, b.key, '<')).map(({ item }) => item);
}

function dictsort(input: PyValue, args: CallArguments): PyValue {
  const bound = new BoundArguments('dictsort', args, ['case_sensitive', 'by', 'reverse']);
  const by = bound.textOr('by', 'key');
  if (by !== 'key' && by !== 'value') throw new PyError('FilterArgumentError', 'You can only sort by either "key" or "value"');
  const pick = ([key, value]: [PyValue, PyValue]): PyValue => (sensitive(bound) ? (by === 'key' ? key : value) : ignoreCase(by === 'key' ? key : value));
  const direction = truth(bound.or('reverse', false)) ? -1 : 1;
  return entriesOf(input, 'dictsort').sort((a, b) => direction * compare(pick(a), pick(b), '<')).map((entry) => new PyTuple(entry));
}

function entriesOf(input: PyValue, filter: string): [PyValue, PyValue][] {
  if (input instanceof Undefined) return input.raise();
  if (!(input instanceof Map)) throw new PyError('TypeError', filter === 'items' ? 'Can only get item pairs from a mapping.' : `'${typeName(input)}' object has no attribute 'items'`);
  return collect(input);
}

function extreme(name: 'min' | 'max', better: (comparison: number) => boolean): Filter {
  return (input, args, environment) => {
    const bound = new BoundArguments(name, args, ['case_sensitive', 'attribute']);
    const key = keyOf(bound, environment);
    let best: { item: PyValue; key: PyValue } | null = null;
    for (const item of iterate(input)) {
      const candidate = { item, key: key(item) };
      if (best === null || better(compare(candidate.key, best.key, name === 'min' ? '<' : '>'))) best = candidate;
    }
    return best === null ? new Undefined('No aggregated item, sequence was empty.', environment.strict) : best.item;
  };
}

function* unique(input: PyValue, key: (item: PyValue) => PyValue): Iterable<PyValue> {
  const seen: PyDict = new Map();
  for (const item of iterate(input)) {
    const found = key(item);
    requireHashable(found);
    if (dictGet(seen, found) !== undefined) continue;
    dictSet(seen, found, true);
    yield item;
  }
}

function* batch(input: PyValue, size: number, fill: PyValue): Iterable<PyValue> {
  let row: PyValue[] = [];
  for (const item of iterate(input)) {
    if (row.length === size) {
      yield row;
      row = [];
    }
    row.push(item);
  }
  if (row.length === 0) return;
  if (fill !== null) spendItems(Math.max(0, size - row.length));
  while (fill !== null && row.length < size) row.push(fill);
  yield row;
}

function* slices(input: PyValue, count: number, fill: PyValue): Iterable<PyValue> {
  const items = collect(iterate(input));
  if (count === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  let at = 0;
  for (let index = 0; index < count; index++) {
    spend(PRICE.turn);
    const end = at + size + (index < longer ? 1 : 0);
    const column = items.slice(at, end);
    if (fill !== null && index >= longer) column.push(fill);
    yield column;
    at = end;
  }
}

function groupby(input: PyValue, args: CallArguments, environment: Environment): PyValue {
  const bound = new BoundArguments('groupby', args, ['attribute', 'default', 'case_sensitive'], 1);
  const path = memberPath(bound.or('attribute', null), environment, bound.or('default', null));
  const fold = (value: PyValue): PyValue => (sensitive(bound) ? value : ignoreCase(value));
  const keyed = collect(iterate(input)).map((item) => ({ item, own: path(item) })).sort((a, b) => compare(fold(a.own), fold(b.own), '<'));
  const groups: Group[] = [];
  for (const { item, own } of keyed) {
    const last = groups.at(-1);
    if (last !== undefined && equals(fold(last.grouper), fold(own))) last.members.push(item);
    else groups.push(new Group(own, [item]));
  }
  return groups;
}

/** A `(grouper, list)` tuple whose parts also have these names. */
class Group extends PyObject {
  readonly typeName = 'tuple';
  constructor(
    readonly grouper: PyValue,
    readonly members: PyValue[],
  ) {
    super();
  }

  private get pair(): PyValue[] {
    return [this.grouper, this.members];
  }

  override repr(): string {
    return str(new PyTuple(this.pair));
  }

  override attribute(name: string): PyValue | undefined {
    return name === 'grouper' ? this.grouper : name === 'list' ? this.members : undefined;
  }

  override iterate(): Iterable<PyValue> {
    return this.pair;
  }

  override length(): bigint {
    return 2n;
  }

  override item(key: PyValue): PyValue | undefined {
    return typeof key === 'bigint' ? this.pair[Number(key < 0n ? key + 2n : key)] : undefined;
  }
}

const first: Filter = (input, _args, { strict }) => {
  for (const item of iterate(input)) return item;
  return new Undefined('No first item, sequence was empty.', strict);
};

function reversed(value: PyValue): PyValue[] {
  if (!(value instanceof Undefined) && value instanceof PyObject && value.length() === null) throw new PyError('TypeError', `'${typeName(value)}' object is not reversible`);
  return collect(iterate(value)).reverse();
}

function reverse(input: PyValue): PyValue {
  if (typeof input === 'string') return [...codePoints(input)].reverse().join('');
  const items = collect(iterate(input)).reverse();
  return input instanceof PyIterator && input.length() === null ? items : new PyIterator(`${typeName(input)}_reverseiterator`, items);
}

function join(input: PyValue, args: CallArguments, environment: Environment): string {
  const bound = new BoundArguments('join', args, ['d', 'attribute']);
  const path = memberPath(bound.or('attribute', null), environment);
  return joinTexts(collect(iterate(input)).map((item) => str(path(item))), str(bound.or('d', '')));
}

function sum(input: PyValue, args: CallArguments, environment: Environment): PyValue {
  const bound = new BoundArguments('sum', args, ['attribute', 'start']);
  const path = memberPath(bound.or('attribute', null), environment);
  let total = bound.or('start', 0n);
  if (typeof total === 'string') throw new PyError('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
  for (const item of iterate(input)) total = arithmetic('+', total, path(item));
  return total;
}

const size: Filter = (input) => length(input);

const defaultValue: Filter = (input, args) => {
  const bound = new BoundArguments('default', args, ['default_value', 'boolean']);
  const replaced = input instanceof Undefined || (truth(bound.or('boolean', false)) && !truth(input));
  return replaced ? bound.or('default_value', '') : input;
};

/** Filters on lists, dicts and other things to walk. */
export const SEQUENCE_FILTERS: readonly (readonly [string, Filter])[] = [
  ['length', size],
  ['count', size],
  ['default', defaultValue],
  ['d', defaultValue],
  ['first', first],
  ['last', (input, _args, { strict }) => {
    const [last] = reversed(input);
    return last === undefined ? new Undefined('No last item, sequence was empty.', strict) : last;
  }],
  ['list', (input) => collect(iterate(input))],
  ['items', (input) => generator(input instanceof Undefined ? [] : entriesOf(input, 'items').map((entry) => new PyTuple(entry)))],
  ['join', join],
  ['sum', sum],
  ['min', extreme('min', (comparison) => comparison < 0)],
  ['max', extreme('max', (comparison) => comparison > 0)],
  ['sort', sort],
  ['dictsort', dictsort],
  ['reverse', reverse],
  ['groupby', groupby],
  ['unique', (input, args, environment) => generator(unique(input, keyOf(new BoundArguments('unique', args, ['case_sensitive', 'attribute']), environment)))],
  ['batch', (input, args) => {
    const bound = new BoundArguments('batch', args, ['linecount', 'fill_with'], 1);
    return generator(batch(input, bound.integer('linecount'), bound.or('fill_with', null)));
  }],
  ['slice', (input, args) => {
    const bound = new BoundArguments('slice', args, ['slices', 'fill_with'], 1);
    return generator(slices(input, bound.integer('slices'), bound.or('fill_with', null)));
  }],
  ['attr', (input, args, environment) => {
    const name = new BoundArguments('attr', args, ['name'], 1).text('name');
    return input instanceof Map && !['keys', 'values', 'items', 'get'].includes(name) ? attributeOf(new Map(), name, environment) : attributeOf(input, name, environment);
  }],
];
