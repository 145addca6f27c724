import { iterate, truth } from '../python/compare';
import { collect, PRICE, spend } from '../python/effort';
import { PyError } from '../python/errors';
import { str, typeName } from '../python/print';
import type { PyValue } from '../python/value';
import type { Environment } from './environment';
import { ExpressionCompiler } from './evaluate';
import { placeOn } from './failure';
import { Namespace } from './globals';
import { Loop } from './loop';
import { Macro, type MacroDefinition } from './macro';
import { Output, Scope } from './scope';
import type { NamedCall, Parameter, Statement, Target } from './syntax';
import { Undefined } from './undefined';
import { namesUsed } from './variables';

/** How a statement ends: with the next one, or with one of the loop around it. */
export type Ending = 'next' | 'break' | 'continue';
export type Execute = (scope: Scope, output: Output) => Ending;

/** A statement that the next one always follows. */
const straight =
  (body: (scope: Scope, output: Output) => void): Execute =>
  (scope, output) => {
    body(scope, output);
    return 'next';
  };

/** Makes functions of statements. */
export class StatementCompiler {
  private readonly expressions: ExpressionCompiler;
  constructor(private readonly environment: Environment) {
    this.expressions = new ExpressionCompiler(environment);
  }

  statements(nodes: readonly Statement[], guarded = false): Execute {
    const compiled = nodes.map((node) => this.statement(node, guarded));
    return (scope, output) => {
      for (const execute of compiled) {
        const ending = execute(scope, output);
        if (ending !== 'next') return ending;
      }
      return 'next';
    };
  }

  private statement(node: Statement, guarded: boolean): Execute {
    if (node.kind === 'text') return straight((_scope, output) => output.write(node.text));
    const execute = this.bare(node, guarded);
    return (scope, output) => {
      try {
        return execute(scope, output);
      } catch (error) {
        throw placeOn(error, node.at);
      }
    };
  }

  private bare(node: Exclude<Statement, { kind: 'text' }>, guarded: boolean): Execute {
    switch (node.kind) {
      case 'print': {
        const value = this.expressions.expression(node.value, guarded);
        return straight((scope, output) => output.write(str(value(scope))));
      }
      case 'if':
        return this.condition(node);
      case 'for':
        return this.loop(node, guarded);
      case 'set': {
        const value = this.expressions.expression(node.value, guarded);
        return straight((scope) => assign(node.target, value(scope), scope));
      }
      case 'setBlock': {
        const value = this.captured(node.body, node.filters, guarded);
        return (scope) => {
          const { ending, text } = value(scope);
          if (ending === 'next') assign(node.target, text, scope);
          return ending;
        };
      }
      case 'filterBlock': {
        const value = this.captured(node.body, node.filters, guarded);
        return (scope, output) => {
          const { ending, text } = value(scope);
          if (ending === 'next') output.write(str(text));
          return ending;
        };
      }
      case 'scope': {
        const body = this.statements(node.body, guarded);
        return (scope, output) => body(new Scope(scope), output);
      }
      case 'with': {
        const values = node.values.map(({ target, value }) => ({ target, value: this.expressions.expression(value, guarded) }));
        const body = this.statements(node.body, guarded);
        return (scope, output) => {
          const inner = new Scope(scope);
          for (const { target, value } of values) assign(target, value(scope), inner);
          return body(inner, output);
        };
      }
      case 'macro': {
        const macro = this.macro(node.name, node.parameters, node.body);
        return straight((scope) => scope.set(node.name, new Macro(macro, scope)));
      }
      case 'callBlock': {
        const call = this.expressions.expression(node.call.callee, guarded);
        const args = this.expressions.args(node.call.args, guarded);
        const body = this.macro('caller', node.parameters, node.body);
        return straight((scope, output) => {
          const caller = new Macro(body, scope);
          const callee = call(scope);
          const { positional, named } = args(scope);
          if (callee instanceof Undefined) callee.raise();
          if (!(callee instanceof Macro)) throw new PyError('TypeError', `'${typeName(callee)}' object cannot take a caller`);
          output.write(str(callee.call({ positional, named: new Map([...named, ['caller', caller]]) })));
        });
      }
      case 'jump':
        return () => node.to;
    }
  }

  private condition(node: Statement & { kind: 'if' }): Execute {
    const branches = node.branches.map(({ test, body }) => ({ test: this.expressions.expression(test, true), body: this.statements(body, true) }));
    const otherwise = this.statements(node.otherwise, true);
    return (scope, output) => {
      const taken = branches.find(({ test }) => truth(test(scope)));
      return (taken?.body ?? otherwise)(scope, output);
    };
  }

  private loop(node: Statement & { kind: 'for' }, guarded: boolean): Execute {
    const iterable = this.expressions.expression(node.iterable, guarded);
    const condition = node.condition === null ? null : this.expressions.expression(node.condition, guarded);
    const body = this.statements(node.body, guarded);
    const otherwise = this.statements(node.otherwise, guarded);
    const run = (value: PyValue, scope: Scope, output: Output, depth: number): Ending => {
      const items: PyValue[] = [];
      for (const item of iterate(value)) {
        spend(PRICE.turn);
        const turn = new Scope(scope);
        if (condition !== null) assign(node.target, item, turn);
        if (condition === null || truth(condition(turn))) items.push(item);
      }
      const recurse = (inner: PyValue): PyValue => {
        const nested = new Output();
        run(inner, scope, nested, depth + 1);
        return nested.text();
      };
      const loop = new Loop(items, depth, node.recursive ? recurse : null, this.environment.strict);
      // Jinja2's `else` asks whether the end of the body was ever reached.
      let whole = false;
      for (const [index, item] of items.entries()) {
        loop.index = index;
        const turn = new Scope(scope);
        turn.set('loop', loop);
        assign(node.target, item, turn);
        const ending = body(turn, output);
        if (ending === 'break') break;
        whole ||= ending === 'next';
      }
      return whole ? 'next' : otherwise(scope, output);
    };
    return (scope, output) => run(iterable(scope), scope, output, 0);
  }

  /** What a block prints, through filters. */
  private captured(nodes: readonly Statement[], filters: readonly NamedCall[], guarded: boolean): (scope: Scope) => { readonly ending: Ending; readonly text: PyValue } {
    const body = this.statements(nodes, guarded);
    const steps = filters.map((filter) => this.expressions.filter(filter, guarded));
    return (scope) => {
      const inner = new Output();
      const innerScope = new Scope(scope);
      const ending = body(innerScope, inner);
      return { ending, text: ending === 'next' ? steps.reduce<PyValue>((value, step) => step(value, innerScope), inner.text()) : '' };
    };
  }

  private macro(name: string, parameters: readonly Parameter[], body: readonly Statement[]): MacroDefinition {
    const used = namesUsed(body);
    const execute = this.statements(body, true);
    return {
      name,
      parameters: parameters.map((parameter) => ({
        name: parameter.name,
        otherwise: parameter.otherwise === null ? null : this.expressions.expression(parameter.otherwise, true),
      })),
      takes: { varargs: used.has('varargs'), kwargs: used.has('kwargs'), caller: used.has('caller') },
      strict: this.environment.strict,
      body: (scope) => {
        const inner = new Output();
        spend(PRICE.turn);
        execute(scope, inner);
        return inner.text();
      },
    };
  }
}

function assign(target: Target, value: PyValue, scope: Scope): void {
  if (target.kind === 'name') {
    scope.set(target.name, value);
    return;
  }
  if (target.kind === 'namespace') {
    const object = scope.get(target.object);
    if (!(object instanceof Namespace)) throw new PyError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
    object.set(target.name, value);
    return;
  }
  const items = collect(iterate(value));
  if (items.length > target.items.length) throw new PyError('ValueError', `too many values to unpack (expected ${target.items.length})`);
  if (items.length < target.items.length) throw new PyError('ValueError', `not enough values to unpack (expected ${target.items.length}, got ${items.length})`);
  target.items.forEach((inner, index) => assign(inner, items[index] ?? null, scope));
}
