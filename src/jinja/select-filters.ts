import { iterate, truth } from '../python/compare';
import { PyError } from '../python/errors';
import { PyIterator, type CallArguments } from '../python/object';
import { str } from '../python/print';
import type { PyValue } from '../python/value';
import { requireFilter, requireTest, type Environment, type Filter } from './environment';
import { memberPath } from './member';

/** A generator: nothing is computed before it is walked. */
const lazily = (input: PyValue, walk: () => Iterable<PyValue>): PyIterator =>
  new PyIterator(
    'generator',
    (function* () {
      if (truth(input)) yield* walk();
    })(),
  );

const map: Filter = (input, args, environment) =>
  lazily(input, function* () {
    const change = mapping(args, environment);
    for (const item of iterate(input)) yield change(item);
  });

function mapping({ positional, named }: CallArguments, environment: Environment): (item: PyValue) => PyValue {
  const [name, ...rest] = positional;
  const attribute = named.get('attribute');
  if (name === undefined && attribute !== undefined) {
    const unknown = [...named.keys()].find((key) => key !== 'attribute' && key !== 'default');
    if (unknown !== undefined) throw new PyError('FilterArgumentError', `Unexpected keyword argument '${unknown}'`);
    return memberPath(attribute, environment, named.get('default') ?? null);
  }
  if (name === undefined) throw new PyError('FilterArgumentError', 'map requires a filter argument');
  const filter = requireFilter(environment, str(name));
  return (item) => filter(item, { positional: rest, named }, environment);
}

function selection(keep: boolean, byAttribute: boolean): Filter {
  return (input, args, environment) =>
    lazily(input, function* () {
      const holds = condition(args, byAttribute, environment);
      for (const item of iterate(input)) if (holds(item) === keep) yield item;
    });
}

function condition({ positional, named }: CallArguments, byAttribute: boolean, environment: Environment): (item: PyValue) => boolean {
  const [attribute, ...afterAttribute] = positional;
  if (byAttribute && attribute === undefined) throw new PyError('FilterArgumentError', 'Missing parameter for attribute name');
  const path = byAttribute ? memberPath(attribute ?? null, environment) : (item: PyValue) => item;
  const [name, ...rest] = byAttribute ? afterAttribute : positional;
  if (name === undefined) return (item) => truth(path(item));
  const test = requireTest(environment, str(name));
  return (item) => test(path(item), { positional: rest, named }, environment);
}

/** Filters that apply other filters and tests. */
export const SELECT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['map', map],
  ['select', selection(true, false)],
  ['reject', selection(false, false)],
  ['selectattr', selection(true, true)],
  ['rejectattr', selection(false, true)],
];
