import { parseInteger } from '../python/number';
import { syntaxError } from './failure';
import { PostfixParser } from './postfix-parser';
import type { Comparison, ComparisonOperator, Expression } from './syntax';
import { describeToken } from './token';

type TupleOptions = { readonly condition?: boolean; readonly end?: string; readonly parentheses?: boolean };

/** Deeper nesting than this is refused before it could exhaust the stack. */
const MAX_DEPTH = 200;

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true], ['True', true], ['false', false], ['False', false], ['none', null], ['None', null],
]);

/** Expressions, by Jinja2's precedences. */
export class ExpressionParser extends PostfixParser {
  private depth = 0;

  /** An expression, conditional expressions included. */
  expression(): Expression {
    if (++this.depth > MAX_DEPTH) throw syntaxError('the expression is nested too deeply', this.stream.current.at);
    const result = this.condition();
    this.depth--;
    return result;
  }

  private condition(): Expression {
    let then = this.or();
    while (this.stream.isName('if')) {
      const { at } = this.stream.advance();
      const test = this.or();
      const otherwise = this.stream.skipIfName('else') ? this.expression() : null;
      then = { kind: 'condition', at, test, then, otherwise };
    }
    return then;
  }

  private or(): Expression {
    let left = this.and();
    while (this.stream.isName('or')) left = { kind: 'or', at: this.stream.advance().at, left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.stream.isName('and')) left = { kind: 'and', at: this.stream.advance().at, left, right: this.not() };
    return left;
  }

  private not(): Expression {
    const negations: number[] = [];
    while (this.stream.isName('not')) negations.push(this.stream.advance().at);
    return negations.reduceRight<Expression>((operand, at) => ({ kind: 'not', at, operand }), this.comparison());
  }

  private comparisonOperator(): ComparisonOperator | null {
    const { type } = this.stream.current;
    if (type === '==' || type === '!=' || type === '<' || type === '<=' || type === '>' || type === '>=') {
      this.stream.advance();
      return type;
    }
    if (this.stream.skipIfName('in')) return 'in';
    if (!this.stream.isName('not') || this.stream.next.type !== 'name' || this.stream.next.value !== 'in') return null;
    this.stream.advance();
    this.stream.advance();
    return 'not in';
  }

  private comparison(): Expression {
    const { at } = this.stream.current;
    const first = this.sum();
    const rest: Comparison[] = [];
    for (let operator = this.comparisonOperator(); operator !== null; operator = this.comparisonOperator()) {
      rest.push({ operator, operand: this.sum() });
    }
    return rest.length === 0 ? first : { kind: 'compare', at, first, rest };
  }

  private sum(): Expression {
    let left = this.concat();
    for (let { type } = this.stream.current; type === '+' || type === '-'; { type } = this.stream.current) {
      left = { kind: 'arithmetic', at: this.stream.advance().at, operator: type, left, right: this.concat() };
    }
    return left;
  }

  private concat(): Expression {
    const { at } = this.stream.current;
    const items = [this.product()];
    while (this.stream.skipIf('~')) items.push(this.product());
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'concat', at, items };
  }

  private product(): Expression {
    let left = this.power();
    for (let { type } = this.stream.current; type === '*' || type === '/' || type === '//' || type === '%'; { type } = this.stream.current) {
      left = { kind: 'arithmetic', at: this.stream.advance().at, operator: type, left, right: this.power() };
    }
    return left;
  }

  /** `**` binds to the left in Jinja2, unlike in Python. */
  private power(): Expression {
    let left = this.unary(true);
    while (this.stream.is('**')) left = { kind: 'arithmetic', at: this.stream.advance().at, operator: '**', left, right: this.unary(true) };
    return left;
  }

  private unary(withFilters: boolean): Expression {
    const { type, at } = this.stream.current;
    let node: Expression;
    if (type === '-' || type === '+') {
      this.stream.advance();
      node = { kind: 'sign', at, operator: type, operand: this.unary(false) };
    } else {
      node = this.primary();
    }
    node = this.postfix(node);
    return withFilters ? this.filtersAndTests(node) : node;
  }

  /** A name, a literal, or something in brackets. */
  primary(): Expression {
    const token = this.stream.advance();
    const { at } = token;
    switch (token.type) {
      case 'name': {
        const word = WORDS.get(token.value);
        return word === undefined ? { kind: 'name', at, name: token.value } : { kind: 'constant', at, value: word };
      }
      case 'string': {
        let value = token.value;
        while (this.stream.is('string')) value += this.stream.advance().value;
        return { kind: 'constant', at, value };
      }
      case 'integer':
        return { kind: 'constant', at, value: parseInteger(token.value, 0) };
      case 'float':
        return { kind: 'constant', at, value: Number(token.value.replaceAll('_', '')) };
      case '(': {
        const inside = this.tuple({ parentheses: true });
        this.stream.expect(')');
        return inside;
      }
      case '[':
        return { kind: 'list', at, items: this.items() };
      case '{':
        return { kind: 'dict', at, pairs: this.pairs() };
      default:
        throw syntaxError(`unexpected '${describeToken(token)}'`, at);
    }
  }

  private items(): Expression[] {
    const items: Expression[] = [];
    while (!this.stream.is(']')) {
      if (items.length > 0) this.stream.expect(',');
      if (this.stream.is(']')) break;
      items.push(this.expression());
    }
    this.stream.expect(']');
    return items;
  }

  private pairs(): [Expression, Expression][] {
    const pairs: [Expression, Expression][] = [];
    while (!this.stream.is('}')) {
      if (pairs.length > 0) this.stream.expect(',');
      if (this.stream.is('}')) break;
      const key = this.expression();
      this.stream.expect(':');
      pairs.push([key, this.expression()]);
    }
    this.stream.expect('}');
    return pairs;
  }

  /** Expressions with commas make a tuple, a single one stays itself. `end`: a word that ends it. */
  tuple(options: TupleOptions = {}): Expression {
    const { at } = this.stream.current;
    const items: Expression[] = [];
    let commas = false;
    const ended = (): boolean => this.stream.is('variable_end') || this.stream.is('block_end') || this.stream.is(')') || (options.end !== undefined && this.stream.isName(options.end));
    while (!ended()) {
      items.push(options.condition === false ? this.or() : this.expression());
      if (!this.stream.skipIf(',')) break;
      commas = true;
    }
    const [only] = items;
    if (!commas && only !== undefined) return only;
    if (!commas && options.parentheses !== true) throw syntaxError(`Expected an expression, got '${describeToken(this.stream.current)}'`, this.stream.current.at);
    return { kind: 'tuple', at, items };
  }

  /** As after `for … in` and `if`: no conditional expression at its top level. `end`: a word that ends it. */
  unconditional(end?: string): Expression {
    return this.tuple(end === undefined ? { condition: false } : { condition: false, end });
  }
}
