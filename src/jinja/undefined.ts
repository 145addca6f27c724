import { PyError } from '../python/errors';
import { PyObject } from '../python/object';
import { repr, typeName } from '../python/print';
import type { PyValue } from '../python/value';

/**
 * Jinja2's undefined value. Strict (the harness's choice): every use but `is defined` and `default` raises.
 * Lenient (what chat templates get, and an inline `if` without `else` everywhere): prints nothing, is false, equals its like, and walks as an empty list.
 */
export class Undefined extends PyObject {
  readonly typeName: string;
  constructor(
    private readonly message: string,
    readonly strict: boolean,
    private readonly error: 'UndefinedError' | 'SecurityError' = 'UndefinedError',
  ) {
    super();
    this.typeName = strict ? 'StrictUndefined' : 'Undefined';
  }

  raise(): never {
    throw new PyError(this.error, this.message);
  }

  private ifStrict<T>(value: T): T {
    if (this.strict) this.raise();
    return value;
  }

  override str(): string {
    return this.ifStrict('');
  }

  override repr(): string {
    return 'Undefined';
  }

  override attribute(): PyValue {
    return this.raise();
  }

  override item(): PyValue {
    return this.raise();
  }

  override iterate(): Iterable<PyValue> {
    return this.ifStrict([]);
  }

  override length(): bigint {
    return this.ifStrict(0n);
  }

  override truth(): boolean {
    return this.ifStrict(false);
  }

  override beforeOperator(): void {
    this.raise();
  }

  override equalTo(other: PyValue): boolean {
    return this.ifStrict(other instanceof Undefined && !other.strict);
  }

  override call(): PyValue {
    return this.raise();
  }
}

export const undefinedName = (name: string, strict: boolean): Undefined => new Undefined(`'${name}' is undefined`, strict);

/** `object.key` or `object[key]` that does not exist. */
export function undefinedMember(object: PyValue, key: PyValue, strict: boolean): Undefined {
  const kind = object === null ? 'None' : `${typeName(object)} object`;
  return new Undefined(typeof key === 'string' ? `${repr(kind)} has no attribute ${repr(key)}` : `${kind} has no element ${repr(key)}`, strict);
}

/** A method that would change its object, where templates may not change any: it can be passed by, not called. */
export const refusedMethod = (object: PyValue, name: string): Undefined =>
  new Undefined(`access to attribute ${repr(name)} of ${repr(typeName(object))} object is unsafe.`, false, 'SecurityError');
