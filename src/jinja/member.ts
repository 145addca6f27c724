import { PyError } from '../python/errors';
import { findAttribute } from '../python/methods';
import { getItem } from '../python/subscript';
import type { PyValue } from '../python/value';
import type { Environment } from './environment';
import { refusedMethod, Undefined, undefinedMember } from './undefined';

const MISSING = ['KeyError', 'IndexError', 'TypeError', 'AttributeError'];

function itemOrUndefined(object: PyValue, key: PyValue): PyValue | undefined {
  try {
    return getItem(object, key);
  } catch (error) {
    if (error instanceof PyError && MISSING.includes(error.type)) return undefined;
    throw error;
  }
}

/** Methods of lists and dicts that change them. */
const CHANGING: ReadonlySet<string> = new Set(['append', 'clear', 'extend', 'insert', 'pop', 'popitem', 'remove', 'reverse', 'setdefault', 'sort', 'update']);

function allowedAttribute(object: PyValue, name: string, { immutable }: Environment): PyValue | undefined {
  const attribute = findAttribute(object, name);
  const changes = immutable && attribute !== undefined && CHANGING.has(name) && (Array.isArray(object) || object instanceof Map);
  return changes ? refusedMethod(object, name) : attribute;
}

/** `object.name`: an attribute or method first, then an item. */
export function attributeOf(object: PyValue, name: string, environment: Environment): PyValue {
  if (object instanceof Undefined) return object.raise();
  const attribute = allowedAttribute(object, name, environment);
  if (attribute !== undefined) return attribute;
  const item = itemOrUndefined(object, name);
  return item === undefined ? undefinedMember(object, name, environment.strict) : item;
}

/** `object[key]`: an item first, then an attribute. */
export function itemOf(object: PyValue, key: PyValue, environment: Environment): PyValue {
  if (object instanceof Undefined) return object.raise();
  const item = itemOrUndefined(object, key);
  if (item !== undefined) return item;
  const attribute = typeof key === 'string' ? allowedAttribute(object, key, environment) : undefined;
  return attribute === undefined ? undefinedMember(object, key, environment.strict) : attribute;
}

/** `attribute="a.b.0"` of filters: a path of items. An undefined step becomes `otherwise` where one is given. */
export function memberPath(attribute: PyValue, environment: Environment, otherwise: PyValue = null): (item: PyValue) => PyValue {
  const parts: PyValue[] =
    attribute === null ? [] : typeof attribute === 'string' ? attribute.split('.').map((part) => (/^\p{Nd}+$/u.test(part) ? BigInt(part) : part)) : [attribute];
  return (start) =>
    parts.reduce<PyValue>((value, part) => {
      const member = itemOf(value, part, environment);
      return member instanceof Undefined && otherwise !== null ? otherwise : member;
    }, start);
}
