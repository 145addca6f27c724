import { PyError } from '../python/errors';
import { PyObject, type CallArguments } from '../python/object';
import { repr } from '../python/print';
import { PyTuple, type PyDict, type PyValue } from '../python/value';
import type { Evaluate } from './evaluate';
import { Scope } from './scope';
import { Undefined } from './undefined';

export type MacroDefinition = {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly otherwise: Evaluate | null }[];
  /** The body uses `varargs`, `kwargs`, `caller`: only then may a call pass them. */
  readonly takes: { readonly varargs: boolean; readonly kwargs: boolean; readonly caller: boolean };
  /** A parameter that is not given is StrictUndefined. */
  readonly strict: boolean;
  readonly body: (scope: Scope) => string;
};

function missing({ name, otherwise }: MacroDefinition['parameters'][number], scope: Scope, strict: boolean): PyValue {
  return otherwise === null ? new Undefined(`parameter '${name}' was not provided`, strict) : otherwise(scope);
}

/** A macro, or the body of a `call` block, with the scope it was defined in. */
export class Macro extends PyObject {
  readonly typeName = 'Macro';
  constructor(
    private readonly definition: MacroDefinition,
    private readonly outer: Scope,
  ) {
    super();
  }

  override repr(): string {
    return `<Macro ${repr(this.definition.name)}>`;
  }

  override attribute(name: string): PyValue | undefined {
    if (name === 'name') return this.definition.name;
    if (name === 'arguments') return new PyTuple(this.definition.parameters.map((parameter) => parameter.name));
    return undefined;
  }

  override get callable(): boolean {
    return true;
  }

  override call(args: CallArguments): PyValue {
    const { name, parameters, takes, strict, body } = this.definition;
    const scope = new Scope(this.outer);
    const named = new Map(args.named);
    const caller = named.get('caller');
    if (takes.caller) {
      scope.set('caller', caller ?? new Undefined('No caller defined', strict));
      named.delete('caller');
    }
    parameters.forEach((parameter, index) => {
      const given = index < args.positional.length ? args.positional[index] : named.get(parameter.name);
      if (index >= args.positional.length) named.delete(parameter.name);
      scope.set(parameter.name, given === undefined ? missing(parameter, scope, strict) : given);
    });
    this.extras(scope, args.positional.slice(parameters.length), named);
    if (!takes.varargs && args.positional.length > parameters.length) {
      throw new PyError('TypeError', `macro '${name}' takes not more than ${parameters.length} argument(s)`);
    }
    return body(scope);
  }

  private extras(scope: Scope, positional: readonly PyValue[], named: ReadonlyMap<string, PyValue>): void {
    const { name, takes } = this.definition;
    if (takes.varargs) scope.set('varargs', new PyTuple(positional));
    if (takes.kwargs) scope.set('kwargs', new Map(named) satisfies PyDict);
    const [unknown] = named.keys();
    if (takes.kwargs || unknown === undefined) return;
    if (unknown === 'caller') throw new PyError('TypeError', `macro '${name}' was invoked with two values for the special caller argument. This is most likely a bug.`);
    throw new PyError('TypeError', `macro '${name}' takes no keyword argument '${unknown}'`);
  }
}
