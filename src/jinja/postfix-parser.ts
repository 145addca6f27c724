import { syntaxError } from './failure';
import type { Arguments, Expression, NamedCall } from './syntax';
import type { TokenStream } from './token-stream';

const NO_ARGUMENTS: Arguments = { positional: [], named: [], spread: null, spreadNamed: null };

/** What may follow a value: attributes, subscripts, calls, filters and tests. */
export abstract class PostfixParser {
  constructor(protected readonly stream: TokenStream) {}

  abstract expression(): Expression;
  /** A name, a literal, or something in brackets. */
  abstract primary(): Expression;

  /** Attributes, subscripts and calls after a value. */
  postfix(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.stream.is('.') || this.stream.is('[')) node = this.subscript(node);
      else if (this.stream.is('(')) node = { kind: 'call', at: this.stream.current.at, callee: node, args: this.callArguments() };
      else return node;
    }
  }

  /** Filters, tests and calls of their results. */
  filtersAndTests(start: Expression): Expression {
    let node = start;
    for (;;) {
      if (this.stream.is('|')) {
        const { at } = this.stream.advance();
        node = { kind: 'filter', at, input: node, filter: this.filter() };
      } else if (this.stream.isName('is')) node = this.test(node);
      else if (this.stream.is('(')) node = { kind: 'call', at: this.stream.current.at, callee: node, args: this.callArguments() };
      else return node;
    }
  }

  /** `.name`, `.0` or `[…]` after a value. */
  subscript(object: Expression): Expression {
    const token = this.stream.advance();
    const { at } = token;
    if (token.type === '.') {
      const name = this.stream.advance();
      if (name.type === 'name') return { kind: 'attribute', at, object, name: name.value };
      if (name.type !== 'integer') throw syntaxError('expected name or number', name.at);
      return { kind: 'item', at, object, key: { kind: 'constant', at: name.at, value: BigInt(name.value.replaceAll('_', '')) } };
    }
    const keys: Expression[] = [];
    while (!this.stream.is(']')) {
      if (keys.length > 0) this.stream.expect(',');
      keys.push(this.key());
    }
    this.stream.expect(']');
    const [only] = keys;
    return { kind: 'item', at, object, key: keys.length === 1 && only !== undefined ? only : { kind: 'tuple', at, items: keys } };
  }

  private key(): Expression {
    const { at } = this.stream.current;
    const first = this.stream.is(':') ? null : this.expression();
    if (!this.stream.skipIf(':')) return first ?? this.expression();
    const part = (): Expression | null => (this.stream.is(':') || this.stream.is(']') || this.stream.is(',') ? null : this.expression());
    const stop = part();
    const step = this.stream.skipIf(':') ? part() : null;
    return { kind: 'slice', at, start: first, stop, step };
  }

  /** `(a, b=1, *c, **d)` */
  callArguments(): Arguments {
    const { at } = this.stream.expect('(');
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let spread: Expression | null = null;
    let spreadNamed: Expression | null = null;
    const ensure = (right: boolean): void => {
      if (!right) throw syntaxError('invalid syntax for function call expression', at);
    };
    for (let first = true; !this.stream.is(')'); first = false) {
      if (!first) {
        this.stream.expect(',');
        if (this.stream.is(')')) break;
      }
      if (this.stream.skipIf('*')) {
        ensure(spread === null && spreadNamed === null);
        spread = this.expression();
      } else if (this.stream.skipIf('**')) {
        ensure(spreadNamed === null);
        spreadNamed = this.expression();
      } else if (this.stream.is('name') && this.stream.next.type === '=') {
        ensure(spreadNamed === null);
        const name = this.stream.advance().value;
        this.stream.advance();
        named.push([name, this.expression()]);
      } else {
        ensure(spread === null && spreadNamed === null && named.length === 0);
        positional.push(this.expression());
      }
    }
    this.stream.expect(')');
    return { positional, named, spread, spreadNamed };
  }

  private dottedName(): { name: string; at: number } {
    const { value, at } = this.stream.expect('name');
    let name = value;
    while (this.stream.skipIf('.')) name += `.${this.stream.expect('name').value}`;
    return { name, at };
  }

  /** A filter's name and arguments; the `|` is behind us. */
  filter(): NamedCall {
    const { name, at } = this.dottedName();
    return { name, at, args: this.stream.is('(') ? this.callArguments() : NO_ARGUMENTS };
  }

  /** `is [not] name [argument]` after a value. */
  test(input: Expression): Expression {
    const { at } = this.stream.advance();
    const negated = this.stream.skipIfName('not');
    const { name } = this.dottedName();
    const test: Expression = { kind: 'test', at, input, test: { name, at, args: this.testArguments() } };
    return negated ? { kind: 'not', at, operand: test } : test;
  }

  /** A test takes its arguments in parentheses, or one bare value: `is divisibleby 3`. */
  private testArguments(): Arguments {
    if (this.stream.is('(')) return this.callArguments();
    const startsValue = ['name', 'string', 'integer', 'float', '[', '{'].includes(this.stream.current.type);
    if (!startsValue || this.stream.isName('else', 'or', 'and')) return NO_ARGUMENTS;
    if (this.stream.isName('is')) throw syntaxError('You cannot chain multiple tests with is', this.stream.current.at);
    return { ...NO_ARGUMENTS, positional: [this.postfix(this.primary())] };
  }
}
