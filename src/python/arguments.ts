import { PyError } from './errors';
import { clip, requireIndex } from './number';
import type { CallArguments } from './object';
import { typeName } from './print';
import type { PyValue } from './value';

/** The arguments of one call, matched to parameter names as Python matches them. */
export class BoundArguments {
  private readonly values = new Map<string, PyValue>();

  /** Parameters beyond `required` may be left out. Throws PyError TypeError for a call that does not fit. */
  constructor(
    readonly callee: string,
    args: CallArguments,
    parameters: readonly string[],
    required = 0,
  ) {
    if (args.positional.length > parameters.length) {
      throw new PyError('TypeError', `${callee}() takes at most ${parameters.length} arguments (${args.positional.length} given)`);
    }
    args.positional.forEach((value, index) => this.values.set(parameters[index] ?? '', value));
    for (const [name, value] of args.named) {
      if (!parameters.includes(name)) throw new PyError('TypeError', `${callee}() got an unexpected keyword argument '${name}'`);
      if (this.values.has(name)) throw new PyError('TypeError', `${callee}() got multiple values for argument '${name}'`);
      this.values.set(name, value);
    }
    const missing = parameters.slice(0, required).find((name) => !this.values.has(name));
    if (missing !== undefined) throw new PyError('TypeError', `${callee}() missing required argument: '${missing}'`);
  }

  value(name: string): PyValue | undefined {
    return this.values.get(name);
  }

  or<T extends PyValue>(name: string, otherwise: T): PyValue {
    return this.values.get(name) ?? (this.values.has(name) ? null : otherwise);
  }

  /** A str argument. */
  text(name: string): string {
    const value = this.values.get(name);
    if (typeof value !== 'string') throw new PyError('TypeError', `${this.callee}() argument '${name}' must be str, not ${typeName(value ?? null)}`);
    return value;
  }

  textOr<T>(name: string, otherwise: T): string | T {
    const value = this.values.get(name);
    return value === undefined || value === null ? otherwise : this.text(name);
  }

  /** An int argument, clipped to what JavaScript can count. */
  integer(name: string, otherwise?: number): number {
    const value = this.values.get(name);
    if (value === undefined && otherwise !== undefined) return otherwise;
    return clip(requireIndex(value ?? null));
  }

  /** An int argument, or null where it is None or left out. */
  bound(name: string): number | null {
    const value = this.values.get(name);
    return value === undefined || value === null ? null : clip(requireIndex(value));
  }
}
