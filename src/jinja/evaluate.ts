import { arithmetic, unary } from '../python/arithmetic';
import { compare, contains, dictSet, equals, iterate, truth } from '../python/compare';
import { collect, PRICE, spend } from '../python/effort';
import { PyError } from '../python/errors';
import { PyObject, type CallArguments } from '../python/object';
import { repr, str, typeName } from '../python/print';
import { join } from '../python/string';
import { getSlice } from '../python/subscript';
import { PyTuple, type PyDict, type PyValue } from '../python/value';
import { requireFilter, requireTest, type Environment } from './environment';
import { placeOn, TemplateFailure } from './failure';
import { attributeOf, itemOf } from './member';
import type { Scope } from './scope';
import type { Arguments, ComparisonOperator, Expression, NamedCall } from './syntax';
import { Undefined, undefinedName } from './undefined';

export type Evaluate = (scope: Scope) => PyValue;

/**
 * Makes functions of expressions once, so that rendering a thousand documents walks no tree.
 * `guarded`: inside a branch that may not be taken an unknown filter fails when it is reached, not before (as in Jinja2).
 */
export class ExpressionCompiler {
  constructor(private readonly environment: Environment) {}

  expression(node: Expression, guarded: boolean): Evaluate {
    const evaluate = this.bare(node, guarded);
    if (node.kind === 'constant' || node.kind === 'name') return evaluate;
    const { at } = node;
    return (scope) => {
      try {
        spend(PRICE.expression);
        return evaluate(scope);
      } catch (error) {
        throw placeOn(error, at);
      }
    };
  }

  private bare(node: Expression, guarded: boolean): Evaluate {
    switch (node.kind) {
      case 'constant':
        return () => node.value;
      case 'name':
        return (scope) => {
          const value = scope.get(node.name);
          return value === undefined ? undefinedName(node.name, this.environment.strict) : value;
        };
      case 'list': {
        const items = this.all(node.items, guarded);
        return (scope) => items.map((item) => item(scope));
      }
      case 'tuple': {
        const items = this.all(node.items, guarded);
        return (scope) => new PyTuple(items.map((item) => item(scope)));
      }
      case 'concat': {
        const items = this.all(node.items, guarded);
        return (scope) => join(items.map((item) => str(item(scope))), '');
      }
      case 'dict':
        return this.dict(node.pairs, guarded);
      case 'arithmetic': {
        const [left, right] = [this.expression(node.left, guarded), this.expression(node.right, guarded)];
        return (scope) => arithmetic(node.operator, left(scope), right(scope));
      }
      case 'sign': {
        const operand = this.expression(node.operand, guarded);
        return (scope) => unary(node.operator, operand(scope));
      }
      case 'not': {
        const operand = this.expression(node.operand, guarded);
        return (scope) => !truth(operand(scope));
      }
      case 'and':
      case 'or': {
        const [left, right] = [this.expression(node.left, guarded), this.expression(node.right, guarded)];
        const wanted = node.kind === 'and';
        return (scope) => {
          const value = left(scope);
          return truth(value) === wanted ? right(scope) : value;
        };
      }
      case 'compare':
        return this.comparison(node, guarded);
      case 'condition':
        return this.condition(node);
      case 'attribute': {
        const object = this.expression(node.object, guarded);
        return (scope) => attributeOf(object(scope), node.name, this.environment);
      }
      case 'item':
        return this.item(node, guarded);
      case 'slice':
        return () => {
          throw new PyError('TypeError', 'a slice must be the only index');
        };
      case 'call': {
        const [callee, args] = [this.expression(node.callee, guarded), this.args(node.args, guarded)];
        return (scope) => call(callee(scope), args(scope));
      }
      case 'filter': {
        const [input, filter] = [this.expression(node.input, guarded), this.filter(node.filter, guarded)];
        return (scope) => filter(input(scope), scope);
      }
      case 'test': {
        const [input, test] = [this.expression(node.input, guarded), this.test(node.test, guarded)];
        return (scope) => test(input(scope), scope);
      }
    }
  }

  private all(nodes: readonly Expression[], guarded: boolean): Evaluate[] {
    return nodes.map((node) => this.expression(node, guarded));
  }

  private dict(pairs: readonly (readonly [Expression, Expression])[], guarded: boolean): Evaluate {
    const compiled = pairs.map(([key, value]) => [this.expression(key, guarded), this.expression(value, guarded)] as const);
    return (scope) => {
      const dict: PyDict = new Map();
      for (const [key, value] of compiled) dictSet(dict, key(scope), value(scope));
      return dict;
    };
  }

  private comparison(node: Expression & { kind: 'compare' }, guarded: boolean): Evaluate {
    const first = this.expression(node.first, guarded);
    const rest = node.rest.map(({ operator, operand }) => ({ operator, operand: this.expression(operand, guarded) }));
    return (scope) => {
      let left = first(scope);
      for (const { operator, operand } of rest) {
        const right = operand(scope);
        if (!holds(operator, left, right)) return false;
        left = right;
      }
      return true;
    };
  }

  private condition(node: Expression & { kind: 'condition' }): Evaluate {
    const [test, then] = [this.expression(node.test, true), this.expression(node.then, true)];
    const otherwise =
      node.otherwise === null
        ? () => new Undefined('the inline if-expression evaluated to false and no else section was defined.', false)
        : this.expression(node.otherwise, true);
    return (scope) => (truth(test(scope)) ? then(scope) : otherwise(scope));
  }

  private item(node: Expression & { kind: 'item' }, guarded: boolean): Evaluate {
    const object = this.expression(node.object, guarded);
    const { key } = node;
    if (key.kind !== 'slice') {
      const index = this.expression(key, guarded);
      return (scope) => itemOf(object(scope), index(scope), this.environment);
    }
    const part = (expression: Expression | null): Evaluate => (expression === null ? () => null : this.expression(expression, guarded));
    const [start, stop, step] = [part(key.start), part(key.stop), part(key.step)];
    return (scope) => {
      const value = object(scope);
      if (value instanceof Undefined) return value.raise();
      return getSlice(value, start(scope), stop(scope), step(scope));
    };
  }

  args(args: Arguments, guarded: boolean): (scope: Scope) => CallArguments {
    const names = new Set<string>();
    const repeated = args.named.find(([name]) => names.size === names.add(name).size);
    if (repeated !== undefined) throw new TemplateFailure('SyntaxError', `keyword argument repeated: ${repeated[0]}`, repeated[1].at);
    const positional = this.all(args.positional, guarded);
    const named = args.named.map(([name, value]) => [name, this.expression(value, guarded)] as const);
    const spread = args.spread === null ? null : this.expression(args.spread, guarded);
    const spreadNamed = args.spreadNamed === null ? null : this.expression(args.spreadNamed, guarded);
    return (scope) => {
      const values = positional.map((value) => value(scope));
      if (spread !== null) for (const value of collect(iterate(spread(scope)))) values.push(value);
      const byName = new Map(named.map(([name, value]) => [name, value(scope)] as const));
      if (spreadNamed !== null) for (const [name, value] of namedSpread(spreadNamed(scope))) byName.set(name, value);
      return { positional: values, named: byName };
    };
  }

  filter(call: NamedCall, guarded: boolean): (input: PyValue, scope: Scope) => PyValue {
    const { environment } = this;
    if (!guarded) this.known(call, environment.filter(call.name) !== undefined, 'filter');
    const args = this.args(call.args, guarded);
    return (input, scope) => {
      try {
        return requireFilter(environment, call.name)(input, args(scope), environment);
      } catch (error) {
        throw placeOn(error, call.at);
      }
    };
  }

  private test(call: NamedCall, guarded: boolean): (input: PyValue, scope: Scope) => boolean {
    const { environment } = this;
    if (!guarded) this.known(call, environment.test(call.name) !== undefined, 'test');
    const args = this.args(call.args, guarded);
    return (input, scope) => requireTest(environment, call.name)(input, args(scope), environment);
  }

  private known(call: NamedCall, exists: boolean, what: string): void {
    if (!exists) throw new TemplateFailure('TemplateAssertionError', `No ${what} named '${call.name}'.`, call.at);
  }
}

function holds(operator: ComparisonOperator, left: PyValue, right: PyValue): boolean {
  switch (operator) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case '<':
      return compare(left, right, operator) < 0;
    case '<=':
      return compare(left, right, operator) <= 0;
    case '>':
      return compare(left, right, operator) > 0;
    case '>=':
      return compare(left, right, operator) >= 0;
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
  }
}

function call(callee: PyValue, args: CallArguments): PyValue {
  if (callee instanceof PyObject) return callee.call(args);
  throw new PyError('TypeError', `'${typeName(callee)}' object is not callable`);
}

function namedSpread(value: PyValue): [string, PyValue][] {
  if (!(value instanceof Map)) throw new PyError('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`);
  return collect(value).map(([key, item]) => {
    if (typeof key !== 'string') throw new PyError('TypeError', `keywords must be strings, not ${repr(key)}`);
    return [key, item];
  });
}
