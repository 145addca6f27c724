import { PyError } from '../python/errors';
import { findAttribute } from '../python/methods';
import { getItem } from '../python/subscript';
import type { PyValue } from '../python/value';
import { Undefined, undefinedMember } from './undefined';

const MISSING = ['KeyError', 'IndexError', 'TypeError', 'AttributeError'];

function itemOrUndefined(object: PyValue, key: PyValue): PyValue | undefined {
  try {
    return getItem(object, key);
  } catch (error) {
    if (error instanceof PyError && MISSING.includes(error.type)) return undefined;
    throw error;
  }
}

/** `object.name`: an attribute or method first, then an item. */
export function attributeOf(object: PyValue, name: string): PyValue {
  if (object instanceof Undefined) return object.raise();
  const attribute = findAttribute(object, name);
  if (attribute !== undefined) return attribute;
  const item = itemOrUndefined(object, name);
  return item === undefined ? undefinedMember(object, name) : item;
}

/** `object[key]`: an item first, then an attribute. */
export function itemOf(object: PyValue, key: PyValue): PyValue {
  if (object instanceof Undefined) return object.raise();
  const item = itemOrUndefined(object, key);
  if (item !== undefined) return item;
  const attribute = typeof key === 'string' ? findAttribute(object, key) : undefined;
  return attribute === undefined ? undefinedMember(object, key) : attribute;
}

/** `attribute="a.b.0"` of filters: a path of items. An undefined step becomes `otherwise` where one is given. */
export function memberPath(attribute: PyValue, otherwise: PyValue = null): (item: PyValue) => PyValue {
  const parts: PyValue[] =
    attribute === null ? [] : typeof attribute === 'string' ? attribute.split('.').map((part) => (/^\p{Nd}+$/u.test(part) ? BigInt(part) : part)) : [attribute];
  return (start) =>
    parts.reduce<PyValue>((value, part) => {
      const member = itemOf(value, part);
      return member instanceof Undefined && otherwise !== null ? otherwise : member;
    }, start);
}
